"""Password hashes, one at a time in a process: each takes half a second of a processor on purpose."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, override

from django.contrib.auth.hashers import PBKDF2PasswordHasher

AT_MOST = 3
# For the forms that anybody may send: one is looked at, two wait, and all threads but these answer readers.
places = threading.BoundedSemaphore(AT_MOST)


def _yield_to_readers() -> None:
    """Let the threads that answer readers go first, where the system has priorities of threads (Linux)."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


# Begins with the first hash, so not before a server has made its processes.
_thread = ThreadPoolExecutor(1, "hashing", _yield_to_readers)


class OneAtATimeHasher(PBKDF2PasswordHasher):
    """Django's hasher, in a thread of its own that takes one password after the other."""

    @override
    def encode(self, password: Any, salt: Any, iterations: int | None = None) -> str:
        """Hash when it is this password's turn."""
        return _thread.submit(super().encode, password, salt, iterations).result()

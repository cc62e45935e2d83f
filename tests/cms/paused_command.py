"""Runs in a process of its own: a command that says when it is at a function, and goes on when it is told to.

Its arguments: the function's class or module, its name, the command's.
"""

from __future__ import annotations

import sys
from pkgutil import resolve_name
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from django.db import connection  # noqa: E402

# However busy the machine is, the second one waits for the first one to end: that is the promise, not how long.
if connection.vendor == "sqlite":
    connection.settings_dict["OPTIONS"]["timeout"] = 600

place, name, *command = sys.argv[1:]
owner = resolve_name(place)
function = getattr(owner, name)


def paused(*args: Any, **options: Any) -> Any:
    print("inside", flush=True)  # noqa: T201
    sys.stdin.readline()
    return function(*args, **options)


setattr(owner, name, paused)
print("begins", flush=True)  # noqa: T201
call_command(*command, **({"interactive": False} if command[0] == "migrate" else {}))

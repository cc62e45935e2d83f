"""Small, plain pictures in place of the demo's: preparing those takes long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PIL import Image


@contextmanager
def small_pictures() -> Iterator[None]:
    """Load the demo with one picture for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo.content.picture", lambda _key: Image.new("RGB", (30, 20)))
        yield

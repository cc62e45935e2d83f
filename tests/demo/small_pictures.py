"""Small, plain pictures in place of the demo's drawn ones: drawing and preparing those takes longest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import CompletedProcess
from typing import Any

import pytest
from PIL import Image

from chorsu_articles.pictures import files as picture_files


@contextmanager
def small_pictures() -> Iterator[None]:
    """Load the demo with one picture for all: it is prepared once, since each time is a process of its own."""
    decode, prepared = picture_files._decode, {}

    def decode_once(source: Any, target: Any) -> CompletedProcess[bytes]:
        source.seek(0)
        content = source.read()
        if content not in prepared:
            run = decode(source, target)
            assert run.returncode == 0
            target.seek(0)
            prepared[content] = target.read()
            return run
        target.write(prepared[content])
        target.flush()
        return CompletedProcess([], 0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo.pictures.draw", lambda _key: Image.new("RGB", (30, 20)))
        patch.setattr(picture_files, "_decode", decode_once)
        yield

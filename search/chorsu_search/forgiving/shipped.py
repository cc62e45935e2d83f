"""The groups of words that we ship, as ``variants.txt`` lists them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_FILE = Path(__file__).with_name("variants.txt")


def shipped_groups() -> Iterator[tuple[str, str]]:
    """Yield a language (empty: every one) and words that stand for one another, separated by commas."""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, _space, words = line.partition(" ")
            yield ("" if language == "*" else language), words

"""A line that says how far a long command is."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30


class ProgressLine:
    """Prints how much of ``total`` is done, the rate, and the time left: on a terminal in place, else now and then."""

    def __init__(self, out: TextIO, total: int, *, in_place: bool) -> None:
        self._out, self._total, self._in_place = out, total, in_place
        self._began = time.monotonic()
        self._shown = self._began

    def show(self, label: str, done: int) -> None:
        """Say that so many are done."""
        now = time.monotonic()
        if done < self._total and now - self._shown < (0.2 if self._in_place else 30):
            return
        self._shown = now
        rate = done / max(now - self._began, 0.001)
        left = max(self._total - done, 0) / rate if rate else 0
        share = min(done / self._total, 1) if self._total else 1
        bar = ("#" * round(share * WIDTH)).ljust(WIDTH, ".")
        minutes, seconds = divmod(round(left), 60)
        line = f"{label} [{bar}] {done}/{self._total}, {rate:.0f} a second, {minutes}:{seconds:02} left"
        self._out.write(f"\r{line}\x1b[K" if self._in_place else f"{line}\n")
        self._out.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._in_place:
            self._out.write("\r\x1b[K")
            self._out.flush()

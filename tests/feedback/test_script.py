"""What the reader's script weighs."""

from __future__ import annotations

import gzip
from pathlib import Path

import chorsu_feedback

FOLDER = Path(chorsu_feedback.__file__).parent / "static" / "chorsu_feedback"


def test_the_readers_script_is_at_most_7_kb_compressed() -> None:
    files = [FOLDER / name for name in ("report.js", "dialog.js", "anchors.js")]
    sizes = {file.name: len(gzip.compress(file.read_bytes())) for file in files}
    assert sum(sizes.values()) <= 7 * 1024, sizes

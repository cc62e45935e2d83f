"""`make bench`: run every script under bench/, each a subject; each prints tables and, last, one JSON object."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the subjects one after the other, or just those that are named."""
    chosen = set(sys.argv[1:])
    failed = []
    for script in sorted((ROOT / "bench").glob("[a-z]*.py")):
        if chosen and script.stem not in chosen:
            continue
        print(f"\n== {script.stem}", flush=True)
        if subprocess.run([sys.executable, str(script)], cwd=ROOT, check=False).returncode:
            failed.append(script.stem)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Write docs/settings.md from the settings themselves; `check` tells whether it is current."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "settings.md"
MARK = "<!-- The table is made by tools/settings_page.py -->"
SCRIPT = """
import json
from cms.settings.env import env
import cms.settings.production
print(json.dumps([[name, *facts] for name, facts in env.variables.items()]))
"""


def table() -> str:
    """Return the table of environment variables, as production reads them."""
    import json  # noqa: PLC0415 - used here only

    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    clean |= {"SECRET_KEY": "not-a-key-" * 5, "ALLOWED_HOSTS": "newsroom.example"}
    printed = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=clean, capture_output=True, text=True, check=True
    ).stdout
    rows = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |"
        for name, default, meaning in json.loads(printed)
    ]
    text = "\n".join(["| variable | default | meaning |", "|---|---|---|", *sorted(rows)])
    return text.replace(str(ROOT), ".")


def main() -> int:
    """Write the page, or check it."""
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    current = f"{head}{MARK}\n\n{table()}\n"
    if sys.argv[1:] == ["check"]:
        if PAGE.read_text(encoding="utf-8") != current:
            print("docs/settings.md is not current: run tools/settings_page.py")
            return 1
        return 0
    PAGE.write_text(current, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Compile every template of the project, so that a misspelled tag fails before a reader meets it."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Return 1 where a template doesn't compile, naming each."""
    import django  # noqa: PLC0415 - the path has to be set first

    django.setup()
    from django.template import TemplateSyntaxError, engines  # noqa: PLC0415

    engine, faults, count = engines["django"].engine, [], 0
    for folder in sorted(ROOT.glob("*/templates")):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            count += 1
            try:
                engine.from_string(path.read_text(encoding="utf-8"))
            except TemplateSyntaxError as error:
                faults.append(f"{path.relative_to(ROOT)}: {error}")
    print("\n".join(faults) or f"{count} templates compile")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main())

"""Check the templates: formatted by djade, no overlong line, and compiled, so that a misspelled tag fails here.

`templates.py format` formats them instead.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The oldest Django that the plug-ins run on.
DJADE = (str(Path(sys.executable).parent / "djade"), "--target-version", "5.2")
LONGEST_LINE = 200
sys.path.insert(0, str(ROOT))


def html_files() -> list[Path]:
    """Return the HTML templates in the work tree, those not yet under version control included."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for name in sorted(filter(None, listed.split("\0"))) if (path := ROOT / name).is_file()]


def unformatted(paths: list[Path]) -> list[str]:
    """Return djade's message where it would change one of the files."""
    done = subprocess.run([*DJADE, "--check", *map(str, paths)], capture_output=True, text=True, check=False)
    return [f"{done.stdout}{done.stderr}`make format` formats templates."] if done.returncode else []


def overlong(paths: list[Path]) -> list[str]:
    """Return a message for each line that is too long to be read in a review."""
    return [
        f"{path}:{number}: {len(line)} characters, more than {LONGEST_LINE}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]


def uncompilable() -> list[str]:
    """Return a message for each template of the site and the plug-ins that doesn't compile."""
    import django  # noqa: PLC0415 - the path has to be set first

    django.setup()
    from django.template import TemplateSyntaxError, engines  # noqa: PLC0415

    engine, faults, count = engines["django"].engine, [], 0
    for folder in sorted([*ROOT.glob("*/templates"), *ROOT.glob("*/chorsu_*/templates")]):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            count += 1
            try:
                engine.from_string(path.read_text(encoding="utf-8"))
            except TemplateSyntaxError as error:
                faults.append(f"{path.relative_to(ROOT)}: {error}")
    return faults if count else ["no template found"]


def main() -> int:
    """Check, or format; return 1 where a template fails, naming each."""
    paths = html_files()
    if sys.argv[1:] == ["format"]:
        # djade returns 1 where it changed a file.
        subprocess.run([*DJADE, *map(str, paths)], capture_output=True, check=False)
        return 1 if unformatted(paths) else 0
    faults = [*unformatted(paths), *overlong(paths), *uncompilable()]
    print("\n".join(faults) or f"{len(paths)} templates are in order")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

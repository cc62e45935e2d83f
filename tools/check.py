"""`make check`: what can be told without running the tests. Every check runs; all that failed are named at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")
TEST = {"DJANGO_SETTINGS_MODULE": "cms.settings.test"}
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
    "SECRET_KEY": "x" * 25 + "0123456789-not-a-real-key-but-long-enough",
    "ALLOWED_HOSTS": "newsroom.example",
    "BASE_URL": "https://newsroom.example",
    "MAIL_URL": "smtp://localhost:25",
    "MAIL_FROM": "newsroom@newsroom.example",
    "NEWSROOM_DATA": str(ROOT / ".cache" / "production"),
    "TRUSTED_PROXIES": "1",
}
COMPOSE = "vendor.compose-spec"  # comes with the program: nothing is fetched
CHECKS: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("ruff", (str(BIN / "ruff"), "check", "."), {}),
    ("ruff format", (str(BIN / "ruff"), "format", "--check", "--quiet", "."), {}),
    ("mypy", (str(BIN / "mypy"),), {}),
    ("import-linter", (str(BIN / "lint-imports"), "--no-cache"), {}),
    ("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), TEST),
    ("system checks", (*MANAGE, "check", "--fail-level", "WARNING"), TEST),
    ("production settings", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    ("catalogues", (sys.executable, "tools/catalogues.py", "check"), {}),
    ("settings page", (sys.executable, "tools/settings_page.py", "check"), {}),
    ("container's image", (str(BIN / "hadolint"), "deploy/Containerfile"), {}),
    ("compose file", (str(BIN / "check-jsonschema"), "--builtin-schema", COMPOSE, "deploy/compose.yaml"), {}),
    ("templates", (sys.executable, "tools/templates.py"), TEST),
)


def main() -> int:
    """Run the checks and return 1 where one failed."""
    failed = []
    for name, command, variables in CHECKS:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False
        )
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name}", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

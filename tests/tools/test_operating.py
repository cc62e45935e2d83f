"""What a page of docs/ tells of running the site is what the code does: loggers, commands for cron."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foreign.readmes import PLUGINS, readme
from tests.foreign.versions import ROOT

PACKAGES = {"cms": ROOT / "cms", **{f"chorsu_{name}": ROOT / name / f"chorsu_{name}" for name in PLUGINS}}
LOGGER = re.compile(r'getLogger\((?:"([\w.]+)"|(__name__))\)')


def loggers_of(package: str) -> Iterator[str]:
    for path in PACKAGES[package].rglob("*.py"):
        for name, of_module in LOGGER.findall(path.read_text()):
            module = path.relative_to(PACKAGES[package].parent).with_suffix("")
            yield ".".join(module.parts) if of_module else name


def commands_for_cron() -> Iterator[Path]:
    for folder in PACKAGES.values():
        for path in folder.glob("management/commands/*.py"):
            if "cron" in path.read_text():
                yield path


def test_loggers_have_their_packages_names_and_are_listed():
    found = {package: set(loggers_of(package)) for package in PACKAGES}
    for package in PACKAGES.keys() - {"cms"}:
        assert found[package] <= {package}
    assert all(name.startswith("cms.") for name in found["cms"])
    rows = re.findall(r"^\| (`.+`) \|", (ROOT / "docs/logs.md").read_text(), re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([\w.]+)`", row)]
    assert sorted(listed) == sorted(set().union(*found.values()))


def test_cron_calls_each_command_that_is_for_it():
    lines = re.findall(r"\$RUN (\w+)$", (ROOT / "docs/cron.md").read_text(), re.MULTILINE)
    # Wagtail's own command; the newsroom's publishes in another way.
    assert sorted(lines) == sorted({path.stem for path in commands_for_cron()} | {"publish_scheduled"})


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_readme_leaves_the_times_to_the_page_of_cron(plugin):
    assert not re.search(r"every minute|each night", readme(plugin))

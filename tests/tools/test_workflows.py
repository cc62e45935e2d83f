"""Continuous integration and commit hooks call what the Makefile and the environment have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands(workflow: Path) -> Iterator[str]:
    for job in yaml.safe_load(workflow.read_text())["jobs"].values():
        yield from (step["run"] for step in job["steps"] if "run" in step)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_targets_of_the_makefile(workflow):
    called = re.findall(r"\bmake ([\w.-]+)", "\n".join(commands(workflow)))
    assert called
    assert set(called) <= TARGETS


def test_every_push_is_checked_and_tested():
    called = {" ".join(each.split()[:2]) for each in commands(ROOT / ".github" / "workflows" / "tests.yml")}
    assert {"make check", "make test", "make test-all", "make tour"} <= called


def test_hooks_call_tools_that_development_installs():
    config: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    (local,) = [repository for repository in config["repos"] if repository["repo"] == "local"]
    tools = {hook["entry"].split()[0] for hook in local["hooks"]} - {".venv/bin/python"}
    locked = re.findall(r"^([\w-]+)==", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)
    assert tools
    assert tools <= {f".venv/bin/{name}" for name in locked}

"""What the wheel asks for is what the site is tested with."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.conf import settings
from packaging.requirements import Requirement

ROOT = Path(settings.BASE_DIR)


def test_the_extra_for_the_site_names_all_that_is_pinned_for_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in extras.values() for line in extra)]
    wheel = {requirement.name.lower() for requirement in map(Requirement, lines)} - {"chorsu"}
    wanted = (ROOT / "requirements.in").read_text().splitlines()
    assert wheel == {Requirement(line).name.lower() for line in wanted if not line.startswith("#")}

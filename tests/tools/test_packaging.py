"""What the wheel asks for is what the site is tested with."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.conf import settings
from packaging.requirements import Requirement

ROOT = Path(settings.BASE_DIR)


def test_the_site_is_tested_with_all_that_the_extras_ask_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    asked = {
        str(Requirement(line)) for line in [*project["dependencies"], *(line for extra in extras for line in extra)]
    }
    pinned = [line for line in (ROOT / "requirements.in").read_text().splitlines() if not line.startswith("#")]
    names = {Requirement(line).name.lower() for line in pinned}
    assert not {Requirement(line).name.lower() for line in asked} - names
    # An exact pin in a library keeps its host from updating.
    assert not [line for line in asked if "==" in line]

"""The wheel, and sites of other people that use it."""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.foreign.commands import call
from tests.foreign.sites import CACHE, Site, make_environment, make_site
from tests.foreign.versions import ROOT, Versions


@pytest.fixture(scope="session")
def wheel() -> Path:
    """Build the wheel from the checkout as it stands."""
    folder = CACHE / "dist"
    shutil.rmtree(folder, ignore_errors=True)
    call(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def wheel_names(wheel: Path) -> list[str]:
    """Return the names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="session")
def python_of(wheel: Path) -> Callable[[Versions], Path]:
    """Return a function that gives the interpreter of an environment, made once in a session."""
    made: dict[Versions, Path] = {}

    def give(versions: Versions) -> Path:
        if versions not in made:
            made[versions] = make_environment(versions, wheel)
        return made[versions]

    return give


@pytest.fixture
def new_site(python_of: Callable[[Versions], Path], tmp_path: Path) -> Callable[[Versions], Site]:
    """Return a function that makes a site with given versions; one site a test."""
    return lambda versions: make_site(tmp_path, python=python_of(versions), versions=versions)


@pytest.fixture(scope="session")
def bare_site(
    python_of: Callable[[Versions], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Versions], Site]:
    """Return a function that gives a site without plug-ins, with its database, made once in a session."""
    made: dict[Versions, Site] = {}

    def give(versions: Versions) -> Site:
        if versions not in made:
            site = make_site(tmp_path_factory.mktemp("bare"), python=python_of(versions), versions=versions)
            site.manage("migrate", "--verbosity=0")
            made[versions] = site
        return made[versions]

    return give


@pytest.fixture
def old_site(bare_site: Callable[[Versions], Site], tmp_path: Path) -> Callable[[Versions], Site]:
    """Return a function that gives a copy of ``bare_site``; one site a test."""

    def give(versions: Versions) -> Site:
        shutil.copytree(bare_site(versions).folder, tmp_path, dirs_exist_ok=True)
        return replace(bare_site(versions), folder=tmp_path)

    return give

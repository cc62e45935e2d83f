"""The wheel, and sites of other people that use it."""

from __future__ import annotations

import shutil
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.foreign.commands import call
from tests.foreign.sites import CACHE, Site, copy_site, make_environment, make_site
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
def wheel_names(wheel) -> list[str]:
    """Return the names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="session")
def python_of(wheel) -> Callable[[Versions], Path]:
    """Return a function that gives the interpreter of an environment, made once in a session."""
    return cache(lambda versions: make_environment(versions, wheel))


@pytest.fixture
def new_site(python_of, tmp_path) -> Callable[[Versions], Site]:
    """Return a function that gives a site with given versions, which was there before the plug-ins; one site a test."""

    def give(versions):
        return copy_site(make_site(python=python_of(versions), versions=versions), tmp_path)

    return give

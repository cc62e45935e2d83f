"""A Wagtail site that isn't ours: what `wagtail start` makes, on Django 5.2, with nothing but the built wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "foreign"
SITE_TESTS = Path(__file__).parent / "site_tests"
DJANGO = "Django>=5.2,<5.3"
TESTS = ("pytest", "pytest-django")
SEARCH = ("elasticsearch-dsl>=8.17,<9", "elasticsearch>=8.17,<9", "snowballstemmer==2.2.0")


def call(*command: str | Path, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command outside of this checkout's environment and fail with what it printed."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO", "COV", "PYTEST"))
    }
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done


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
def foreign_python(wheel: Path) -> Path:
    """Return the interpreter of an environment with Django 5.2, Wagtail, pytest and the wheel, kept between runs."""
    environment = CACHE / "venv"
    python = environment / "bin" / "python"
    if not python.exists():
        call(sys.executable, "-m", "venv", environment)
        call(python, "-m", "pip", "install", "--quiet", DJANGO, "wagtail>=8,<9", *TESTS, *SEARCH)
    call(python, "-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps", wheel)
    return python


@pytest.fixture
def foreign_site(foreign_python: Path, tmp_path: Path) -> Path:
    """Return the folder of a new site, in German, as `wagtail start` makes it."""
    call(foreign_python.parent / "wagtail", "start", "mysite", tmp_path)
    base = tmp_path / "mysite" / "settings" / "base.py"
    text = base.read_text().replace('LANGUAGE_CODE = "en-us"', 'LANGUAGE_CODE = "de"')
    assert 'LANGUAGE_CODE = "de"' in text
    base.write_text(text)
    return tmp_path


def install(site: Path, *, settings: str, urls: str = "") -> None:
    """Add to the site's settings, and its URL patterns before Wagtail's own."""
    with (site / "mysite" / "settings" / "base.py").open("a") as file:
        file.write(settings)
    path = site / "mysite" / "urls.py"
    text = path.read_text()
    assert "urlpatterns = [" in text
    path.write_text(text.replace("urlpatterns = [", f"urlpatterns = [\n    {urls}\n", 1))


def run_site_tests(python: Path, site: Path, name: str) -> str:
    """Run one of ``site_tests`` inside the site, as a pytest process of its own, and return what it printed."""
    shutil.copy(SITE_TESTS / name, site / f"test_{name}")
    done = call(
        python,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"test_{name}",
        cwd=site,
        DJANGO_SETTINGS_MODULE="mysite.settings.dev",
    )
    return done.stdout

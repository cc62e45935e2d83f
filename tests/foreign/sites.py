"""Environments of other people with the built wheel, and the sites that `wagtail start` makes in them."""

from __future__ import annotations

import inspect
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from tests.foreign.commands import call
from tests.foreign.versions import ROOT, Versions

CACHE = ROOT / ".cache" / "foreign"
UV = Path(sys.executable).with_name("uv")
SITE_TESTS = Path(__file__).parent / "site_tests"
STORY = ROOT / "tests" / "story"
SITE_SCRIPTS = Path(__file__).parent / "site_scripts"
TESTS = ("pytest", "pytest-django")


@dataclass(frozen=True, slots=True)
class Site:
    """A site in ``folder`` that runs by the interpreter ``python``."""

    folder: Path
    python: Path
    versions: Versions

    def add_settings(self, text: str) -> None:
        """Add lines to the end of the settings."""
        with (self.folder / "mysite" / "settings" / "base.py").open("a") as file:
            file.write(f"\n{text}")

    def manage(self, *arguments: str) -> str:
        """Run a command of ``manage.py`` and return what it printed."""
        return call(self.python, "manage.py", *arguments, cwd=self.folder)

    def run_script(self, name: str) -> None:
        """Run one of ``site_scripts`` in the site's shell."""
        call(self.python, "manage.py", "shell", cwd=self.folder, text=(SITE_SCRIPTS / f"{name}.py").read_text())

    def start(self) -> None:
        """Run ``site_scripts/alone.py`` in a process that has loaded nothing of Django before."""
        call(self.python, "-", cwd=self.folder, text=(SITE_SCRIPTS / "alone.py").read_text())

    def test(self, *names: str) -> str:
        """Run modules of ``site_tests`` inside the site, as a pytest process of its own; return what it printed."""
        # A password takes half a second otherwise, and nobody signs in with one. Wagtail's own tables are there.
        self.add_settings(
            'PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]\n'
            'DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "tests.sqlite3"}\n'
        )
        if (migrated := self.folder / "db.sqlite3").exists():
            shutil.copy(migrated, self.folder / "tests.sqlite3")
        shutil.copy(SITE_TESTS / "fast.py", self.folder / "conftest.py")
        for name in ("every_site", *names):
            shutil.copy(SITE_TESTS / f"{name}.py", self.folder / f"test_{name}.py")
        return call(
            self.python,
            *("-m", "pytest", "-q", "--reuse-db", "-p", "no:cacheprovider"),
            *(path.name for path in self.folder.glob("test_*.py")),
            cwd=self.folder,
            DJANGO_SETTINGS_MODULE="mysite.settings.dev",
            EXPECTED_DJANGO=self.versions.django,
            EXPECTED_WAGTAIL=self.versions.wagtail,
            # Nothing listens there, whatever runs on the machine.
            ELASTICSEARCH_URL="http://127.0.0.1:9",
        )


def make_environment(versions: Versions, wheel: Path) -> Path:
    """Return the interpreter of an environment with these versions and the wheel.

    It is kept between runs, with the site of ``make_site`` in it, and made anew when what it should hold changes.
    """
    folder = CACHE / versions.name
    python = folder / "bin" / "python"
    wanted = "\n".join([*versions.requirements, *TESTS])
    note = folder / "requirements.txt"
    if not note.exists() or note.read_text() != wanted:
        call(UV, "venv", "--quiet", "--clear", "--python", sys.executable, folder)
        install(python, *versions.requirements, *TESTS)
        note.write_text(wanted)
    install(python, "--reinstall", "--no-deps", wheel)
    return python


def install(python: Path, *arguments: str | Path) -> None:
    """Install into an environment; files of packages are links to those of one folder."""
    call(UV, "pip", "install", "--quiet", "--python", python, *arguments, UV_CACHE_DIR=str(CACHE / "uv"))


def make_site(*, python: Path, versions: Versions) -> Site:
    """Return a site in German as `wagtail start` makes it, with its database, under git; it is kept with ``python``.

    The branch ``start`` is what Wagtail wrote.
    """
    folder, note, made_by = python.parents[1] / "site", python.parents[1] / "site.txt", inspect.getsource(make_site)
    site = Site(folder, python, versions)
    if note.exists() and note.read_text() == made_by:
        return site
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    call(python.parent / "wagtail", "start", "mysite", folder)
    call("git", "init", "--quiet", "--initial-branch", "start", cwd=folder)
    # What several plug-ins add in one place stands one below the other.
    (folder / ".git" / "info" / "attributes").write_text("* merge=union\n")
    call("git", "add", "--all", cwd=folder)
    call("git", "commit", "--quiet", "--message", "wagtail start", cwd=folder)
    call("git", "checkout", "--quiet", "-b", "main", cwd=folder)
    base = folder / "mysite" / "settings" / "base.py"
    text = base.read_text().replace('LANGUAGE_CODE = "en-us"', 'LANGUAGE_CODE = "de"')
    assert 'LANGUAGE_CODE = "de"' in text
    base.write_text(text)
    call("git", "commit", "--quiet", "--all", "--message", "In German", cwd=folder)
    site.manage("migrate", "--verbosity=0")
    note.write_text(made_by)
    return site


def copy_site(site: Site, folder: Path) -> Site:
    """Return a copy of a site in another folder."""
    shutil.copytree(site.folder, folder, dirs_exist_ok=True)
    return replace(site, folder=folder)


def add_story(site: Site) -> None:
    """Give the site the app of ``tests.story``, with a page type that has every kind of text, and its tests."""
    app = site.folder / "story"
    (app / "migrations").mkdir(parents=True)
    for name in ("__init__", "apps", "models", "stories"):
        (app / f"{name}.py").write_text((STORY / f"{name}.py").read_text().replace("tests.story", "story"))
    (app / "migrations" / "__init__.py").touch()
    shutil.copytree(STORY / "templates", app / "templates")
    tests = (STORY / "test_story.py").read_text().replace("tests.story", "story").replace("tests.factories", "homes")
    (site.folder / "test_story.py").write_text(tests)
    shutil.copy(SITE_TESTS / "homes.py", site.folder)
    apps = ("story", "wagtail.contrib.table_block", "wagtail.contrib.typed_table_block")
    site.add_settings(f"INSTALLED_APPS += [name for name in {apps} if name not in INSTALLED_APPS]\n")
    site.manage("makemigrations", "story")


PEOPLE = """
import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
"""


def add_users_with_uuids(site: Site) -> None:
    """Give the site a user model of its own, whose keys are no numbers."""
    app = site.folder / "people"
    (app / "migrations").mkdir(parents=True)
    for name in ("", "migrations/"):
        (app / f"{name}__init__.py").touch()
    (app / "models.py").write_text(PEOPLE)
    # A user model can't be put into a database that has one.
    (site.folder / "db.sqlite3").unlink()
    site.add_settings('INSTALLED_APPS += ["people"]\nAUTH_USER_MODEL = "people.Person"\n')
    site.manage("makemigrations", "people")

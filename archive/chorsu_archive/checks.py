"""System checks: E001 the plug-in's settings, E002 the extra, E003 the apps that it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core import checks

from chorsu_archive.conf import configuration

EXTRA = {"lxml": "lxml", "httpx": "httpx", "mammoth": "mammoth", "docx": "python-docx", "markdownify": "markdownify"}
APPS = ("chorsu_articles", "chorsu_delivery", "wagtail.contrib.redirects")

check_settings = configuration.register_check()


def missing_packages() -> list[str]:
    """Return the packages of the extra that aren't installed; without all of them the admin offers nothing of ours."""
    return [name for module, name in EXTRA.items() if find_spec(module) is None]


@checks.register
def check_installation(**_: Any) -> Iterator[checks.CheckMessage]:
    """Find a site without what *Install* of the README asks for."""
    if absent := missing_packages():
        problem, hint = f"chorsu_archive needs {' and '.join(absent)}.", 'Run: pip install "chorsu[archive]"'
        yield checks.Error(problem, hint=hint, id="chorsu_archive.E002")
    if absent := [name for name in APPS if not apps.is_installed(name)]:
        lines = "".join(f' "{name}",' for name in absent)
        problem, hint = "chorsu_archive builds on apps that aren't installed.", f"Add to INSTALLED_APPS:{lines}"
        yield checks.Error(problem, hint=hint, id="chorsu_archive.E003")

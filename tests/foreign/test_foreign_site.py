"""A plug-in works in somebody else's Wagtail site, by itself, with a few lines."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.foreign.conftest import install, run_site_tests

pytestmark = pytest.mark.foreign

DOCS = Path(__file__).resolve().parents[2] / "docs"
APPS = ("cms", "articles", "translation", "search", "feedback", "editorial", "delivery", "locales")
SHARED_CACHE = """
FILE_CACHE = "django.core.cache.backends.filebased.FileBasedCache"
CACHES = {"default": {"BACKEND": FILE_CACHE, "LOCATION": BASE_DIR / "cache"}}
"""


def test_the_wheel_holds_what_the_code_needs(wheel_names: list[str]) -> None:
    root = Path(__file__).resolve().parents[2]
    kinds = {"templates", "static", "migrations", "locale"}
    needed = {
        path.relative_to(root).as_posix()
        for app in APPS
        for path in (root / app).rglob("*")
        if path.is_file() and kinds & set(path.parts) and "__pycache__" not in path.parts
    }
    assert needed
    assert not needed - set(wheel_names)
    assert not [name for name in wheel_names if name.startswith("tests/")]


def test_feedback_alone(foreign_python: Path, foreign_site: Path) -> None:
    install(
        foreign_site,
        settings=SHARED_CACHE + 'INSTALLED_APPS += ["feedback", "editorial", "locales"]\n',
        urls='path("feedback/", include("feedback.urls")),',
    )
    base = foreign_site / "mysite" / "templates" / "base.html"
    text = base.read_text()
    end = "{% block content %}{% endblock %}"
    assert end in text
    tags = "{% load feedback_tags %}{% feedback_form page %}{% feedback_assets %}"
    base.write_text(text.replace(end, end + tags))
    printed = run_site_tests(foreign_python, foreign_site, "feedback_alone.py")
    assert "passed" in printed


def test_search_alone(foreign_python: Path, foreign_site: Path) -> None:
    # `wagtail start` makes a package of the same name, which would stand before ours.
    shutil.rmtree(foreign_site / "search")
    urls = foreign_site / "mysite" / "urls.py"
    text = urls.read_text().replace("from search import views as search_views\n", "")
    urls.write_text(text.replace('    path("search/", search_views.search, name="search"),\n', ""))
    install(
        foreign_site,
        settings='INSTALLED_APPS += ["editorial", "delivery", "locales"]\n',
        urls='path("", include("search.urls")),',
    )
    printed = run_site_tests(foreign_python, foreign_site, "search_alone.py")
    assert "passed" in printed


def documented(page: str, language: str, marker: str) -> str:
    """Return the code block of a page in docs/ that holds ``marker``."""
    blocks = (DOCS / page).read_text().split(f"```{language}\n")[1:]
    (found,) = [block for part in blocks if marker in (block := part.partition("```")[0])]
    return found


def as_documented(page: str) -> str:
    """Return the settings of a page in docs/, added to those that `wagtail start` writes."""
    return documented(page, "python", "INSTALLED_APPS").replace("INSTALLED_APPS = [", "INSTALLED_APPS += [")


def test_translation_alone(foreign_python: Path, foreign_site: Path) -> None:
    settings = as_documented("install-translation.md").replace("blog.BlogPage", "home.HomePage")
    install(foreign_site, settings=settings)
    assert "passed" in run_site_tests(foreign_python, foreign_site, "translation_alone.py")


def test_editorial_alone(foreign_python: Path, foreign_site: Path) -> None:
    install(foreign_site, settings=as_documented("install-editorial.md"))
    (foreign_site / "home" / "messages.py").write_text(documented("install-editorial.md", "python", "@receiver"))
    (foreign_site / "home" / "apps.py").write_text(
        "from django.apps import AppConfig\n\n\nclass HomeConfig(AppConfig):\n"
        '    name = "home"\n\n    def ready(self):\n        from home import messages\n'
    )
    assert "passed" in run_site_tests(foreign_python, foreign_site, "editorial_alone.py")

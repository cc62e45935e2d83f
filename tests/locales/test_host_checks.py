"""What a site gives the plug-ins' pages is looked at: each fault is named, with the route or the block it is about."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.checks import CheckMessage, run_checks
from django.http import HttpResponse
from django.test import override_settings
from django.urls import clear_script_prefix, include, path, set_script_prefix
from django.utils import translation
from wagtail import urls as wagtail_urls

from chorsu_feedback.checks import check_site
from chorsu_locales.app_settings import BLOCKS, check_notes, template_faults
from chorsu_locales.checks import note_languages
from chorsu_search.checks import check_page
from tests.foreign.versions import ROOT

OURS = path("", include("chorsu_search.urls"))
THEIRS = path("search/", lambda _request: HttpResponse(), name="search")  # what `wagtail start` writes
WAGTAIL = path("", include(wagtail_urls))
FEEDBACK = path("feedback/", include("chorsu_feedback.urls"))


@pytest.fixture(autouse=True)
def _shared_cache(settings):
    settings.DEBUG = True  # a cache of one process is no fault then


def messages(*routes: Any, check: Any = check_page) -> list[tuple[str, str]]:
    """Return the id and text of what a check says of a site with these routes, in this order."""
    urls = ModuleType("urls_of_a_site")
    urls.urlpatterns = list(routes)  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=urls):
        found: list[CheckMessage] = check()
    assert all(message.hint for message in found)
    return [(str(message.id), message.msg) for message in found]


@pytest.mark.parametrize(
    "routes",
    [(OURS, WAGTAIL), (path("find/", include("chorsu_search.urls")), THEIRS), i18n_patterns(OURS, WAGTAIL),
     i18n_patterns(OURS, WAGTAIL, prefix_default_language=False)],
)  # fmt: skip
def test_an_address_that_leads_to_our_page_is_silent(routes):
    assert messages(*routes) == []
    with translation.override(None):  # as in a management command
        assert messages(*routes) == []
    set_script_prefix("/news/")
    try:
        assert messages(*routes) == []
    finally:
        clear_script_prefix()


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        ((WAGTAIL,), "chorsu_search:search has no address."),
        ((THEIRS, OURS), "/search/ doesn't lead to chorsu_search:search: the route 'search/' (search) comes first."),
        (i18n_patterns(THEIRS, OURS), "the route 'ru/search/' (search) comes first."),
        # Wagtail's own addresses before ours.
        ((WAGTAIL, OURS), "(wagtail_serve) comes first"),
        (i18n_patterns(WAGTAIL, OURS), "(wagtail_serve) comes first"),
    ],
)
def test_an_address_that_is_missing_or_taken_is_named(routes, said):
    ((identifier, text),) = messages(*routes)
    assert identifier == "chorsu_search.W004"
    assert said in text


def test_each_address_of_feedback_is_tried():
    def taken(_request, page_id):
        return HttpResponse(page_id)

    assert messages(FEEDBACK, WAGTAIL, check=check_site) == []
    assert [identifier for identifier, _ in messages(WAGTAIL, check=check_site)] == ["chorsu_feedback.W002"]
    for address in ("feedback/report/<int:page_id>/", "feedback/report/<int:page_id>/thanks/"):
        ((identifier, text),) = messages(path(address, taken), FEEDBACK, check=check_site)
        assert identifier == "chorsu_feedback.W002"
        assert address in text


BOTH = "{% block title %}{% endblock %}{% if 1 %}{% block content %}{% endblock %}{% endif %}"


@pytest.mark.parametrize(
    ("templates", "expected"),
    [
        ({"base.html": BOTH}, []),
        ({"base.html": "{% extends 'root.html' %}{% block main %}{% block content %}{% endblock %}{% endblock %}",
          "root.html": "{% block title %}{% endblock %}{% block main %}{% endblock %}"}, []),
        ({"base.html": "{% block title %}{% endblock %}"}, ["'base.html' has no block 'content'."]),
        ({}, ["There is no template 'base.html'."]),
        ({"base.html": "{% extends 'up.html' %}"}, ["There is no template 'up.html'."]),
        # Not ours to judge: a parent that is chosen for each request, and a template that doesn't compile.
        ({"base.html": "{% extends request.frame %}"}, []),
        ({"base.html": "{% no_such_tag %}"}, []),
        ({"base.html": "{% extends 'base.html' %}" + BOTH}, []),
    ],
)  # fmt: skip
def test_what_a_base_template_lacks_is_named(templates, expected):
    backend = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", templates)]},
    }
    with override_settings(TEMPLATES=[backend]):
        found = template_faults(base="base.html", setting="SETTING", fault="x.W001")
    assert all("SETTING" in str(message.hint) for message in found)
    assert [message.msg for message in found] == expected


@pytest.mark.parametrize(("plugin", "name"), [("search", "search"), ("feedback", "report_words")])
def test_the_plugins_pages_fill_these_blocks(plugin, name):
    """The newsroom's site has templates of its own in their place."""
    text = (ROOT / plugin / f"chorsu_{plugin}/templates/chorsu_{plugin}/{name}.html").read_text()
    assert all(f"{{% block {block} %}}" in text for block in BLOCKS)


@pytest.mark.parametrize(("check", "id_"), [(check_page, "chorsu_search.W006"), (check_site, "chorsu_feedback.W004")])
def test_a_plugin_looks_at_the_base_template_of_its_settings(settings, check, id_):
    assert check() == []
    settings.CHORSU_SEARCH = settings.CHORSU_FEEDBACK = {"BASE_TEMPLATE": "includes/mark.html"}  # it has no block
    assert [message.id for message in check()] == [id_] * 2


def test_a_language_without_a_row_is_told(settings):
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    (message,) = note_languages()
    assert (message.id, "'de' has no row" in message.msg) == ("chorsu_locales.I001", True)


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["check", "--tag", "chorsu"], True),
        (["check", "--tag=chorsu"], True),
        (["check"], False),
        (["migrate", "chorsu_search"], False),
    ],
)
def test_notes_are_said_where_they_are_asked_for_alone(settings, monkeypatch, arguments, asked):
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES = [("de", "Deutsch"), ("fr", "Français")]
    settings.SILENCED_SYSTEM_CHECKS = ["chorsu_editorial.I001"]
    monkeypatch.setattr("sys.argv", ["manage.py", *arguments])
    notes = check_notes()
    assert [note.id for note in notes].count("chorsu_locales.I001") == (2 if asked else 0)
    assert "chorsu_editorial.I001" not in [note.id for note in notes]
    assert run_checks(tags=["chorsu"]) == notes

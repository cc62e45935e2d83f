"""System checks of the settings: each names what is missing and the fix."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import global_settings
from django.core.checks import CheckMessage, run_checks
from django.test import override_settings
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from chorsu_articles import checks
from chorsu_articles.models import AnalysisPage, EventReportPage

# Django's own checks ask the database what it can.
pytestmark = pytest.mark.django_db

# The addresses of a site that has forgotten ours, and of one where Wagtail's own take them.
SITE = (path("admin/", include(wagtailadmin_urls)), path("", include(wagtail_urls)))
OURS = path("", include("chorsu_articles.urls"))
EDITORS = {"default": {"WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea"}}


def found(**settings: Any) -> dict[str, CheckMessage]:
    """Return our messages by id where the site's settings are changed like this."""
    with override_settings(**settings):
        messages = run_checks()
    return {message.id: message for message in messages if str(message.id).startswith("chorsu_articles.")}


def test_nothing_is_missing_here():
    assert found() == {}


def test_a_missing_extra_is_named_with_the_command(monkeypatch):
    monkeypatch.setitem(checks.EXTRA, "package_that_nobody_has", "Nobody's")
    message = found()["chorsu_articles.E001"]
    assert "Nobody's" in message.msg
    assert message.hint == 'Run: pip install "chorsu[articles]"'


@pytest.mark.parametrize(
    ("id_", "settings", "hint"),
    [
        (
            "E003",
            {"WAGTAIL_CONTENT_LANGUAGES": [("de", "Deutsch")], "LANGUAGES": [("de", "Deutsch"), ("ru", "Русский")]},
            "MODELTRANSLATION_LANGUAGES",
        ),
        ("E005", {"WAGTAILIMAGES_IMAGE_MODEL": "wagtailimages.Image"}, "WAGTAILIMAGES_IMAGE_MODEL = "),
        ("E008", {"CHORSU_ARTICLES": {"PIXELS": 5}}, "JPEG_PIXELS, PICTURE_PIXELS, PICTURE_WIDTH"),
        ("E008", {"CHORSU_ARTICLES": {"PICTURE_WIDTH": "wide"}}, "whole number, at least 1"),
        ("W001", {"WAGTAILIMAGES_IMAGE_FORM_BASE": ""}, "WAGTAILIMAGES_IMAGE_FORM_BASE = "),
        ("W002", {"WAGTAILADMIN_RICH_TEXT_EDITORS": EDITORS}, "WAGTAILADMIN_RICH_TEXT_EDITORS = "),
        ("W003", {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 1000}, "DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000"),
        ("W006", {"ROOT_URLCONF": SITE}, 'include("chorsu_articles.urls")'),
        ("W006", {"ROOT_URLCONF": (*SITE, OURS)}, 'include("chorsu_articles.urls")'),
    ],
)  # fmt: skip
def test_a_setting(id_, settings, hint):
    assert hint in (found(**settings)[f"chorsu_articles.{id_}"].hint or "")


def test_without_a_limit_no_form_is_too_long():
    assert found(DATA_UPLOAD_MAX_NUMBER_FIELDS=None) == {}


def test_without_a_list_of_languages_there_would_be_columns_for_all_that_django_knows(settings):
    del settings.MODELTRANSLATION_LANGUAGES
    settings.LANGUAGES = global_settings.LANGUAGES
    messages = {message.id: message for message in checks.check_languages()}
    assert 'LANGUAGES = [("ru", "Русский")]' in (messages["chorsu_articles.E004"].hint or "")


def test_an_app_is_missing(monkeypatch):
    monkeypatch.setattr(checks, "APPS", (*checks.APPS, "wagtail.contrib.nothing"))
    assert found()["chorsu_articles.E002"].hint == 'Add to INSTALLED_APPS: "wagtail.contrib.nothing",'


def test_a_kind_without_a_key_of_its_own(monkeypatch):
    monkeypatch.setattr(EventReportPage, "kind", AnalysisPage.kind)
    assert {message.obj for message in checks.check_kinds()} == {AnalysisPage, EventReportPage}
    monkeypatch.setattr(EventReportPage, "kind", "")
    assert [message.obj for message in checks.check_kinds()] == [EventReportPage]

"""Where the demo is not loaded, and in which languages it is."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from chorsu_articles.models import Publication
from cms.models import User
from demo.services import DemoError, load_demo
from tests.demo.chosen import choose
from tests.newsroom_copy import copy_newsroom


def test_it_needs_a_newsroom_and_production_refuses_public_passwords(db):
    with pytest.raises(DemoError, match="setup_newsroom"):
        load_demo(public_passwords=True)
    with pytest.raises(CommandError, match="--with-public-passwords"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_only_languages_that_are_switched_on(settings, tmp_path, db, monkeypatch):
    choose(monkeypatch, {"mountain-guests", "ice-school"})
    settings.MEDIA_ROOT = tmp_path
    settings.NEWSROOM_LANGUAGES = ["tg", "en"]
    settings.LANGUAGES = [("tg", "Тоҷикӣ"), ("en", "English")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES
    settings.LANGUAGE_CODE = "tg"
    copy_newsroom()
    load_demo(public_passwords=True)
    codes = list(Publication.objects.order_by("pk").values_list("locale__language_code", flat=True))
    assert sorted(codes) == ["en", "en", "tg"]

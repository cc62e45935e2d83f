"""A database that somebody else writes to, and a full disk: readers get pages, people a sentence and their text."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from bs4 import BeautifulSoup
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import AbstractImage
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from chorsu_articles.models import AnalysisPage, PictureRendition
from chorsu_articles.pictures.renditions import make_due_renditions
from chorsu_feedback.models import TypoReport
from cms import request_checks
from cms.settings import base
from tests.abuse.sessions import form_fields
from tests.articles.pictures import file_of
from tests.busy_database import full, locked
from tests.cms.content import make_full_article
from tests.factories import PASSWORD, make_article, make_home, make_section, make_user

JSON = {"accept": "application/json"}
LOCKED = "database is busy"
FULL = "disk is full"
# Seconds, of three requests together. Without a limit each statement waits for the connection's 20.
MOST_WAITING = 1.0

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="About SQLite's one writer."),
]


@pytest.fixture(autouse=True)
def _as_in_production(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHES = base.CACHES | {"default": base.CACHES["default"] | {"LOCATION": tmp_path / "cache"}}
    # The connection itself waits for 20 seconds.
    monkeypatch.setattr(request_checks, "MOST_SECONDS", 0.3)


def member() -> Client:
    """Return a browser of an administrator, which shows answers as production sends them."""
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.force_login(make_user(superuser=True))
    return client


def editor_form(page: AnalysisPage, **changes: str) -> tuple[str, dict[str, Any]]:
    """Return the address of a page's editor, and what it sends."""
    empty = {name: streamfield([]) for name in ("body", "key_points", "references")}
    rows = {name: inline_formset([]) for name in ("author_links", "translator_links", "corrections", "comments")}
    fields = {"title": page.title, "slug": page.slug, "lead": page.lead, **empty, **rows, **changes}
    return reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(fields)


def fields_of(answer: Any) -> dict[str, Any]:
    form = BeautifulSoup(answer.content, "html.parser").select_one("form[method=post]")
    assert form is not None
    return form_fields(form)


@pytest.mark.thorough
def test_readers_do_not_wait_for_a_writer():
    section = make_section(make_home())
    article = make_full_article(section)
    client = Client()
    with locked() as waits:
        # Nothing is kept yet, and no size of a picture made.
        answers = [client.get(path) for path in (article.url, article.url, "/ru/", section.url)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert sum(waits) <= MOST_WAITING
    assert "<img " in answers[0].text
    assert not PictureRendition.objects.exists()
    client.get(article.url)
    assert PictureRendition.objects.exists()


def test_a_save_that_finds_the_database_locked_says_so_and_holds_the_text():
    client, article = member(), make_article()
    address, fields = editor_form(article, title="Дарёи Ӯбӣ", lead="Ғайричашмдошт ва ҷолиб")
    with locked() as waits:
        posted = client.post(address, fields)
        autosaved = client.post(address, fields, headers=JSON)
        signed_in = Client(raise_request_exception=False).post(
            reverse("wagtailadmin_login"),
            {"username": "somebody", "password": PASSWORD, "password-old_password": PASSWORD},
        )
    assert sum(waits) <= MOST_WAITING
    assert posted.status_code == autosaved.status_code == signed_in.status_code == 503
    assert LOCKED in posted.text
    assert LOCKED in autosaved.json()["error_message"]
    assert autosaved.json()["reason"] == "locked", "the editor's tools send a picture again for this one alone"
    assert posted["Retry-After"]
    assert PASSWORD not in signed_in.text
    sent_again = fields_of(posted)
    assert {name: sent_again[name] for name in ("title", "lead")} == {
        "title": "Дарёи Ӯбӣ",
        "lead": "Ғайричашмдошт ва ҷолиб",
    }
    assert client.post(address, sent_again).status_code == 302
    article.refresh_from_db()
    assert article.get_latest_revision_as_object().title == "Дарёи Ӯбӣ"


def test_all_waiting_of_a_request_together_is_limited():
    article = make_article()
    report = {"page": article.pk, "selected": "happened", "before": "What ", "after": ".", "suggestion": "hapened"}
    with locked() as waits:
        # The limits wait first, and the report then.
        answer = Client(raise_request_exception=False).post(
            reverse("chorsu_feedback:report"), json.dumps(report), content_type="application/json", headers=JSON
        )
    assert answer.status_code == 503
    assert answer.json()["message"]
    assert sum(waits) <= MOST_WAITING
    assert not TypoReport.objects.exists()
    # Commands and the worker wait longer than people.
    assert connection.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)


@pytest.mark.thorough
def test_on_a_full_disk_readers_get_pages_and_saves_a_sentence():
    client, article = member(), make_full_article(make_section(make_home()))
    long = "Рӯд " * 100_000
    address, fields = editor_form(article, lead="Short")
    with full():
        assert Client().get(article.url).status_code == 200
        refused = client.post(address, fields | {"comment": long, "search_description": long})
        assert Client().get(article.url).status_code == 200
    assert refused.status_code == 503
    assert FULL in refused.text
    # And afterwards by itself.
    assert client.post(address, fields).status_code == 302


def test_an_upload_that_the_disk_cannot_take_is_answered(monkeypatch):
    client = member()

    def refuse(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    address = reverse("wagtaildocs:add")
    with monkeypatch.context() as disk:
        disk.setattr(FileSystemStorage, "_save", refuse)
        file = SimpleUploadedFile("notes.txt", "Ёддошт".encode())
        answer = client.post(address, {"title": "Notes", "file": file})
    assert answer.status_code == 503
    assert FULL in answer.text
    assert "chosen again" in answer.text
    assert not Document.objects.exists()


def test_a_picture_that_meets_a_busy_database_leaves_no_file(settings):
    client, address = member(), reverse("chorsu_articles_admin:upload_picture")
    with locked():
        answer = client.post(address, {"file": SimpleUploadedFile("map.png", file_of("png"))}, headers=JSON)
    assert (answer.status_code, answer.json()["reason"]) == (503, "locked")
    originals = Path(settings.MEDIA_ROOT, "original_images")
    assert not originals.exists()
    assert client.post(address, {"file": SimpleUploadedFile("map.png", file_of("png"))}).status_code == 200
    assert len(list(originals.iterdir())) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("refusal", [OSError(errno.ENOSPC, "No space left"), OperationalError("database is locked")])
def test_sizes_that_cannot_be_stored_now_are_made_later(refusal, monkeypatch):
    article = make_full_article(make_section(make_home()))
    article.save_revision().publish()
    with monkeypatch.context() as disk:
        disk.setattr(AbstractImage, "create_rendition", Mock(side_effect=refusal))
        assert "<img " in Client().get(article.url).text
        assert make_due_renditions() == 0
    assert make_due_renditions() == 1


@pytest.mark.parametrize("error", [OSError("image file is truncated"), KeyError("a fault")])
def test_another_error_stays_an_error(monkeypatch, error):
    client, article = member(), make_article()
    address, fields = editor_form(article)
    monkeypatch.setattr(AnalysisPage, "save_revision", Mock(side_effect=error))
    assert client.post(address, fields).status_code == 500


def test_an_error_that_was_raised_from_itself():
    error = ValueError()
    error.__cause__ = error
    assert request_checks.reason_of(error) is None

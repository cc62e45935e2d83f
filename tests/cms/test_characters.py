"""Every character below U+3000 and all of category C, in all that readers and editors get."""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from email import message_from_bytes, policy
from io import BytesIO, StringIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, ModelLogEntry, PageLogEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from chorsu_articles.models import (
    AnalysisPage,
    HomePage,
    InfoPage,
    Person,
    Picture,
    PublicationAuthor,
    Topic,
)
from chorsu_delivery.mail import MailChannel
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send
from chorsu_locales.normal_form import normal_text, permitted
from cms.models import User
from tests.cms.content import section
from tests.factories import days_ago, make_person, make_picture, make_user, signed_in

CONTROLS = "Wo\x0brd\x00\u202e\ufffe\ue000"
CLEAN = "Wo rd"
EVERY = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if code < 0x3000 or unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs", "Co", "Cn"}
]


def portions(size: int) -> list[str]:
    """Return all characters in texts of so many."""
    return ["".join(EVERY[start : start + size]) for start in range(0, len(EVERY), size)]


def storable_portions() -> list[str]:
    """Return all characters that every database takes, in texts that would be far too long for a form."""
    return [re.sub("[\0\ud800-\udfff]", "", text) for text in portions(50_000)]


def fitting_portions() -> list[str]:
    """Return all characters in texts that a headline has room for once they have passed the door."""
    texts, start, kept = [], 0, 0
    for number, character in enumerate(EVERY):
        kept += len(normal_text(character))
        if kept > 200:
            texts.append("".join(EVERY[start:number]))
            start, kept = number, 1
    return [*texts, "".join(EVERY[start:])]


@pytest.fixture
def article(newsroom, settings, tmp_path) -> AnalysisPage:
    """Return a live article with an author and a picture."""
    settings.MEDIA_ROOT = tmp_path
    russian = section()
    page = AnalysisPage(
        title="x", slug="article", locale=russian.locale, published_on=days_ago(1), main_picture=make_picture()
    )
    page.author_links = [PublicationAuthor(person=make_person())]
    russian.add_child(instance=page)
    return page


@pytest.fixture
def office(article) -> Client:
    return signed_in(make_user("Chief editors", superuser=True))


def fill(article: AnalysisPage, text: str, *, past_the_door: bool) -> None:
    """Put a text into headline, lead, caption, name and credit."""
    person, picture = article.author_links.get().person, article.main_picture
    assert picture
    for row, values in (
        (article, {"title": text, "lead": text, "main_picture_caption": text, "slug": "article"}),
        (person, {"name_ru": text, "slug": "person"}),
        (picture, {"credit": text}),
    ):
        if past_the_door:
            type(row)._default_manager.filter(pk=row.pk).update(**values)
            continue
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    cache.clear()


def check_headers(answer: HttpResponse) -> None:
    for name, value in answer.headers.items():
        assert re.fullmatch(r"[\x20-\x7e]*", f"{name}: {value}"), name


def check_outputs(client: Client) -> list[str]:
    """Read everything that a program reads, and return the headlines, leads, names, captions and credits in it."""
    seen = []
    for url in ("/ru/feed/", "/ru/feed/analysis/", "/sitemap-ru.xml"):
        answer = client.get(url)
        check_headers(answer)
        texts = ("title", "description", "creator", "credit")
        seen += [found.text or "" for found in ET.fromstring(answer.content).iter() if found.tag.endswith(texts)]
    answer = client.get("/ru/analysis/article/")
    check_headers(answer)
    (script,) = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', answer.text, re.DOTALL)
    data = json.loads(script)["@graph"][-1]
    return [*seen, data["headline"], data["author"][0]["name"], *data["image"][0].values()]


some_or_all = pytest.mark.parametrize("step", [20, pytest.param(1, marks=pytest.mark.slow)], ids=["some", "all"])


@pytest.mark.thorough
@some_or_all
@pytest.mark.parametrize("past_the_door", [False, True])
def test_every_output_is_well_formed(article, client, past_the_door, step):
    for number, text in enumerate((storable_portions() if past_the_door else fitting_portions())[::step]):
        fill(article, f"Headline {text}", past_the_door=past_the_door)
        if not past_the_door:
            for row in (AnalysisPage.objects.get(), Person.objects.get(), Picture.objects.get()):
                values = [value for value in vars(row).values() if isinstance(value, str)]
                assert all(value == normal_text(value) for value in values)
            if number % 8:
                continue  # what passed the door is among what is written past it
        seen = check_outputs(client)
        assert sum(str(found).startswith("Headline") for found in seen) >= 6


@pytest.mark.thorough
@some_or_all
def test_every_mail_has_legal_headers(step):
    for text in portions(5000)[::step]:
        message = OutgoingMessage(recipient="a@example.org", subject=f"S {text}", body=f"B {text}")
        mail.outbox.clear()
        MailChannel().send(message)
        raw = mail.outbox[0].message().as_bytes()
        head = raw.partition(b"\n\n")[0]
        assert re.fullmatch(rb"[\x20-\x7e\r\n\t]*", head)
        assert str(message_from_bytes(raw, policy=policy.default)["Subject"]).startswith("S")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports(office, article, kind):
    titles = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", storable_portions()[0]]
    for title in titles:
        AnalysisPage.objects.update(title=title, last_published_at=days_ago(1))
        answer = office.get(f"/admin/reports/aging-pages/?export={kind}")
        check_headers(answer)
        content = b"".join(answer)  # type: ignore[arg-type]
        if kind == "csv":
            cells = [row[0] for row in csv.reader(StringIO(content.decode(), newline=""))]
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
        else:
            sheet: Any = load_workbook(BytesIO(content)).active
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
            cells = [str(cell.value) for cell in sheet["A"]]
        assert any(permitted(title).strip()[:4] in cell for cell in cells)


def test_one_door_for_every_text_that_is_stored(article):
    facts = {"label": CONTROLS, "action": "wagtail.edit", "content_type_id": 1, "timestamp": days_ago(1)}
    page_log = PageLogEntry.objects.create(page=article, data={"a": {"b": [CONTROLS]}}, **facts)
    model_log = ModelLogEntry.objects.create(object_id="1", **facts)
    document = Document.objects.create(title=CONTROLS, file=get_test_image_file())
    document.tags.add(CONTROLS)
    message = send(channel="mail", recipient="a@example.org", subject=CONTROLS, body=CONTROLS, key="k")
    texts = [
        make_user(first_name=CONTROLS).first_name,
        page_log.label,
        page_log.data["a"]["b"][0],
        model_log.label,
        document.title,
        document.tags.get().name,
        Collection.get_first_root_node().add_child(instance=Collection(name=CONTROLS)).name,
        message.subject,
        message.body,
    ]
    assert set(texts) == {CLEAN}
    redirect = Redirect.add_redirect("/old\u202e", "https://example.org/\u202e")
    assert (redirect.old_path, redirect.redirect_link) == ("/old\ufffd", "https://example.org/\ufffd")


def test_a_form_checks_what_will_be_stored(office):
    Topic.objects.create(name_ru="Water")
    for name, names in (("\u202e\x00", ["Water"]), ("Ro\u202eads", ["Roads", "Water"])):
        office.post("/admin/snippets/chorsu_articles/topic/add/", {"name_ru": name, "slug": ""})
        assert sorted(Topic.objects.values_list("name_ru", flat=True)) == names
    for number, address in enumerate(("new\u202e@example.org", "new@example.org")):
        data = {
            "username": f"n{number}",
            "email": address,
            "first_name": "a",
            "last_name": "b",
            "password1": "pa\u202ess-word-1",
            "password2": "pa\u202ess-word-1",
        }
        assert office.post("/admin/users/new/", data).status_code == (200 if number else 302)
    user = User.objects.get(email="new@example.org")
    assert user.check_password("pa\u202ess-word-1")
    assert office.get("/admin/images/?q=a%00%0b").status_code == 200


def test_formatted_text_is_cleaned_where_it_stands(office):
    """Draftail counts characters: what goes away before its ranges are read would shift them."""
    home = HomePage.objects.get(locale__language_code="ru")
    page = home.add_child(instance=InfoPage(title="i", slug="info", locale=home.locale))
    text = {"key": "a", "text": "a\u202e\x0b bold", "type": "unstyled", "depth": 0, "data": {}, "entityRanges": []}
    bold = {"offset": 4, "length": 4, "style": "BOLD"}
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "java\u202escript:alert(1)"}}
    linked = {"key": "b", "text": "l", "type": "unstyled", "depth": 0, "data": {}, "inlineStyleRanges": []}
    linked["entityRanges"] = [{"offset": 0, "length": 1, "key": 0}]
    body = {"blocks": [{**text, "inlineStyleRanges": [bold]}, linked], "entityMap": {"0": link}}
    for sent in (json.dumps(body), json.dumps(body, ensure_ascii=False)):
        form = {"title": "i", "slug": "info", "body": sent, "comments": inline_formset([])}
        office.post(f"/admin/pages/{page.pk}/edit/", nested_form_data(form))
        stored = InfoPage.objects.get(pk=page.pk).get_latest_revision_as_object().body
        assert "<b>bold</b>" in stored
        assert normal_text(stored) == stored
        assert 'href="java\ufffdscript:alert(1)"' in stored

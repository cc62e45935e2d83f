"""The admin speaks one language to each person, one word for one thing, and writes dates in one way.

What people wrote is in Greek letters here, so whatever else is in another alphabet than the person's comes of the code.
"""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.functional import Promise
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import Collection, Page, PageLogEntry
from wagtail.users.models import UserProfile

from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_articles.models import Organisation, Person, Picture, Topic
from chorsu_delivery.models import OutgoingMessage
from chorsu_locales.dates import format_date, format_datetime, format_time
from chorsu_locales.table import LANGUAGES
from chorsu_search.models import WordGroup
from chorsu_translation.models import PublishedVersion
from cms.models import User
from tests.cms.admin_texts import texts_of
from tests.cms.content import desk_of_newsroom, make_full_article
from tests.cms.crawl import walk_admin
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.usefixtures("people", "db")

ROLES = {
    "administrator": (),
    "chief editor": ("Chief editors",),
    "editor": ("Editors (ru)", "Editors (tg)"),
    "journalist": ("Journalists (ru)",),
    "translator": ("Translators (tg)",),
}
# Looks different to each role.
OWN = re.compile(r"/admin/(?:$|account/$|pages/N/(?:edit/)?$|translations/$|reports/typos/$)")
# As readers get them, in the language of the text.
OF_READERS = re.compile(r"/admin/text-in-review/")
# And of commands and settings.
NAMES_OF_FILES = re.compile(r"\S*[@/]\S*|\S+\.\w{2,}\S*|[a-z]+_[a-z]+|[A-Z]+_[A-Z]+\S*|(?i:\d* ?story pages?)")
LETTERS = {"ru": re.compile(r"(?<![\w#])[A-Za-z]{2,}"), "en": re.compile(r"[Ѐ-ӿ]{2,}")}
FOREIGN = {
    "ru": {
        "Chorsu", "Wagtail", "Telegram", "WhatsApp", "Facebook", "YouTube", "VK",
        "RSS", "API", "CMS", "JavaScript", "HTML", "CSV", "XLSX", "TSV", "TBX", "AVIF", "GIF", "JPG", "JPEG", "PNG",
        "WEBP", "JSON", "WordPress", "Word", "WPML", "CC", "BY", "ISO", "Ctrl", "Alt", "Shift",
        "Esc", "Enter", "Tab", "Mac",
        "SQLite", "PostgreSQL",  # on the page Health
        "Root", "localhost",  # of Wagtail's tree and of a site: names in the database
    },
    "en": set[str](),
}  # fmt: skip
# Of Wagtail's hidden button, in its template.
HIDDEN = "Search"
# Rights as Django stores them, which only an administrator sees, in the page of a group.
RIGHTS = re.compile(
    r"Группа 'Chief editors'|(?:.* \| )?"
    r"(?:Can (?:add|change|delete|edit vocabulary)|Delete pages|Lock/unlock|Publish any|Unlock)"
)
# The word to use for those that are refused. Readers' words are the same.
REFUSED = {
    "ru": {
        r"аккаунт|профил|\bучетн": "учётная запись",
        r"рубрик|секци": "раздел",
        r"шеф": "главный редактор",
        r"модер(?:ац|ир)|согласован|рецен[зс]|ревью": "проверка",
        r"(?<!под)утвер(?:жд|д)": "одобрить",
        r"^на проверку(?: \(\d+\)|: .*| - Wagtail)?$": "Проверить",
        r"отправлено: |^запрошен$": "Отправил(а), кто отправил",
        r"продвижени|поисков\w+ систем": "Адрес и поисковики",
        r"\burl|слаг": "адрес",
        r"e-?mail|имейл": "эл. почта",
        r"\b\d{1,2}\.\d{1,2}\.\d{4}|\b\d{4}-\d\d-\d\d|\b(?:дек|окт)\. ": "4 декабря 2026 г., 22:10",
    },
    "en": {r"moderat": "approval", r"\bemails?\b": "e-mail", r"\burls?\b|\bslugs?\b": "address"},
}
# «Статья» is a kind, beside «репортаж»: names of kinds stand on many screens.
ARTICLE = r"стать[яиюе]|статьёй|статей"
KINDS = {"article", "articles", "Its kind isn't known here: it became an article."}
OF_COUNTRIES = re.compile(r"[A-Z]{2}")


def faults_in(answer: str, language: str) -> Iterator[str]:
    """Yield the texts of an answer with words of another language, or with refused ones."""
    for said in texts_of(answer):
        rest = NAMES_OF_FILES.sub(" ", said)
        for known in LANGUAGES.values():
            rest = rest.replace(known.name, " ")
        words = set(LETTERS[language].findall(rest)) - FOREIGN[language] - LANGUAGES.keys()
        is_data = said in {*settings.WAGTAIL_USER_TIME_ZONES, HIDDEN} or OF_COUNTRIES.fullmatch(said)
        if is_data or RIGHTS.match(said):
            words = set()
        better = better_words(rest, language)
        if words or better:
            yield f"{said[:200]} {better}"


def better_words(text: str, language: str) -> list[str]:
    """Return what to say for the refused words in a text."""
    refused = REFUSED[language].items()
    return [better for pattern, better in refused if re.search(pattern, text, re.IGNORECASE)]


def said_in_russian() -> dict[tuple[str | None, str], tuple[str, ...]]:
    """Return what the installed apps say, by context and English text; the first of them wins."""
    messages: dict[tuple[str | None, str], tuple[str, ...]] = {}
    for config in apps.get_app_configs():
        path = Path(config.path, "locale/ru/LC_MESSAGES/django.po")
        if path.exists():
            for message in read_po(io.BytesIO(path.read_bytes()), locale="ru"):
                text = message.string
                key = message.context, str(message.id)
                messages.setdefault(key, text if isinstance(text, tuple) else (str(text),))
    return messages


@pytest.fixture(scope="module")
def people(newsroom_of_module, media_of_module, kept_in_module) -> dict[str, User]:
    """Return somebody of each role, in a newsroom with texts in review and live."""
    with kept_in_module():
        users = {role: make_user(*groups, superuser=not groups, first_name="Α") for role, groups in ROLES.items()}
        for user in users.values():
            User.objects.filter(pk=user.pk).update(username=f"χρήστης{user.pk}")
        author, editor = users["journalist"], users["editor"]
        desk = desk_of_newsroom(author, author, editor, editor)
        desk.draft(title="Σχέδιο")
        make_full_article(desk.section, title="Άρθρο")
        desk.in_review(title="Κείμενο")
        WordGroup.objects.all().delete()
        for page in Page.objects.filter(depth__in=(2, 3)):
            Page.objects.filter(pk=page.pk).update(title=f"Σελίδα {page.pk}", draft_title=f"Σελίδα {page.pk}")
        for model in (Person, Topic, Organisation):
            names = {f"name_{code}": "Όνομα" for code in LANGUAGES}
            model.objects.update(**names, slug=Cast("pk", CharField()))
        Picture.objects.update(title="Εικόνα")
        OutgoingMessage.objects.update(subject="Θέμα")
        make_preview()
        PageLogEntry.objects.update(label="Σελίδα")
        PublishedVersion.objects.update(title="Σελίδα")
        assert Collection.objects.get().name == "Root"
        return users


def make_preview() -> None:
    rows = {key: {"κλειδί": {"name": "Όνομα", "items": 1}} for key in ("authors", "terms", "kinds", "fields")}
    facts = {"identity": "Πηγή", "path": "/αρχείο", "mapping": rows, "counts": dict.fromkeys(("created", "failed"), 1)}
    run = ImportRun.objects.create(**facts, is_preview=True, state=ImportRun.State.DONE)
    notes = [[kind, "Σημείωση"] for kind in ("dropped", "guessed", "broken")]
    ImportedItem.objects.create(run=run, kind="page", key="κλειδί", title="Κείμενο", what="created", notes=notes)


# A text that isn't translated is English, and found in Russian.
@pytest.mark.thorough
@pytest.mark.parametrize("language", ["ru", pytest.param("en", marks=pytest.mark.slow)])
def test_words(people, language):
    UserProfile.objects.update(preferred_language=language)
    seen: set[str] = set()
    faults: dict[str, str] = {}
    for role, user in people.items():
        seen = {kind for kind in seen if not OWN.fullmatch(kind)}
        for address, response, text in walk_admin(signed_in(user), seen):
            kind = response.headers.get("Content-Type", "")
            is_read = response.status_code == 200 and not OF_READERS.match(address)
            if is_read and kind.startswith(("text/html", "application/json")):
                faults |= dict.fromkeys(faults_in(text, language), f"{role}, {address}")
    assert len(seen) > 150
    assert faults == {}


def test_catalogues_call_a_thing_by_one_word():
    """Those of Wagtail too, whose words ``cms.wording`` changes."""
    faults = []
    for (_context, english), texts in said_in_russian().items():
        better = {word for text in texts for word in better_words(text, "ru")}
        if english not in KINDS and re.search(ARTICLE, " ".join(texts), re.IGNORECASE):
            better.add("материал")
        if english and better:
            faults.append((english, texts, better))
    assert faults == []


def test_groups_are_found_by_what_people_read(people, client):
    UserProfile.objects.update(preferred_language="ru")
    client.force_login(people["administrator"])
    page = client.get(reverse("wagtailusers_groups:index"), {"q": "редактор (русский"})
    assert [group.name for group in page.context["groups"]] == ["Editors (ru)"]


def test_gettext_is_djangos_own_once_the_apps_are_ready():
    assert translation.gettext.__module__ == "django.utils.translation"
    assert isinstance(ChooserViewSet.choose_one_text, Promise), "of a module that asks while it loads"
    assert type(importlib.import_module(ChooserViewSet.__module__)._("Choose")) is str


@pytest.mark.parametrize("language", ["ru", "en"])
def test_dates_are_those_of_readers(language):
    moment = datetime(2026, 3, 4, 4, 5, tzinfo=UTC)
    local = timezone.localtime(moment)
    with translation.override(language):
        for name, expected in (
            ("DATE_FORMAT", format_date(moment, language)),
            ("SHORT_DATE_FORMAT", format_date(moment, language, "short")),
            ("DATETIME_FORMAT", format_datetime(moment, language)),
            ("SHORT_DATETIME_FORMAT", format_datetime(moment, language, "short")),
        ):
            assert formats.date_format(local, name) == expected
        assert formats.time_format(local, "TIME_FORMAT") == format_time(moment, language)
        for day in (format_date(moment, language, "short"), local.strftime("%Y-%m-%d")):
            assert forms.DateField().clean(day) == local.date()
            assert forms.DateTimeField().clean(f"{day} {local:%H:%M}") == local

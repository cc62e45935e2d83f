"""The demo's desk: who writes and translates what, when it comes out, and what stands in a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Page

from chorsu_articles.models import (
    AnalysisPage,
    Correction,
    PublicationAuthor,
    PublicationTranslator,
)
from chorsu_locales.text import slugify
from cms.models import User
from demo import blocks, content
from demo.accounts import CHIEF, EDITORS
from demo.content import Article
from demo.services.history import Event

TRANSLATION_DELAY = timedelta(hours=9)


@dataclass(slots=True)
class Desk:
    """What is at hand while loading."""

    now: datetime
    users: dict[str, User]
    pictures: dict[str, int]
    picture_texts: dict[str, dict[str, Any]]
    topics: dict[str, Any]
    people: dict[str, Any]
    organisations: dict[str, Any]
    countries: dict[str, Any]
    documents: dict[tuple[str, str], int]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def library(self, language: str) -> blocks.Library:
        """Return what blocks of this language refer to."""
        pages = {key: page.pk for (key, code), page in self.pages.items() if code == language}
        return blocks.Library(self.pictures, self.picture_texts, pages)

    def editor(self, language: str) -> User:
        return self.users[EDITORS.get(language, CHIEF)]

    def published(self, article: Article, language: str) -> datetime:
        """Return when the version of this language came out: translations follow the source by some hours."""
        day = (self.now - timedelta(days=article.days_ago)).replace(
            hour=4 + article.days_ago % 6, minute=article.days_ago * 7 % 60, second=0, microsecond=0
        )
        position = [source_of(article), *(code for code in languages_of(article) if code != source_of(article))]
        return min(day + TRANSLATION_DELAY * position.index(language), self.now - timedelta(hours=1))


def languages_of(article: Article) -> list[str]:
    """Return the languages of an article that are switched on."""
    enabled = {code for code, _name in settings.LANGUAGES}
    return [code for code in article.languages if code in enabled]


def source_of(article: Article) -> str:
    """Return the language that the others are translated from: the article's own where that is switched on."""
    languages = languages_of(article)
    return article.source if article.source in languages else languages[0]


def author_account(desk: Desk, article: Article) -> User:
    """Return who writes: the account of the first author, where there is one."""
    first = article.data["authors"][0].split("-")[0]
    return desk.users.get(first) or desk.users["aigul"]


def translator_account(desk: Desk, article: Article, language: str) -> User:
    """Return who translates: the account of the language's translator, else a journalist's."""
    named = article.data.get("translators", {}).get(language, [""])[0].split("-")[0]
    translator = desk.users.get(named) or desk.users["aigul"]
    return translator if translator != desk.editor(language) else desk.users["aigul"]


def fill(desk: Desk, page: Any, article: Article, language: str, *, earlier: bool = False) -> None:
    """Put an article's texts of one language into its page."""
    data = article.data
    library = desk.library(language)
    picture = data["main_picture"]
    page.title = page.draft_title = article.text("title", language)
    page.slug = slugify(page.title, language, max_length=60)
    page.lead = blocks.plain(article.text("lead", language))
    page.search_description = page.lead[:250].rpartition(" ")[0] if len(page.lead) > 250 else page.lead
    page.body = blocks.body(article, language, library, earlier=earlier)
    main = blocks.picture_value(library, picture, {"caption": data.get("main_caption")}, language)
    page.main_picture_id = main["picture"]
    page.main_picture_caption = main["caption"]
    page.main_picture_alt = main["alt"]
    page.topics = [desk.topics[key] for key in data["topics"]]
    page.main_topic = desk.topics[data["topics"][0]]
    page.countries = [desk.countries[code] for code in data["countries"]]
    page.published_on = desk.published(article, language)
    page.author_links = [
        PublicationAuthor(person=desk.people[key], sort_order=place) for place, key in enumerate(data["authors"])
    ]
    if language != source_of(article):
        page.translator_links = [
            PublicationTranslator(person=desk.people[key], sort_order=place)
            for place, key in enumerate(data.get("translators", {}).get(language, []))
        ]
    page.corrections = corrections(desk, data, language, list(page.corrections.all()))
    if isinstance(page, AnalysisPage):
        page.key_points = blocks.key_points(article, language)
        page.references = blocks.references(article, language)
    else:
        page.starts_on = day(desk, data["starts_days_ago"])
        page.ends_on = day(desk, data.get("ends_days_ago", data["starts_days_ago"]))
        page.venue = article.text("venue", language)
        page.city = article.text("city", language)
        page.country = desk.countries[data["country"]]
        page.organisers = [desk.organisations[key] for key in data["organisers"]]
        page.participants = blocks.participants(article, language)
        page.documents = blocks.documents(article, language, desk.documents)


def corrections(desk: Desk, data: Mapping[str, Any], language: str, former: list[Correction]) -> list[Correction]:
    """Return the rows of the corrections; those that a former version has keep their keys, as in the editor."""
    rows = [
        Correction(
            date=day(desk, correction["days_ago"]), text=content.text_of(correction["text"], language), sort_order=place
        )
        for place, correction in enumerate(data.get("corrections", []))
    ]
    for row, old in zip(rows, former, strict=False):
        row.pk = old.pk
    return rows


def day(desk: Desk, days_ago: int) -> date:
    return timezone.localdate(desk.now - timedelta(days=days_ago))

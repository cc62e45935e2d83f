"""A newsroom with all that an article can hold, a little of everything drawn by a seed; and how it is emptied."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_articles.models import (
    AnalysisPage,
    Correction,
    Country,
    EventReportPage,
    Organisation,
    Person,
    Picture,
    Publication,
    PublicationAuthor,
    PublicationTranslator,
    SectionPage,
    Topic,
)
from chorsu_articles.pictures.files import prepare
from chorsu_translation.baselines import link_new_translations
from tests.factories import make_home

LANGUAGES = ("ru", "tg", "en", "fa")
TEXTS = {
    "ru": "Вода в Вахше поднялась на 12 % за год, сказал «Гидромет»",
    "tg": "Ҷӯйбор ғарқ шуд: қаҳру ӯҳдаи обҳои кӯҳӣ",
    "en": "The river rose by 12 % in a year, “Hydromet” said",
    "fa": "آب رودخانه در سال گذشته بالا آمد",
}


class Newsroom:
    def __init__(self) -> None:
        self.people: list[Person] = []
        self.topics: list[Topic] = []
        self.countries: list[Country] = []
        self.organisations: list[Organisation] = []
        self.pictures: list[Picture] = []
        self.documents: list[Document] = []
        self.sections: dict[tuple[str, str], SectionPage] = {}
        self.pages: list[Any] = []


def make_newsroom(seed: int, *, articles: int = 5) -> Newsroom:
    """Return a newsroom in which articles of both kinds stand in each language, live or as drafts."""
    random, made = Random(seed), Newsroom()
    for number in range(3):
        names = {"name_ru": f"Автор {number} {seed}", "name_tg": f"Муаллиф {number}", "about_ru": "Пишет о воде."}
        made.people.append(Person.objects.create(**names))
        made.topics.append(Topic.objects.create(name_ru=f"Тема {number} {seed}", name_en=f"Topic {number}"))
        made.countries.append(Country.objects.get_or_create(code=("TJ", "UZ", "KZ")[number], name_ru="Страна")[0])
        society = {"name_ru": f"Общество «Вода {number}»", "website": "https://example.org/"}
        made.organisations.append(Organisation.objects.create(**society))
        file = prepare(get_test_image_file(colour=(40 * number, seed % 250, 200), size=(60, 40)), "river.png")
        facts = {"credit": f"Автор {number} {seed}", "kind": ("photo", "map", "chart")[number], "licence": "CC BY 4.0"}
        point = dict.fromkeys(("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height"), 20)
        texts = {"caption_ru": "Река", "alt_text_tg": "Дарё", "title": f"River {number}"}
        picture = Picture.objects.create(file=file, **facts, **texts, **(point if number else {}))
        picture.tags.add("вода", f"tag {number}")
        made.pictures.append(picture)
        content = ContentFile(f"Paper {number} of {seed}.\n".encode(), name=f"paper-{number}.txt")
        made.documents.append(Document.objects.create(title=f"Paper {number}", file=content))
    made.people[0].photo = made.pictures[0]
    made.people[0].save()
    for kind in ("analysis", "events"):
        key = uuid.UUID(int=random.getrandbits(128))
        for code in LANGUAGES:
            home = make_home(code)
            facts = {"title": f"{kind} {code}", "slug": f"{kind}-{code}", "kind": kind, "translation_key": key}
            made.sections[kind, code] = home.add_child(instance=SectionPage(locale=home.locale, **facts))
    for number in range(articles):
        _make_article(made, random, number)
    for page in made.pages:
        _fill(made, random, page)
    return made


def _make_article(made: Newsroom, random: Random, number: int) -> None:
    kind = random.choice(["analysis", "events"])
    model: Any = {"analysis": AnalysisPage, "events": EventReportPage}[kind]
    key = uuid.UUID(int=random.getrandbits(128))
    first = len(made.pages)
    for code in random.sample(LANGUAGES, random.randint(1, len(LANGUAGES))):
        section = made.sections[kind, code]
        facts = {"title": said(random, code), "slug": f"story-{number}", "translation_key": key, "live": False}
        made.pages.append(section.add_child(instance=model(locale=section.locale, **facts)))
    source, *targets = made.pages[first:]
    if targets:
        link_new_translations([(source, targets)])


def said(random: Random, code: str) -> str:
    return " ".join(random.choices(TEXTS[code].split(), k=random.randint(2, 8)))


def _fill(made: Newsroom, random: Random, page: Any) -> None:
    code = page.locale.language_code
    page.lead, page.search_description = said(random, code), said(random, code)
    page.body = json.dumps(body(made, random, code))
    page.topics = random.sample(made.topics, random.randint(0, 3))
    page.main_topic = random.choice([None, *page.topics.all()])
    page.countries = random.sample(made.countries, random.randint(0, 2))
    page.main_picture = random.choice([None, *made.pictures])
    page.main_picture_caption = said(random, code)
    page.author_links = [PublicationAuthor(person=each) for each in random.sample(made.people, random.randint(0, 2))]
    page.translator_links = [PublicationTranslator(person=random.choice(made.people))]
    if isinstance(page, AnalysisPage):
        page.key_points = json.dumps([block("point", said(random, code))])
        page.references = json.dumps([block("reference", {"text": rich(made, random, code)})])
    else:
        page.starts_on, page.city, page.country = date(2026, 5, 4), "Душанбе", random.choice(made.countries)
        page.organisers = random.sample(made.organisations, 2)
        page.participants = json.dumps([block("participant", {"name": "Г. Н.", "role": "", "organisation": "Вода"})])
        page.documents = json.dumps([block("document", random.choice(made.documents).pk)])
    if random.random() < 0.3:
        page.published_on = datetime(2025, 3, 1, 8, 30, 1, 654321, tzinfo=UTC)
    if random.random() < 0.3:
        page.corrections = [Correction(text=said(random, code))]
    revision = page.save_revision()
    if random.random() < 0.75:
        revision.publish()
        day = datetime(2026, 1, 1, 6, tzinfo=UTC) + timedelta(
            hours=page.pk % 500, microseconds=random.randint(0, 10**6)
        )
        Page.objects.filter(pk=page.pk).update(first_published_at=day, last_published_at=day + timedelta(days=1))


def block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": str(uuid.uuid4())}


def items(*values: Any) -> list[dict[str, Any]]:
    return [block("item", value) for value in values]


def rich(made: Newsroom, random: Random, code: str) -> str:
    page, document = random.choice(made.pages), random.choice(made.documents)
    links = [
        f'<a id="{page.pk}" linktype="page">{said(random, code)}</a>',
        f'<a linktype="document" id="{document.pk}">{said(random, code)}</a>',
        '<a href="https://example.org/?a=1&amp;b=2">there</a>',
        "<b>12 &lt; 13</b><br/>H<sub>2</sub>O",
    ]
    return f'<p data-block-key="k{random.randint(0, 99)}">{said(random, code)} {random.choice(links)}</p>'


def body(made: Newsroom, random: Random, code: str) -> list[dict[str, Any]]:
    """Return raw blocks of every kind in a random order, or some of them."""

    def text() -> str:
        return said(random, code)

    picture = {"picture": random.choice(made.pictures).pk, "caption": text(), "alt": text()}
    table = {
        "columns": [{"type": "text", "heading": text()}, {"type": "rich_text", "heading": ""}],
        "rows": [{"values": [text(), rich(made, random, code)]}],
        "caption": text(),
    }
    found = [
        block("paragraph", rich(made, random, code) + f"<h2>{text()}</h2><ul><li>{text()}</li></ul>"),
        block("heading", {"text": text(), "level": "h3"}),
        block("quotation", {"text": rich(made, random, code), "who": text(), "role": "", "language": "en"}),
        block("picture", {**picture, "size": "wide", "credit": ""}),
        block("gallery", {"pictures": items(picture, picture)}),
        block("video", {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "caption": text()}),
        block("facts", {"title": text(), "items": items(rich(made, random, code), "<p>12</p>")}),
        block("table", table),
        block("file", {"document": random.choice(made.documents).pk, "title": text()}),
        block("related", {"pages": items(*(page.pk for page in random.sample(made.pages, min(2, len(made.pages)))))}),
        block("pull_quote", {"text": text()}),
        block("passage", {"text": rich(made, random, code), "language": "en"}),
        block("footnotes", {"notes": items(rich(made, random, code))}),
    ]
    return random.sample(found, random.choice([len(found), 4]))


def read(path: Path) -> Any:
    """Return a JSON file of an export."""
    return json.loads(path.read_text(encoding="utf-8"))


def listed(folder: Path, name: str) -> list[Any]:
    """Return a list of an export."""
    return list(map(json.loads, (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()))


def empty() -> None:
    """Delete all that an archive brings, but the front pages."""
    for page in Page.objects.type(Publication, SectionPage):
        page.delete() if Page.objects.filter(pk=page.pk).exists() else None
    Redirect.objects.all().delete()
    for model in (ImportedItem, ImportRun, Person, Topic, Organisation, Country, Picture, Document):
        model.objects.all().delete()

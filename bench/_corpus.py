"""A newsroom with as many generated articles as a measurement of search needs, written in bulk.

The pages are real ones, so that the search page can be measured whole; their documents come from the same recipe,
without being read from the pages again. The same number and languages always give the same texts.
"""

from __future__ import annotations

import random
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from _common import ROOT

# Per language: what is asked, and the forms that texts hold.
WORDS: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "bench" / "words" / "forms.toml").read_text("utf-8"))
COUNTRIES = ("TJ", "UZ", "KZ", "KG", "TM", "AF")
TOPICS = ("water", "energy", "trade", "school", "roads")
PEOPLE = 20
# What is asked for speed: words in 5 documents of a language, in 2 of 100, in all of every language; two that stand
# together in 2 of 100 and the other way round in as many. Of letters that no language folds and no ending begins with.
RARE, MIDDLE, COMMON, PHRASE = "kolmur", "dorbal", "zumkol", ("bormak", "lurdam")
FILLERS = 3_000  # words that texts of a language are made of; each holds two more that are nearly its own
BODY = 200  # words
TODAY = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(slots=True)
class Language:
    """The articles of a language: their numbers are consecutive from ``first`` on."""

    code: str
    number: int
    first: int
    fillers: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    section: str = ""

    def __post_init__(self) -> None:
        from chorsu_search.spelling.edit_distance import letters  # noqa: PLC0415 - Django has to be set up first

        chance = random.Random(self.code)
        self.letters = sorted(letters(self.code))
        self.fillers = ["".join(chance.choices(self.letters, k=chance.randint(6, 10))) for _word in range(FILLERS)]

    def documents(self) -> Iterator[Any]:
        """Yield the documents, always the same."""
        from chorsu_search.documents import SearchDocument  # noqa: PLC0415

        chance = random.Random(f"{self.code} texts")
        for place in range(self.number):
            body = chance.choices(self.fillers, k=BODY)
            body += ["".join(chance.choices(self.letters, k=8)) for _rare in range(2)]
            for forms in WORDS[self.code].values():
                if chance.random() < 0.1:
                    body[chance.randrange(BODY)] = chance.choice(forms)
            body[chance.randrange(BODY)] = COMMON
            if place < 5:
                body.append(RARE)
            if chance.random() < 0.02:
                body.append(MIDDLE)
            if chance.random() < 0.04:
                body += PHRASE if chance.random() < 0.5 else PHRASE[::-1]
            published = TODAY - timedelta(hours=place * 7 % 70_000)
            facets = {
                "section": (self.section,),
                "country": (chance.choice(COUNTRIES),),
                "topic": (chance.choice(TOPICS),),
                "person": (f"person-{chance.randrange(PEOPLE)}",),
                "year": (str(published.year),),
            }
            texts = {"headline": " ".join(body[:6]), "lead": " ".join(body[6:30]), "body": " ".join(body[30:])}
            yield SearchDocument(self.first + place, self.code, texts, facets, published)

    def holders(self) -> dict[str, set[int]]:
        """Return which documents hold each of ``WORDS`` in some form."""
        held: dict[str, set[int]] = {word: set() for word in WORDS[self.code]}
        words = {form: word for word, forms in WORDS[self.code].items() for form in forms}
        for document in self.documents():
            for text in document.texts.values():
                for found in words.keys() & set(text.split()):
                    held[words[found]].add(document.page_id)
        return held

    def slip(self, word: str) -> str:
        """Return a word with a wrong letter in its middle, the same each time."""
        chance = random.Random(word)
        place = len(word) // 2
        return (
            word[:place]
            + chance.choice([letter for letter in self.letters if letter != word[place]])
            + word[place + 1 :]
        )


def prepare(codes: list[str], number: int) -> list[Language]:
    """Make pages, words of headlines and vocabulary in a new newsroom; no engine is filled."""
    from django.db.models import Max, Min  # noqa: PLC0415
    from wagtail.models import Page  # noqa: PLC0415

    from chorsu_articles.models import SectionPage  # noqa: PLC0415

    first = Page.objects.aggregate(last=Max("pk"))["last"] + 1
    languages = [Language(code, number, first + place * number) for place, code in enumerate(codes)]
    section = SectionPage.objects.filter(kind="analysis").aggregate(first=Min("pk"))["first"]
    for language in languages:
        language.section = str(section)
    people, topics, pictures = _rows()
    for language in languages:
        _write_pages(language, people, topics, pictures)
        _write_words(language)
    return languages


def _rows() -> tuple[dict[str, Any], dict[str, Any], list[Any]]:
    from chorsu_articles.models import Person, Topic  # noqa: PLC0415
    from tests.factories import make_picture  # noqa: PLC0415

    people = [
        Person.objects.create(name_ru=f"Автор {n}", name_en=f"Author {n}", slug=f"person-{n}") for n in range(PEOPLE)
    ]
    topics = [Topic.objects.create(name_ru=f"Тема {slug}", name_en=slug, slug=slug) for slug in TOPICS]
    return (
        {person.slug: person for person in people},
        {topic.slug: topic for topic in topics},
        [make_picture() for _picture in range(10)],
    )


def _write_pages(language: Language, people: dict[str, Any], topics: dict[str, Any], pictures: list[Any]) -> None:
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415
    from wagtail.models import Locale, Page  # noqa: PLC0415

    from chorsu_articles.models import AnalysisPage, Publication, PublicationAuthor, SectionPage  # noqa: PLC0415
    from chorsu_search.models import insert_rows  # noqa: PLC0415

    locale = Locale.objects.get(language_code=language.code)
    section = SectionPage.objects.filter(locale=locale, kind="analysis").first()
    content_type = ContentType.objects.get_for_model(AnalysisPage)
    through = Publication.topics.through
    for documents in batched(enumerate(language.documents()), 500):
        pages, publications, kinds, authors, about = [], [], [], [], []
        for place, document in documents:
            slug = f"article-{document.page_id}"
            values = {
                "path": Page._get_path(section.path, section.depth + 1, place + 1),  # noqa: SLF001
                "depth": section.depth + 1,
                "title": document.texts["headline"],
                "draft_title": document.texts["headline"],
                "slug": slug,
                "url_path": f"{section.url_path}{slug}/",
                "locale": locale,
                "content_type": content_type,
                "live": True,
                "first_published_at": document.published_on,
                # Every third article is the same in all languages.
                "translation_key": uuid.uuid5(uuid.NAMESPACE_URL, str(place)) if place % 3 == 0 else uuid.uuid4(),
            }
            pages.append(Page(pk=document.page_id, **values))
            publication = {"lead": document.texts["lead"], "published_on": document.published_on}
            picture = pictures[place % len(pictures)] if place % 2 else None
            publications.append(Publication(page_ptr_id=document.page_id, main_picture=picture, **publication))
            kinds.append(AnalysisPage(publication_ptr_id=document.page_id))
            authors.append(PublicationAuthor(page_id=document.page_id, person=people[document.facets["person"][0]]))
            about.append(through(publication_id=document.page_id, topic=topics[document.facets["topic"][0]]))
        Page.objects.bulk_create(pages)
        # Django's bulk_create refuses tables below another.
        for model, rows in ((Publication, publications), (AnalysisPage, kinds)):
            fields = model._meta.local_concrete_fields
            values = [[getattr(row, field.attname) for field in fields] for row in rows]
            insert_rows(model, [field.name for field in fields], values)
        PublicationAuthor.objects.bulk_create(authors)
        through.objects.bulk_create(about)
    Page.objects.filter(pk=section.pk).update(numchild=language.number)


def _write_words(language: Language) -> None:
    """Write the words of headlines, and the vocabulary, as the write path does."""
    from chorsu_search.names import store_headlines  # noqa: PLC0415
    from chorsu_search.spelling.vocabulary import remember_words  # noqa: PLC0415

    for documents in batched(language.documents(), 500):
        store_headlines(documents)
        remember_words(documents)

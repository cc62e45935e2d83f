"""Make texts of templates and of the demo's own sentences, in every language of the table."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from demo import content

# A sentence ends where white space and a capital, quotation mark or letter without case follow.
SENTENCE_END = re.compile(r"(?<=[.!?؟»”])\s+(?=[«“]?\w)")
# Numbers after which Russian has the genitive plural, so that templates need one form.
NUMBERS = [number for number in range(5, 91) if number < 21 or number % 10 not in {1, 2, 3, 4}]
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True, slots=True)
class Words:
    """What a language's texts are made of; ``speakers`` are (who, role) pairs."""

    language: str
    subjects: Sequence[str]
    places: Sequence[str]
    titles: Sequence[str]
    events: Sequence[str]
    sentences: Sequence[str]
    headings: Sequence[str]
    own: Sequence[str]
    speakers: Sequence[tuple[str, str]]


@cache
def words_of(language: str) -> Words:
    """Return the words of a language; raise ``KeyError`` for one that the generator doesn't know."""
    lists: dict[str, list[str]] = content.read("generator.toml")[language]
    own: list[str] = []
    speakers: list[tuple[str, str]] = []
    for article in content.articles():
        for block in article.body:
            text = content.text_of(block.get("text"), language)
            if block["type"] == "paragraph":
                plain = re.sub(r"\[\d+\]|<[^>]+>", "", text)
                own += [sentence.strip() for sentence in SENTENCE_END.split(plain) if is_whole(sentence)]
            if block["type"] == "quotation" and text:
                speakers.append((content.text_of(block["who"], language), content.text_of(block["role"], language)))
    return Words(language=language, own=own, speakers=speakers, **lists)


def is_whole(sentence: str) -> bool:
    """Return whether a piece of text can stand alone: it isn't empty and no quotation is cut in it."""
    pairs = (("«", "»"), ("“", "”"))
    return bool(sentence.strip()) and all(sentence.count(left) == sentence.count(right) for left, right in pairs)


@dataclass(frozen=True, slots=True)
class Facts:
    """What one article is about, the same in all its languages: positions in the word lists, and numbers.

    ``shape`` is the number of paragraphs in each section.
    """

    subject: int
    other: int
    place: int
    title: int
    number: int
    year: int
    event: bool
    shape: tuple[int, ...]
    seed: int


def draw_facts(chance: random.Random, year: int) -> Facts:
    """Choose what an article is about."""
    subject, other = chance.sample(range(22), 2)
    return Facts(
        subject=subject,
        other=other,
        place=chance.randrange(16),
        title=chance.randrange(10_000),
        number=chance.choice(NUMBERS),
        year=year,
        event=chance.random() < 0.25,
        shape=tuple(chance.randint(1, 3) for _section in range(chance.randint(2, 4))),
        seed=chance.getrandbits(32),
    )


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an article in one language: ``paragraphs`` are plain, grouped under ``headings``."""

    title: str
    lead: str
    place: str
    key_points: list[str]
    headings: list[str]
    sections: list[list[str]]
    quotation: tuple[str, str, str]

    @property
    def words(self) -> int:
        # The description repeats the lead.
        parts = [self.title, self.lead, self.lead[:160], *self.key_points, *self.headings, *self.quotation]
        parts += [paragraph for section in self.sections for paragraph in section]
        return sum(len(part.split()) for part in parts)


def write(facts: Facts, words: Words) -> Text:
    """Write the article in a language. The same facts give texts of the same shape in every language."""
    chance = random.Random(facts.seed)  # noqa: S311 - varied texts, nothing secret
    titles = words.events if facts.event else words.titles

    def fill(template: str, *, first: bool = False) -> str:
        subject = words.subjects[facts.subject] if first else chance.choice(words.subjects)
        number, year = (
            (facts.number, facts.year) if first else (chance.choice(NUMBERS), facts.year - chance.randint(0, 9))
        )
        text = template.format(
            subject=subject,
            Subject=subject[:1].upper() + subject[1:],
            other=words.subjects[facts.other],
            place=words.places[facts.place] if first else chance.choice(words.places),
            number=number,
            year=year,
        )
        return text.translate(PERSIAN_DIGITS) if words.language == "fa" else text

    def sentence(*, first: bool = False) -> str:
        if chance.random() < 0.4 and not first:
            return words.own[chance.randrange(len(words.own))]
        return fill(chance.choice(words.sentences), first=first)

    def paragraph() -> str:
        return " ".join(sentence() for _number in range(chance.randint(3, 6)))

    sections = [[paragraph() for _number in range(size)] for size in facts.shape]
    who, role = words.speakers[chance.randrange(len(words.speakers))]
    return Text(
        title=fill(titles[facts.title % len(titles)], first=True),
        lead=f"{sentence(first=True)} {sentence()}"[:600],
        place=words.places[facts.place],
        key_points=[fill(template) for template in chance.sample(list(words.sentences), 3)],
        headings=chance.sample(list(words.headings), len(sections)),
        sections=sections,
        quotation=(sentence(), who, role),
    )


def body(text: Text, picture: dict[str, Any] | None, new_id: Any) -> list[dict[str, Any]]:
    """Return the raw body of a text; ``new_id`` gives the ids of its blocks in turn."""
    blocks: list[dict[str, Any]] = []

    def add(kind: str, value: Any) -> None:
        if kind == "paragraph" and blocks and blocks[-1]["type"] == kind:
            blocks[-1]["value"] += value
        else:
            blocks.append({"type": kind, "value": value, "id": new_id()})

    for number, (heading, section) in enumerate(zip(text.headings, text.sections, strict=True)):
        title = f'<h2 data-block-key="{new_id()[:8]}">{heading}</h2>' if number else ""
        add("paragraph", title + "".join(f"<p>{paragraph}</p>" for paragraph in section))
        if number == 0 and picture:
            add("picture", {**picture, "size": "text"})
        if number == 1:
            words, who, role = text.quotation
            add("quotation", {"text": f"<p>{words}</p>", "who": who, "role": role, "language": ""})
    return blocks

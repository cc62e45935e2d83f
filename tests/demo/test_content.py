"""The demo's texts: complete in every language, aligned, and spelled with the letters of their language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from demo import blocks, content
from demo.content import Article

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"
LETTERS = {
    "ru": RUSSIAN,
    "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "kk": RUSSIAN + "әғқңөұүһі",
    "ky": RUSSIAN + "ңөү",
    "uz": "abcdefghijklmnopqrstuvxyzʻʼ",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیءأئؤٔ",
}
# Latin words that stand in Cyrillic and Persian texts, and what one article says about the letters of Tajik.
FOREIGN = {
    "Ctrl+Enter", "newsroom@chorsu.example", "CC BY 4.0",
    "IPCC", "Climate Change 2021: The Physical Science Basis", "FAO", "WHO global air quality guidelines",
    "WHO", "Voluntary Guidelines for the Conservation and Sustainable Use of Farmers’ Varieties", "Wikipedia",
}  # fmt: skip
ARTICLES = content.articles()
VOCABULARIES = ("people", "topics", "organisations", "pictures", "documents", "about", "policies", "outlet")
PICTURES = content.read("pictures.toml")
each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.key)


def all_strings() -> list[tuple[str, str]]:
    files = [article.data for article in ARTICLES]
    files += [content.read(f"{name}.toml") for name in VOCABULARIES]
    # Translators are named by keys.
    readable = [{name: value for name, value in file.items() if name != "translators"} for file in files]
    return [pair for file in readable for pair in strings(file)]


def strings(value: Any, language: str = "") -> Iterator[tuple[str, str]]:
    """Yield (language, text) for every text in a piece of the demo's content, however deep it stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, key if key in LETTERS else language)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, language)
    elif isinstance(value, str) and language:
        yield language, value


def without_foreign(text: str) -> str:
    """Return the text without tags and without titles in English."""
    text = re.sub(r"<[^>]+>", " ", text)
    for word in sorted(FOREIGN, key=len, reverse=True):
        text = text.replace(word, " ")
    return text


def pictures_of(article: Article) -> set[str]:
    keys = {article.data["main_picture"]}
    for block in article.body:
        keys |= {block.get("picture"), *block.get("pictures", ())} - {None}
    return keys


def test_texts_are_in_normal_form_c_and_have_the_letters_and_marks_of_their_language():
    wrong = []
    for language, text in all_strings():
        readable = without_foreign(text)
        strange = {letter for letter in readable.lower() if letter.isalpha()} - set(LETTERS[language])
        # Two texts show letters on purpose: the lesson about the keyboard, and measures such as "m³/s".
        is_wrong = "ғ, ӣ, қ, ӯ" not in readable and strange
        if language == "uz":
            is_wrong = is_wrong or re.search(r"[a-z]['’‘`´]", readable, re.IGNORECASE)
        if is_wrong or not unicodedata.is_normalized("NFC", text):
            wrong.append((language, readable[:60]))
    assert wrong == []


@each_article
def test_every_text_has_one_shape_in_every_language(article):
    ids = [block["id"] for block in article.body]
    assert len(ids) == len(set(ids))
    for holder in (article.data, *article.body):
        for name, texts in holder.items():
            if name in {"translators", "earlier"} or not isinstance(texts, dict):
                continue
            if holder is not article.data:
                assert set(texts) in ({"every"}, set(article.languages)), (holder["id"], name)
            assert len({shape_of(texts[code]) for code in article.languages if code in texts}) <= 1, name


def shape_of(value: object) -> str:
    return f"[{','.join(shape_of(item) for item in value)}]" if isinstance(value, list) else "."


@each_article
def test_what_it_refers_to_exists(article):
    people = set(content.read("people.toml"))
    for names in (article.data["authors"], *article.data["translators"].values()):
        assert set(names) <= people
    assert set(article.data["topics"]) <= set(content.read("topics.toml"))
    assert set(article.data.get("organisers", ())) <= set(content.read("organisations.toml"))
    for key in pictures_of(article):
        assert set(article.languages) <= set(PICTURES[key]["caption"]) & set(PICTURES[key]["alt"]), key
    other_keys = {other.key for other in ARTICLES} - {article.key}
    for block in article.body:
        assert block["type"] in blocks.BUILDERS
        assert set(block.get("articles", ())) <= other_keys


@pytest.mark.parametrize("key", PICTURES)
def test_each_picture_has_a_file(key):
    with content.picture(key) as picture:
        assert picture.width >= 600

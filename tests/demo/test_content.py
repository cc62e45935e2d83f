"""The demo's texts: complete in every language, aligned, and spelled with the letters of their language."""

from __future__ import annotations

import re
import unicodedata

import pytest

from demo import blocks, content
from demo.content import Article

CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
RUSSIAN = CYRILLIC + "ё"
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
WRITTEN = {code for article in ARTICLES for code in article.languages}  # of those that the table has
VOCABULARIES = ("people", "topics", "organisations", "pictures", "documents", "about", "policies", "outlet")
LONG = {"small-hydro", "two-borders", "school-languages"}
each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.key)


def all_strings() -> list[tuple[str, str]]:
    files = [article.data for article in ARTICLES]
    files += [content.read(f"{name}.toml") for name in VOCABULARIES]
    # Translators are named by keys.
    readable = [{name: value for name, value in file.items() if name != "translators"} for file in files]
    return [pair for file in readable for pair in content.strings(file)]


def without_foreign(text: str) -> str:
    """Return the text without tags and without titles in English."""
    text = re.sub(r"<[^>]+>", " ", text)
    for word in sorted(FOREIGN, key=len, reverse=True):
        text = text.replace(word, " ")
    return text


def test_there_is_enough():
    complete = [article for article in ARTICLES if {"ru", "tg", "en"} <= set(article.languages)]
    assert len(ARTICLES) == 26
    assert len(complete) >= 17
    assert sum(set(article.languages) == WRITTEN for article in ARTICLES) == 4
    assert all(sum(code in article.languages for article in ARTICLES) >= 6 for code in WRITTEN)
    assert sum(article.kind == "event" for article in ARTICLES) == 9
    assert [article.key for article in ARTICLES if article.data.get("starts_days_ago", 0) < 0] == [
        "mulberry-books",
        "ice-school",
    ]
    assert [article.key for article in ARTICLES if article.in_review] == ["digital-fair"]
    assert [article.key for article in ARTICLES if article.changed] == ["air-quality"]
    assert "tg" not in next(article.languages for article in ARTICLES if article.key == "mountain-guests")
    assert {kind for picture in content.read("pictures.toml").values() for kind in [picture["kind"]]} == {
        "drawing",
        "map",
        "chart",
        "photo",
    }


def test_three_articles_are_long_and_use_most_kinds_of_blocks():
    lengths = {article.key: {code: words_of(article.body, code) for code in article.languages} for article in ARTICLES}
    assert {key for key, numbers in lengths.items() if min(numbers.values()) >= 1200} == LONG
    wanted = {"paragraph", "quotation", "pull_quote", "picture", "gallery", "facts", "table", "footnotes", "related"}
    for article in ARTICLES:
        if article.key in LONG:
            kinds = [block["type"] for block in article.body]
            assert wanted <= set(kinds)
            assert kinds.count("heading") >= 4
            assert kinds.count("quotation") >= 2


def test_texts_are_in_normal_form_c():
    assert [text for _language, text in all_strings() if not unicodedata.is_normalized("NFC", text)] == []


def test_texts_have_only_the_letters_of_their_language():
    wrong = []
    for language, text in all_strings():
        readable = without_foreign(text)
        strange = {letter for letter in readable.lower() if letter.isalpha()} - set(LETTERS[language])
        # Two texts show letters on purpose: the lesson about the keyboard, and measures such as "m³/s".
        if "ғ, ӣ, қ, ӯ" not in readable and strange:
            wrong.append((language, "".join(sorted(strange)), readable[:60]))
    assert wrong == []


def test_apostrophes_of_uzbek_and_digits_of_persian():
    for language, text in all_strings():
        if language == "uz":
            assert not re.search(r"[a-z]['’‘`´]", without_foreign(text), re.IGNORECASE), text
        if language == "fa":
            assert not {"ي", "ك"} & set(text), text


@each_article
def test_every_block_has_a_text_in_every_language(article: Article):
    ids = [block["id"] for block in article.body]
    assert len(ids) == len(set(ids))
    for block in article.body:
        for name, texts in block.items():
            if isinstance(texts, dict) and name != "earlier":
                assert set(texts) in ({"every"}, set(article.languages)), (block["id"], name)


@each_article
def test_lists_and_tables_have_one_shape_in_every_language(article: Article):
    for holder in (article.data, *article.body):
        for name, texts in holder.items():
            if name == "translators" or not isinstance(texts, dict):
                continue
            shapes = {shape_of(texts[code]) for code in article.languages if code in texts}
            assert len(shapes) <= 1, name


def shape_of(value: object) -> str:
    return f"[{','.join(shape_of(item) for item in value)}]" if isinstance(value, list) else "."


@each_article
def test_what_it_refers_to_exists(article: Article):
    keys = {other.key for other in ARTICLES}
    drawn = set(content.read("pictures.toml"))
    assert article.data["main_picture"] in drawn
    assert set(article.data["authors"]) <= set(content.read("people.toml"))
    assert set(article.data["topics"]) <= set(content.read("topics.toml"))
    assert set(article.data.get("organisers", ())) <= set(content.read("organisations.toml"))
    assert {key for keys in article.data["translators"].values() for key in keys} <= set(content.read("people.toml"))
    for block in article.body:
        assert block["type"] in blocks.BUILDERS
        assert {block[name] for name in ("picture",) if name in block} | set(block.get("pictures", ())) <= drawn
        assert set(block.get("articles", ())) <= keys - {article.key}


@each_article
def test_footnotes_are_referred_to(article: Article):
    notes = next((block["notes"] for block in article.body if block["type"] == "footnotes"), None)
    for language in article.languages:
        texts = " ".join(content.text_of(block.get("text"), language) for block in article.body)
        marks = re.findall(r"\[(\d+)\]", texts)
        assert marks == [str(number + 1) for number in range(len(notes[language]) if notes else 0)]


@each_article
def test_it_is_as_long_as_an_article(article: Article):
    for language in article.languages:
        assert 200 <= words_of(article.data, language) <= (2200 if article.key in LONG else 520), language


def words_of(value: object, language: str) -> int:
    return sum(len(text.split()) for code, text in content.strings(value) if code == language)


def test_pictures_used_in_an_article_have_texts_in_its_languages():
    texts = content.read("pictures.toml")
    for article in ARTICLES:
        used = {article.data["main_picture"]}
        for block in article.body:
            used |= {block[name] for name in ("picture",) if name in block} | set(block.get("pictures", ()))
        for key in used:
            assert set(article.languages) <= set(texts[key]["caption"]), key
            assert set(article.languages) <= set(texts[key]["alt"]), key


@pytest.mark.parametrize("key", content.read("pictures.toml"))
def test_each_picture_has_a_file(key):
    with content.picture(key) as picture:
        assert picture.width >= 600

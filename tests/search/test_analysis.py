"""The analysis of each language, and that Elasticsearch and Python agree on every word."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st

from chorsu_locales.table import LANGUAGES, Affix, Analysis
from chorsu_search.analysis import LONGEST_TOKEN, Analyser, get_analyser, other_layouts, written_word_pattern
from chorsu_search.engines.elasticsearch_index import ANALYZER, EXACT_ANALYZER, analysis_settings
from chorsu_search.queries import LONGEST_QUERY, clean
from tests.search.test_engines import elasticsearch_engine  # noqa: F401 - a fixture

CODES = [*LANGUAGES, "de"]
WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def same(code: str, *words: str) -> set[str]:
    """Return the different tokens of words, one word each."""
    tokens = [get_analyser(code).tokens(word) for word in words]
    assert {len(token) for token in tokens} == {1}
    return {token for (token,) in tokens}


@pytest.mark.parametrize("code", WORDS["forms"])
def test_forms_of_a_word_are_one(code):
    for line in WORDS["forms"][code]:
        assert len(same(code, *line.split(", "))) == 1, line


@pytest.mark.parametrize("code", WORDS["apart"])
def test_different_words_stay_apart(code):
    for line in WORDS["apart"][code]:
        words = line.split(", ")
        assert len(same(code, *words)) == len(words), line


def test_tajik_plural_leaves_the_singular():
    assert same("tg", "тоҷикон", "тоҷик") == {"точик"}
    assert same("tg", "донишҷӯён", "донишҷӯ") == {"донишчу"}


def test_a_region_has_its_language_and_a_stranger_is_folded():
    assert get_analyser("ru-KG").analysis is LANGUAGES["ru"].analysis
    assert get_analyser("fr").tokens("L'été à Genève") == ["l", "ete", "a", "geneve"]


def test_known_words_and_their_prefixes():
    words = "кардан +кард +кун\nхондан ~+хон\nбаргаштан бар+гард"
    analyser = Analyser(Analysis(suffixes=((Affix("ад"),),), words=words, prefixes=("ме", "наме")))
    assert set(analyser.tokens("кардан кард мекард мекунад намекунад кунад")) == {"кардан"}
    spoken = Analyser(Analysis(words="карда ~+кун-\nмекуна", prefixes=("ме", "на"), persons=("а", "ин")))
    assert spoken.tokens("мекунин накуна кунин мекуна") == ["карда", "карда", "кунин", "мекуна"]
    assert analyser.tokens("мехонад хон баргардад бармегардад мебарад") == [
        "хондан", "хон", "баргаштан", "баргаштан", "мебар",
    ]  # fmt: skip
    stemmed = Analyser(Analysis(stemmer="english", words="news # a comment\n\nmouse mice\npony poni"))
    assert stemmed.tokens("news views mice mouse ponies") == ["news", "view", "mouse", "mouse", "pony"]


def test_known_words_are_met_between_the_stages():
    words = "меҳмон\nбаҳр баҳ"
    analyser = Analyser(Analysis(suffixes=((Affix("ро"),), (Affix("он"), Affix("р", 2))), words=words))
    assert analyser.tokens("меҳмонро меҳмонон китобонро баҳр баҳрро баҳрон") == [
        "меҳмон", "меҳмон", "китоб", "баҳр", "баҳр", "баҳр",
    ]  # fmt: skip


def test_conditions_of_a_suffix():
    stages = ((Affix("ым", 3, after=("ғ", "ст")), Affix("ы", 3, not_after=("а", "ст"))), (Affix("ғ", 2, into="қ"),))
    analyser = Analyser(Analysis(suffixes=stages))
    assert analyser.tokens("бармағым бармақ бармағы достым достыы адамым аттаы тағ") == [
        "бармақ", "бармақ", "бармақ", "дост", "досты", "адамым", "аттаы", "тақ",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "question", "content"),
    [
        ("ru", "Почему из-за них так и не открыли новый мост?", "открыли новый мост"),
        ("tg", "Чаро дар деҳаи мо об нест ва кай мешавад?", "деҳаи об"),
        ("en", "Why doesn’t the night train to Osh stop in May?", "night train Osh stop May"),
        ("kk", "Неге біздің ауылда су жоқ және ол қашан болады?", "ауылда су"),
        ("ky", "Эмне үчүн бул айылда суу жок жана ал качан болот?", "айылда суу"),
        ("uz", "Nega oʻzimizning qishloqda suv yo'q va у қачон бўлади?", "qishloqda suv"),
        ("fa", "چرا آن‌ها کتاب را به مدرسه نبردند و چه می‌شود؟", "کتاب مدرسه نبردند"),
        ("de", "Wer hat das?", "Wer hat das"),
    ],
)
def test_a_question_keeps_its_words_of_content(code, question, content):
    words = written_word_pattern().findall(question)
    assert [word for word in words if not get_analyser(code).is_function_word(word)] == content.split()


def test_the_exact_form_keeps_letters():
    assert get_analyser("tg").exact("Ҷумҳурии «Тоҷикистон»") == ["ҷумҳурии", "тоҷикистон"]
    assert get_analyser("uz").exact("Oʻzbek o'zbek") == ["ozbek", "ozbek"]


@pytest.mark.parametrize(
    ("typed", "code", "meant"),
    [
        ("Ghbdtn", "ru", ["привет"]),
        ("руддщ", "tg", ["hello", "руддҳ"]),
        ("sghl", "fa", ["سلام"]),
        ("123", "ru", []),
        ("ghbdtn", "de", []),
    ],
)
def test_keyboard_layouts(typed, code, meant):
    assert other_layouts(typed, code) == meant


def test_a_query_is_cleaned_and_bounded():
    assert clean(" a\0b\r\n\ud83d c ") == "a b c"
    assert clean("e\u0301") == "é"
    assert len(clean("слово " * 1000)) <= LONGEST_QUERY


@given(st.sampled_from(CODES), st.text(max_size=80))
def test_any_text_gives_sound_tokens(code, text):
    analyser = get_analyser(code)
    for token in [*analyser.tokens(text), *analyser.exact(text)]:
        assert 0 < len(token) <= LONGEST_TOKEN
        assert not any(character.isspace() for character in token)
    assert analyser.tokens(text) == analyser.tokens(unicodedata.normalize("NFD", text))


# --- the same tokens in Elasticsearch ---

ALPHABETS = {
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "tg": "абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюяѓїќўњљ",
    "en": "abcdefghijklmnopqrstuvwxyz'’",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ky": "абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    "uz": "abdefghijklmnopqrstuvxyzʻʼ'‘şçöğабвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ",
    "fa": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيكأإآئؤةىٔ\u200cـًٌٍَُِّ۰۱۲٣٤",
    "de": "abcdefghijklmnopqrstuvwxyzäöüßéèçñøłığşİΣςÆŒ'’",
}
STEMS = {
    "tg": ("китоб", "тоҷик", "забон", "меҳмон", "гулист", "дӯст", "шаҳр"),
    "kk": ("қала", "мектеп", "Қазақстан"),
    "ky": ("өлкө", "мектеп", "Кыргызстан"),
    "uz": ("maktab", "Oʻzbekiston", "шаҳар"),
    "fa": ("کتاب", "می"),
}
REAL_WORDS = {
    "ru": "Переговоры о водных ресурсах Центральной Азии прошли в Душанбе самолётами кооперация",
    "tg": "Ҷумҳурии Тоҷикистон китобҳоямонро нависандагони меҳмонон Бухорои дӯстонашон баландтарин мақолае ҳукумат "
    "донишҷӯён бонувонро ҷумҳуриҳои сиёсӣ иқтисодии",
    "en": "Tajikistan's economies were growing; added adding cryptologists news generously universities skies dying",
    "kk": "Қазақстан Республикасының үкіметі ұлттық һәм",
    "ky": "Кыргыз Республикасынын өкмөтү жаңы",
    "uz": "Oʻzbekiston Respublikasi Ўзбекистон Республикаси konstitutsiyasi yer ер SHAHAR Gʻalaba",
    "fa": "جمهوری اسلامی كتاب‌هاي می‌خواهم تاجيكستان ۱۴۰۴",
    "de": "Straße Müller’s Größe naïve co\u00adoperate ǅ ﬁnanz İstanbul ΣΟΦΟΣ",
}


def _words(code: str) -> Iterator[str]:
    """Yield random words, every known word, and both kinds with endings."""
    chance = random.Random(code)
    letters = ALPHABETS[code]
    for _number in range(1500):
        word = "".join(chance.choices(letters, k=chance.randint(1, 12)))
        yield chance.choice((word, word.upper(), word.capitalize()))
    analysis = get_analyser(code).analysis
    affixes = [affix.text for stage in (*analysis.suffixes, analysis.kept) for affix in stage]
    affixes += ["s", "ing", "ами", "ов"] if analysis.stemmer else []
    prefixes = ["", *analysis.prefixes]
    known = sorted(analysis.known_words())
    yield from known
    for stem in (*STEMS.get(code, ()), *chance.sample(known, min(len(known), 20))):
        for first in chance.sample(affixes, min(len(affixes), 60)):
            yield chance.choice(prefixes) + stem + first
            yield from (stem + first + second for second in chance.sample(affixes, min(len(affixes), 4)))


@pytest.mark.elasticsearch
@pytest.mark.parametrize("code", CODES)
def test_elasticsearch_and_python_give_the_same_tokens(code, elasticsearch_engine):  # noqa: F811
    client: Elasticsearch = elasticsearch_engine.server.client.options(request_timeout=60)
    index = f"{elasticsearch_engine.prefix}.analysis"
    limit = {"analyze": {"max_token_count": 1_000_000}}
    client.indices.create(index=index, settings={"analysis": analysis_settings(code), **limit})
    words = [*REAL_WORDS[code].split(), *_words(code), "я" * 100, "12,5", "А4", "x_y", "😀", "\u0301"]
    text = unicodedata.normalize("NFC", " ".join(words))
    for analyzer, expected in ((ANALYZER, get_analyser(code).tokens), (EXACT_ANALYZER, get_analyser(code).exact)):
        answer = client.indices.analyze(index=index, analyzer=analyzer, text=text)
        tokens = [token["token"] for token in answer["tokens"]]
        assert len(tokens) > 1000
        assert tokens == expected(text)

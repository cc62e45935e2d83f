"""What a text says, with its numbers and names apart, and what follows from that for its translation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_translation.findings import Name
from chorsu_translation.memory import wording
from chorsu_translation.memory.wording import Reader, withheld_between, word_hashes

NAMES = [
    *(Name("Душанбе", "Душанбе"), Name("Бишкек", "Бишкек"), Name("Алматы", "Алмаато")),
    *(Name("Комитет по воде", "Кумитаи об"), Name("Комитет по земле", "Кумитаи замин")),
    *(Name("Ош", "Ӯш"), Name("Ош", "Ош"), Name("вода", "об", proper=False)),
]


@pytest.fixture(autouse=True, scope="module")
def _names() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wording, "known_names", lambda *_codes: NAMES)
        yield


def adapted(was: str, now: str, html: str) -> str | None:
    reader = Reader("ru", "tg")
    assert reader.key(was) == reader.key(now)
    return reader.adapt(html, was, now)


def test_emphasis_white_space_numbers_and_names_make_no_other_key():
    reader = Reader("ru", "tg")
    key = reader.key("В 2024 году в <b>Душанбе</b>  шёл дождь. ")
    assert reader.key("В 2025 году в Бишкек шёл дождь.") == key
    others = ("В 2024 году в Бишкеке шёл дождь.", "В 2024 году в городе шёл дождь.", "В 2024 году в Душанбе шёл снег.")
    assert key not in {reader.key(each) for each in others}


def test_another_link_is_another_text():
    one, other = (f'<a id="{number}" linktype="page">тут</a>' for number in (1, 2))
    assert adapted(one, one, "ин ҷо") == "ин ҷо"
    assert adapted(one, other, "ин ҷо") is None


@pytest.mark.parametrize(
    ("was", "now", "html", "wanted"),
    [
        ("В 2024 году.", "В 2025 году.", "Дар соли <b>2024</b>.", "Дар соли <b>2025</b>."),
        ("5 и 7", "7 и 5", "5 ва 7", "7 ва 5"),
        ("Столица — Душанбе.", "Столица — Бишкек.", "Пойтахт — Душанбе.", "Пойтахт — Бишкек."),
        ("Столица — Бишкек.", "Столица — Алматы.", "Пойтахт — Бишкек.", "Пойтахт — Алмаато."),
        ("Комитет по воде, 5 мая", "Комитет по земле, 6 мая", "Кумитаи об, 5 май", "Кумитаи замин, 6 май"),
        ("Дом 5", "Дом 6", '<a href="/5">Хонаи</a> 5', '<a href="/5">Хонаи</a> 6'),
        ("Дом 5", "Дом 6", "Хонаи 5 дар маҳаллаи 15", "Хонаи 6 дар маҳаллаи 15"),
        ("12 булок за 2 часа", "12 булок за 3 часа", "12 кулча дар 2 соат", "12 кулча дар 3 соат"),
        ("Рост на 2,5 %", "Рост на 12,5 %", "Афзоиш 2,5 %", "Афзоиш 12,5 %"),
    ],
)
def test_what_changed_is_put_in_where_it_stands_once(was, now, html, wanted):
    assert adapted(was, now, html) == wanted


@pytest.mark.parametrize(
    ("was", "now", "html"),
    [
        ("Дом 5", "Дом 6", "Хонаи панҷум"),
        ("Дом 5", "Дом 6", "Хонаи 5-ум"),
        ("5 и 5", "6 и 5", "5 ва панҷ"),
        ("Цена 1.500", "Цена 1.700", "Нарх 1.500"),
        ("Цена 5", "Цена 6", "Нарх 5.5"),
        ("Цена 5", "Цена 6", "Нархи 5-и 5"),
        ("Цена 1,5", "Цена 1,7", "Нарх 1.5"),
        ("Цена 1,5", "Цена 2", "Нарх 1,5"),
        ("Тут Душанбе.", "Тут Бишкек.", "Ин ҷо пойтахт."),
        ("Тут Душанбе.", "Тут Бишкек.", "Душанбе дар Душанбе."),
        ("Тут Бишкек.", "Тут Душанбе.", "Бишкек, яъне Бишкеке."),
        ("Тут Ош.", "Тут Бишкек.", "Ин ҷо Ош."),
        ("Тут Бишкек.", "Тут Ош.", "Ин ҷо Бишкек."),
    ],
)
def test_what_is_not_sure_is_not_put_in(was, now, html):
    assert adapted(was, now, html) is None


@pytest.mark.parametrize(("count", "words", "is_adapted"), [(50, 1, True), (51, 1, False), (1, 1000, False)])
def test_a_text_is_adapted_where_that_takes_little(count, words, *, is_adapted):
    """Each change is looked for in all of the text: much of both would take time by the square."""
    reader = Reader("ru", "tg")
    was, now = (f"{'и ' * words}{' и '.join(str(start + each) for each in range(count))}" for start in (1000, 3000))
    html, wanted = was.replace("и", "ва"), now.replace("и", "ва")
    assert reader.adapt(html, was, now) == (wanted if is_adapted else None)
    assert reader.adapt(html, was, was) == html


def test_a_number_that_takes_another_plural_is_not_put_in():
    reader = Reader("en", "ru")
    assert reader.adapt("5 книг", "5 books", "3 books") is None
    assert reader.adapt("5 книг", "5 books", "25 books") == "25 книг"
    assert reader.adapt("в 2020 году", "in 2020", "in 2021") == "в 2021 году"


@pytest.mark.parametrize(
    ("languages", "was", "now", "html", "wanted"),
    [
        (("en", "ru"), "2.5 million", "3.5 million", "2,5 миллиона", "3,5 миллиона"),
        (("ru", "en"), "2,5 миллиона", "3,5 миллиона", "2.5 million", "3.5 million"),
        (("en", "ru"), "1,500 tonnes", "1,700 tonnes", "1,500 тонны", None),
        (("ru", "en"), "2,5 миллиона", "3,5 миллиона", "2,5 million", None),
    ],
)
def test_a_decimal_has_the_mark_of_its_language(languages, was, now, html, wanted):
    assert Reader(*languages).adapt(html, was, now) == wanted


@given(st.lists(st.sampled_from(["Душанбе", "Бишкек", "Ош", "5", "12", "1,5", "и", "<b>", "</b>", "&amp;", "  ", "-"])))
def test_the_parts_are_what_is_said_and_the_same_text_is_translated_as_it_was(texts):
    reader, html = Reader("ru", "tg"), "".join(texts)
    assert reader.adapt("5 ва Душанбе", html, html) == "5 ва Душанбе"
    assert reader.key("".join(reader.parts(html))) == reader.key(html)


def test_hashes_are_of_the_longest_words_beginnings_in_this_pair_of_languages():
    text = "Республиканская конференция прошла и 2024 закончилась"
    assert word_hashes(text, "ru", "tg") == word_hashes(text.replace("конференция", "конференцией"), "ru", "tg")
    assert not word_hashes(text, "ru", "tg") & word_hashes(text, "ru", "uz")
    assert len(word_hashes(text, "ru", "tg")) == 5
    assert not word_hashes("2024 — <b></b>", "ru", "tg")


def test_a_name_is_found_in_any_form_on_either_side(monkeypatch):
    monkeypatch.setattr(wording, "_withheld", [lambda: ["Рустам Шарифов"]])
    is_withheld = withheld_between("ru", "tg")
    assert is_withheld("Говорим с <b>Рустамом</b> Шарифовым.", "")
    assert is_withheld("", "Бо Рустам Шарифов гап мезанем.")
    assert not is_withheld("Говорим с Рустамом.", "Бо Шарифов")

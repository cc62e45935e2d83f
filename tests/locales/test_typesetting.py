"""Where lines may end: soft hyphens by the orthographies' examples, small words and dashes that stay with others."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chorsu_editorial.mending import normalise
from chorsu_locales.table import LANGUAGES
from chorsu_locales.typesetting import NO_BREAK_SPACE, SOFT_HYPHEN, hyphenate, typeset

LANGUAGES_WITH_RULES = [row for row in LANGUAGES.values() if row.hyphenation]


def shown(html: str, code: str) -> str:
    return typeset(html, code).replace(SOFT_HYPHEN, "|").replace(NO_BREAK_SPACE, "_")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("tg", "тад|қи|қот|чиён"),
        ("tg", "бай|нал|ми|лалӣ"),
        ("tg", "таъ|ми|нот"),  # the sign stays behind its vowel
        ("tg", "санъат|ко|рон"),
        ("tg", "ҷум|ҳу|рияти"),
        ("kk", "құмырс|қа|лар"),  # of three consonants two stay
        ("kk", "қиын|дық|тары"),
        ("kk", "министр|лігі"),
        ("ky", "тоо|лор|догу"),  # a long vowel is one
        ("ky", "кон|суль|та|ция"),
        ("uz", "pax|ta|kor|lar"),
        ("uz", "oʻz|be|kis|ton|lik"),
        ("uz", "tad|qi|qot|chi|lar"),
        ("uz", "diagram|ma|lar"),  # not "diag-ramma"
        ("uz", "tepish|qoq|lik"),  # two letters look lost
        ("uz", "singil|lar|ning"),
        ("uz", "mash’a|lasi"),
        ("uz", "illyustrat|siya"),
        ("uz", "qiyin|chi|lik|larni"),
        ("ru", "майорс|кого"),  # "й" begins no line
        ("ru", "подъезд|ной"),
        ("ru", "альян|сами"),
    ],
)
def test_words_are_parted_by_syllables(code, word):
    assert hyphenate(word.replace("|", ""), code).replace(SOFT_HYPHEN, "|") == word


@pytest.mark.parametrize("row", LANGUAGES_WITH_RULES, ids=lambda row: row.code)
def test_a_row_names_letters_of_its_alphabet(row):
    assert row.hyphenation
    letters = {*row.alphabet, *row.hyphenation.letters}
    named = [row.hyphenation.vowels, *row.hyphenation.never_first, *row.hyphenation.together]
    assert {letter for text in named for letter in text} <= letters
    assert all(len(word) <= 3 for word in row.binding.split())


@given(data=st.data())
def test_no_part_is_a_letter_or_lacks_a_vowel(data):
    row = data.draw(st.sampled_from(LANGUAGES_WITH_RULES))
    assert row.hyphenation
    word = data.draw(st.text(row.alphabet, min_size=1, max_size=30))
    parts = hyphenate(word, row.code).split(SOFT_HYPHEN)
    assert "".join(parts) == word
    if len(parts) > 1:
        assert len(parts[0]) > 2
        assert len(parts[-1]) > 2
        assert all(set(part) & set(row.hyphenation.vowels) for part in parts)
        assert not {part[0] for part in parts[1:]} & {"ь", "ъ", "ʼ"}


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("tg", "ТОҶИКИСТОН"),
        ("tg", "Intelligence"),
        ("uz", "тадқиқотчилар"),
        ("en", "information"),
        ("fa", "کتابخانه‌هایشان"),
        ("de", "Informationen"),
    ],
)
def test_other_words_stay_whole(code, word):
    assert hyphenate(word, code) == word


def test_short_words_addresses_and_numbers_stay_whole():
    text = "китобча https://китобхонаҳо.tj/донишгоҳҳо китобхона@донишгоҳҳо.tj 2026-солагиашон &laquo;китобхонаҳо"
    assert typeset(text, "tg") == text


def test_headings_are_parted_in_their_longest_words_alone():
    assert shown("<h2>Тадқиқотчиён</h2><p>Тадқиқотчиён</p>", "tg") == "<h2>Тадқиқотчиён</h2><p>Тад|қи|қот|чиён</p>"
    assert "|" in shown("<h1>Байналмилаликунонӣ</h1>", "tg")


def test_a_quoted_language_has_its_own_rules():
    html = '<div lang="kk"><p>қиындықтары</p><img alt=""></div><p>қиындықтары <span lang="en">information</span></p>'
    assert shown(html, "tg") == html.replace("қиындықтары", "қиын|дық|тары", 1)


@pytest.mark.parametrize("name", ["script", "style", "code", "textarea", "option", "button", "bdi"])
def test_code_and_controls_are_left_alone(name):
    html = f"<{name}>дар китобхонаҳо — ин</{name}>"
    assert typeset(html, "tg") == html
    hidden = '<span class="visually-hidden">китобхонаҳои</span>'
    assert typeset(hidden, "tg") == hidden


def test_attributes_are_left_alone():
    html = '<a href="/x" title="дар китобхонаҳо — ин" data-content-path="body.1">ин</a>'
    assert typeset(html, "tg") == html


def test_small_words_stay_with_the_next_and_dashes_with_the_one_before():
    assert shown("<p>Он в доме и на горе — там, где я.</p>", "ru") == "<p>Он в_доме и_на_горе_— там, где я.</p>"
    assert shown("<p>Ман аз шаҳр ба деҳа меравам.</p>", "tg") == "<p>Ман аз_шаҳр ба_деҳа меравам.</p>"
    assert shown("<p>В доме. На горе.</p>", "ru") == "<p>В_доме. На_горе.</p>"  # a sentence's first word has a capital
    assert shown('<p>Он в <a href="/">доме</a> — <b>там</b> – да.</p>', "ru") == (
        '<p>Он в_<a href="/">доме</a>_— <b>там</b>_– да.</p>'
    )
    # The paragraph's first dash, and a space at its end, would be seen.
    assert typeset("<p> — Да. </p><p>в </p>", "ru") == "<p> — Да. </p><p>в </p>"


@given(st.sampled_from(list(LANGUAGES)), st.text(st.sampled_from("вадрғӣao'’ʻ -—.,<>&/\"\n\xad\xa0pшь1«"), max_size=60))
def test_a_typo_report_reads_the_same_words(code, html):
    assert normalise(typeset(html, code)) == normalise(html)
    assert typeset("", code) == ""


def work(text: str) -> float:
    """Return the processor time that a text takes, of three the least."""
    times = []
    for _attempt in range(3):
        begin = time.process_time()
        typeset(text, "tg")
        times.append(time.process_time() - begin)
    return min(times)


@pytest.mark.parametrize("piece", ["қо", "к'а", "<", "<p>", "</p>", '<p lang="', " в ", " — ", "&", "дар "])
def test_twice_the_text_takes_about_twice_the_time(piece):
    assert work(piece * 20_000) < 10 * work(piece * 10_000) + 0.05

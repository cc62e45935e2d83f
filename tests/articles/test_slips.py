"""Hints before submission: a mark without a partner, a word twice, a name in two spellings, and few that are wrong."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from chorsu_articles.slips import doubled_words, slips, two_spellings, unpaired_marks
from chorsu_editorial.markup import paragraphs
from demo import content
from tests.articles.test_admin_pages import article_data
from tests.counted_lines import count_lines
from tests.factories import make_article, make_home, make_section
from tests.feedback.first_words import publish

EXAMPLES = tomllib.loads(Path(__file__).with_name("slips.toml").read_text(encoding="utf-8"))


def placed(*texts: str) -> list[tuple[str, str]]:
    return [(str(number), text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(("texts", "found"), EXAMPLES["marks"])
def test_marks_without_a_partner(texts, found):
    assert [words for _path, words in unpaired_marks(placed(*texts))] == found


@pytest.mark.parametrize(("code", "text", "found"), EXAMPLES["doubled"])
def test_a_word_twice(code, text, found):
    assert [words for _path, words in doubled_words(placed(text), code)] == found


@pytest.mark.parametrize(("texts", "found"), EXAMPLES["spellings"])
def test_a_name_in_two_spellings(texts, found):
    assert [names for _path, *names in two_spellings(placed(*texts))] == found


def texts_of(value: Any, language: str, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of an article of the demo in a language, with a path that blocks share."""
    if isinstance(value, dict):
        own = value.get(language)
        for name, each in [("", own)] if isinstance(own, str | list) else value.items():
            yield from texts_of(each, language, f"{path}.{name}" if name != "earlier" else path)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from texts_of(each, language, f"{path}.{number}")
    elif isinstance(value, str):
        yield from ((path, paragraph.text) for paragraph in paragraphs(value.replace("\n\n", "<p>")))


def test_at_most_one_false_alarm_in_ten_articles_of_the_demo():
    articles, alarms = Counter[str](), Counter[str]()
    for article in content.articles():
        for code in article.languages:
            texts = list(texts_of(dict(article.data), code))
            articles[code] += 1
            found = [*unpaired_marks(texts), *doubled_words(texts, code), *two_spellings(texts)]
            alarms[code] += len(found)
    assert sum(articles.values()) > 80
    assert all(alarms[code] * 10 <= max(number, 10) for code, number in articles.items()), alarms


def test_twice_as_much_takes_at_most_twice_the_time():
    def read(text):
        texts = placed(*text.split("¶"))
        return [*unpaired_marks(texts), *doubled_words(texts, "en"), *two_spellings(texts)]

    names = " ".join(
        f"of Zav{first}{second}lov" for first in "abcdefghijklmnopqrst" for second in "abcdefghijklmnopqrst"
    )
    for bit in ("the ", "“", "”", "“¶", "of Zavalov of Zavialov ", "Аб", '"', f"{names} "):
        once, twice = (count_lines(partial(read, bit * size)) for size in (20, 40))
        assert twice <= 2.2 * once + 200, bit
    few, many = (count_lines(partial(read, names[: len(names) * share // 4])) for share in (2, 4))
    assert many <= 2.2 * few


def test_no_more_than_some_names_of_a_text_are_kept():
    names = [f"of Zav{''.join(letters)}" for letters in product("abcdefgh", repeat=4)]
    texts = [placed(" ".join(part)) for part in (names, names[:1100])]
    all_of_them, some = (count_lines(partial(list, two_spellings(each))) for each in texts)
    assert all_of_them < 2 * some


def asked_about(page: Any) -> set[tuple[str, ...]]:
    """Return the pairs of names about which a text's hints ask."""
    messages = [message for _path, what, message in slips(page) if what == "name"]
    return {tuple(message.split("“")[number].split("”")[0] for number in (1, 2)) for message in messages}


@pytest.mark.django_db
@pytest.mark.usefixtures("_messages_in_english")
def test_two_words_that_the_vocabulary_knows_are_no_name_in_two_spellings():
    body = [("paragraph", "<p>The Regional Library and the Museum of Religion. There Zavalov and Zavialov spoke.</p>")]
    page = make_article(make_section(make_home("en")), body=body)
    first = {("Regional", "Religion"), ("Zavalov", "Zavialov")}
    assert asked_about(page) == first, "no other page has these words"
    publish([("en", ["A regional road.", "Their religion.", "Zavalov spoke."])] * 2)
    assert asked_about(page) == {("Zavalov", "Zavialov")}


@pytest.mark.django_db
@pytest.mark.usefixtures("_messages_in_english")
def test_the_vocabulary_is_asked_about_a_name_in_two_spellings_as_about_two_forms():
    body = [("paragraph", "<p>Ба Самарқанд рафт ва аз Самарканд омад.</p>")]
    page = make_article(make_section(make_home("tg")), body=body)
    publish([("tg", ["Шаҳри Самарқанд, шаҳри Самарканд."])] * 2)
    assert asked_about(page) == {("Самарқанд", "Самарканд")}


@pytest.mark.django_db
def test_the_list_before_submission_has_them_and_they_lead_to_their_block(admin):
    page = make_article(body=[("paragraph", "<p>Он стоит в в очереди.</p>"), ("paragraph", "<p>«Да и ушёл.</p>")])
    page.save_revision()
    page = page.get_latest_revision_as_object()
    found = list(slips(page))
    assert [(path, what) for path, what, _message in found] == [
        (f"body.{page.body[1].id}", "mark"),
        (f"body.{page.body[0].id}", "doubled_word"),
    ]
    url = reverse("chorsu_articles_admin:check", args=[page.pk])
    answer = admin.post(url, article_data(title="Стоит в в очереди", slug=page.slug)).json()
    assert [(each["path"], each["what"]) for each in answer["hints"]] == [("title", "doubled_word")]
    assert "doubled_word" not in [each["what"] for each in answer["missing"]], "nothing is missing of it"
    html = BeautifulSoup(answer["html"], "html.parser")
    shown = {part.h3.text: len(part.select("li")) for part in html.select("div.articles-completeness__part")}
    number = len(answer["missing"])
    assert shown == {f"What is missing: {number}": number, "To check: 1": 1}

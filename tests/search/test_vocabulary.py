"""The vocabulary follows the pages, whichever engines answer, and is asked by keys alone."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chorsu_search.analysis import get_analyser
from chorsu_search.documents import SearchDocument
from chorsu_search.models import PageWords, Word, delete_rows, insert_rows
from chorsu_search.spelling import edit_distance, vocabulary
from chorsu_search.spelling.edit_distance import pieces
from chorsu_search.spelling.vocabulary import forget_words, remember_words
from chorsu_search.writing import rebuild, sync
from tests.factories import make_article, make_home, make_section
from tests.search.stubborn import EMBEDDED, STUBBORN

pytestmark = pytest.mark.django_db


def document(page_id: int, text: str, *, language: str = "ru") -> SearchDocument:
    return SearchDocument(page_id, language, {"body": text})


def known(language: str = "ru") -> dict[str, int]:
    return dict(Word.objects.filter(language=language).values_list("word", "documents"))


@pytest.mark.thorough
@pytest.mark.parametrize("engines", [{"a": EMBEDDED}, {"a": STUBBORN}, {"a": STUBBORN, "b": EMBEDDED}])
def test_it_follows_publication_change_and_deletion(settings, engines):
    settings.CHORSU_SEARCH = {"ENGINES": engines}
    article = make_article(title="Вода уходит", lead="")

    def words():
        sync()
        return {"вода", "уходит", "приходит"} & known().keys()

    assert words() == {"вода", "уходит"}
    article.title = "Вода приходит"
    article.save_revision().publish()
    assert words() == {"вода", "приходит"}
    article.unpublish()
    assert words() == set()
    article.save_revision().publish()
    assert words() == {"вода", "приходит"}
    article.delete()
    assert words() == set()


def test_a_rebuild_fills_it_and_forgets_what_is_gone():
    article = make_article(title="Вода", lead="")
    make_article(make_section(make_home("tg")), title="Ҷумҳурӣ", lead="")
    remember_words([document(9_000_001, "призрак"), document(article.pk, "Вода")])
    Word.objects.update(token="by an analysis of before")
    rebuild()
    assert (known()["вода"], known("tg")["чумхури"]) == (1, 1)
    assert Word.objects.get(word="вода").token == "вод"
    assert "призрак" not in known()
    type(article).objects.filter(pk=article.pk).update(live=False)  # past the signals, as a restored backup
    rebuild(languages=["ru"])
    assert "вода" not in known()
    assert known("tg")["чумхури"] == 1
    assert not PageWords.objects.filter(page_id=article.pk).exists()


def test_it_counts_pages_not_occurrences_and_a_page_takes_its_words_along_into_another_language():
    remember_words([document(1, "вода, вода и вода"), document(2, "Вода")])
    assert known() == {"вода": 2, "и": 1}
    remember_words([document(1, "план", language="tg")])
    assert (known(), known("tg")) == ({"вода": 1}, {"план": 1})


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_after_any_story_it_is_what_the_pages_hold(seed):
    chance = random.Random(seed)
    vocabulary = ["вода", "Вода", "водный", "газ", "ещё", "еще", "ГЭС", "я", "2026"]
    pages: dict[int, str] = {}
    for _time in range(60):
        chosen = chance.sample(range(1, 8), chance.randint(1, 3))
        if chance.random() < 0.3:
            forget_words(chosen)
            for page_id in chosen:
                pages.pop(page_id, None)
        else:
            pages |= {page_id: " ".join(chance.choices(vocabulary, k=5)) for page_id in chosen}
            remember_words([document(page_id, pages[page_id]) for page_id in chosen])
    words = get_analyser("ru").words
    assert known() == Counter(word for text in pages.values() for word in set(words(text)))


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        ("tg", "Ҷумҳурии Тоҷикистон", ["Тоҷикистон", "Ҷумҳурии"]),
        ("ru", "Вода. Ещё вода", ["Ещё", "вода"]),
        ("uz", "Oʻzbekiston O'zbekiston", ["O'zbekiston"]),
        ("fa", "کتاب‌ها", ["ها", "کتاب"]),
        ("ru", "ы" * 70, ["ы" * 70]),
    ],
)
def test_it_knows_how_words_are_written(language, text, shown):
    remember_words([document(1, text, language=language)])
    assert sorted(Word.objects.values_list("written", flat=True)) == shown


def test_a_word_knows_its_token_and_its_sound():
    remember_words([document(1, "переговоры")])
    row = Word.objects.get()
    assert (row.word, row.token, row.latin) == ("переговоры", "переговор", "peregovori")
    assert (row.beginning, row.middle, row.ending) == pieces("переговоры")


def fill(number: int) -> None:
    chance = random.Random(7)
    words = {"".join(chance.choices("абвгдеиклмнопрст", k=chance.randint(4, 14))) for _ in range(number)}
    columns = ("language", "word", "written", "token", "latin", "documents", "beginning", "middle", "ending")
    insert_rows(Word, columns, [("ru", word, word, word, word, 1, *pieces(word)) for word in words])


TYPED = ["абвгдеик", "переговорв", "ростовсктй", "ккк", "слоио"]


def test_no_question_reads_the_whole_table():
    fill(2_000)
    with CaptureQueriesContext(connection) as queries:
        vocabulary.known_tokens(TYPED, ["ru", "tg"])
        vocabulary.words_meant(TYPED, ["ru", "tg"])
    asked = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert 1 + 2 * 2 <= len(asked) <= 1 + 2 * (2 + 2 * len(TYPED))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for sql in asked:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                steps = [row[3] for row in cursor.fetchall()]
                assert not [step for step in steps if step.startswith("SCAN chorsu")], sql[:200]


def test_what_is_compared_grows_with_the_vocabulary_and_stays_a_small_part_of_it(
    monkeypatch,
):
    """Of twice as many words, at most about twice as many are looked at: one in a hundred or so."""
    looked_at = Counter[int]()
    real = edit_distance.may_be_within_two

    def counted(letters, word):
        looked_at[size] += 1
        return real(letters, word)

    monkeypatch.setattr(edit_distance, "may_be_within_two", counted)
    for size in (4_000, 8_000):
        delete_rows(Word.objects.all())
        fill(size)
        vocabulary.words_meant(["абвгдеикбб", "переговорввв"], ["ru"])
    assert looked_at[8_000] <= 2.6 * looked_at[4_000]
    assert looked_at[8_000] < 8_000 / 50

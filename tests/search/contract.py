"""What every engine must do. Each engine's test class inherits this suite."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import Page

from chorsu_search import registry
from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import Results
from chorsu_search.queries import Alternative, Query
from chorsu_search.spelling.corrections import JOINED_WEIGHT


def document(page_id: int, language: str = "ru", *, year: int = 2025, **values: Any) -> SearchDocument:
    """Return a document; facets are given as ``section=("1",)``, texts by their field."""
    facets = {name: values.pop(name) for name in registry.registered_facets() if name in values}
    facets["year"] = (str(year),)
    return SearchDocument(
        page_id=page_id,
        language=language,
        texts=values,
        facets=facets,
        published_on=datetime(year, 3, page_id % 27 + 1, tzinfo=UTC),
    )


class EngineContract:
    """The suite; ``engine`` is a fixture of the class that inherits it."""

    @pytest.fixture(autouse=True)
    def _engine(self, engine):
        self.engine = engine
        self.claim = 1
        self.rebuild("ru")

    def fill(self, *documents: SearchDocument) -> None:
        self.engine.index(documents, claim=self.claim)
        self.engine.refresh()

    def delete(self, *page_ids: int) -> None:
        self.engine.delete(page_ids, claim=self.claim)
        self.engine.refresh()

    def rebuild(self, language: str, *documents: SearchDocument) -> None:
        with self.engine.rebuilding(language) as fill:
            if documents:
                fill(documents, claim=self.claim)
        self.engine.finish_rebuild()

    def ask(self, text: str, *languages: str, **values: Any) -> Results:
        return self.engine.search(Query(text, languages=languages or ("ru",), **values))

    def found(self, text: str, *languages: str, **values: Any) -> list[int]:
        return [hit.page_id for hit in self.ask(text, *languages, **values).hits]

    def test_finds_a_word_in_every_field(self):
        fields = ("headline", "lead", "body", "quotations", "captions", "people", "places", "topics")
        self.fill(*(document(number, **{name: "граница"}) for number, name in enumerate(fields, 1)))
        assert sorted(self.found("граница")) == list(range(1, len(fields) + 1))

    def test_a_headline_counts_more_than_the_body_and_fields_add_up(self):
        self.fill(
            document(1, headline="Вода", body="Обмен газом"),
            document(2, headline="Газ", body="Обмен водой"),
            document(3, lead="Уголь", people="Уголь", year=2020),
            document(4, lead="Уголь", people="Вода", year=2025),
        )
        assert self.found("газ") == [2, 1]
        assert self.found("уголь") == [3, 4]

    def test_an_exact_word_comes_before_another_form(self):
        self.fill(document(1, body="Говорили о дорогах"), document(2, body="Говорили про дороги"))
        assert self.found("дороги") == [2, 1]
        assert self.found("дорогах") == [1, 2]

    def test_phrase_wants_its_words_next_to_one_another(self):
        self.fill(
            document(1, body="водная граница между странами"),
            document(2, body="граница и водная станция"),
            document(3, headline="водная", lead="граница"),
        )
        assert self.found('"водная граница"') == [1]
        assert self.found("«водная граница» странами") == [1]
        assert set(self.found("водная граница")) == {1, 2, 3}
        self.fill(document(4, headline="Встреча на границе", lead="Водная станция", people="Ли Вода", places="Граница"))
        assert self.found('"граница водная"') == [], "not from one field into the next"
        assert self.found('"вода граница"') == []

    def test_an_empty_text_asks_for_nothing_or_everything(self):
        self.fill(document(1, body="газ"), document(2, body="вода"), document(3, "tg", body="об"))
        assert self.found("") == []
        assert self.found("", everything=True) == [2, 1]
        assert self.found("", everything=True, since=date(2025, 3, 1), until=date(2025, 3, 2)) == [1]

    def test_the_word_of_a_day_weighs_more_than_those_of_its_date(self):
        self.fill(
            document(1, places="11 ноября 2026", body="11 ноября"),
            document(2, places="d20261111"),
            document(3, places="e20261111", body="без дат " * 50),
        )
        day = (Alternative("e20261111", 1.2), Alternative("d20261111", 1.1))
        assert self.found("11 ноября", alternatives=dict.fromkeys(("11", "ноября"), day)) == [3, 2, 1]

    def test_two_words_may_be_one_and_one_two(self):
        self.rebuild("en")
        written = ("a teahouse", "the tea house", "one tea-house", "tea without house is no house of tea", "a house")
        self.fill(*(document(number, "en", body=text) for number, text in enumerate(written, 1)))
        joined, apart = (Alternative("teahouse", JOINED_WEIGHT),), (Alternative("tea house"),)
        found = self.found("tea house", "en", alternatives={"tea": joined, "house": joined})
        assert (sorted(found[:3]), found[3:]) == ([2, 3, 4], [1]), "what was typed comes first"
        assert sorted(self.found("teahouse", "en", alternatives={"teahouse": apart})) == [1, 2, 3]

    def test_a_word_that_the_language_leaves_out_leaves_no_gap_in_a_phrase(self):
        self.fill(
            document(1, "fa", body="در کتاب ها خوب است"),
            document(2, "fa", body="کتاب خوب"),
            document(3, "fa", body="کتاب بسیار خوب"),
        )
        for phrase in ('"کتاب ها خوب"', '"کتاب خوب"'):
            assert set(self.found(phrase, "fa")) == {1, 2}

    def test_each_language_is_read_by_its_own_analysis(self):
        texts = {
            "ru": ("Переговоры о поставках самолётов", "самолет поставка"),
            "en": ("Tajikistan’s economies were growing", "tajikistan economy grows"),
            "tg": ("Ҷумҳурии Тоҷикистон", "чумхурии точикистон"),
            "uz": ("Oʻzbekiston, Ўзбекистон", "ўзбекистон o'zbekiston"),
            "fa": ("كتاب‌هاي تاجيكستان", "کتاب تاجیکستان"),
            "de": ("Die Straße nach Müllheim", "strasse mullheim"),  # which nobody described
        }
        self.fill(*(document(number, code, body=texts[code][0]) for number, code in enumerate(texts, 1)))
        assert [self.found(typed, code) for code, (_text, typed) in texts.items()] == [[1], [2], [3], [4], [5], [6]]
        assert self.found("ҶУМҲУРӢ", "tg") == [3]

    def test_only_what_stands_below_the_pages_that_are_named_is_found_and_counted(self):
        first, second = (Page.get_first_root_node().add_child(title=title, slug=title) for title in ("one", "two"))
        inside = [first.add_child(title=f"inside-{number}", slug=f"inside-{number}") for number in range(3)]
        outside = second.add_child(title="outside", slug="outside")
        pages = [first, *inside, second, outside]
        self.fill(*(document(page.pk, body="газ", country=("TJ",)) for page in pages), document(10**6, body="газ"))
        results = self.ask("газ", below=(first.pk,), limit=2)
        assert (results.total, len(results.hits), dict(results.facets["country"])) == (4, 2, {"TJ": 4})
        assert len(self.found("газ", below=(first.pk,), filters={"year": "2025"}, order="date")) == 4
        assert set(self.found("газ", below=(outside.pk, inside[0].pk))) == {outside.pk, inside[0].pk}
        assert self.ask("газ", "ru", "tg", below=(second.pk,)).languages == {"ru": 2}
        assert self.ask("газ").total == 7

    # --- the syntax ---

    def test_an_excluded_word_may_not_be_there_in_any_form(self):
        self.fill(
            document(1, headline="Вода и ледники", body="Горы"),
            document(2, headline="Вода", body="о таянии ледника"),
            document(3, headline="Вода", body="о реках"),
        )
        assert self.found("вода -ледник") == [3]
        assert set(self.found('вода -"таяние ледника"')) == {1, 3}
        assert self.found("вода -ледник -река") == []

    def test_one_of_several_words_or_phrases_is_enough(self):
        self.fill(
            document(1, body="газ и река"),
            document(2, body="нефть и река"),
            document(3, body="газ и море"),
            document(4, body="каменный уголь, река"),
            document(5, body="уголь каменный, река"),
        )
        assert set(self.found("газ OR нефть")) == {1, 2, 3}
        assert set(self.found("газ OR нефть река")) == {1, 2}
        assert set(self.found('газ | "каменный уголь" река')) == {1, 4}
        assert self.found("газ OR нефть река -нефть") == [1]

    def test_exclusions_alone_find_everything_else(self):
        self.fill(
            document(1, body="газ", year=2023),
            document(2, body="вода", year=2024),
            document(3, body="нефть", year=2025),
            document(4, "tg", body="об", year=2025),
        )
        assert self.found("-газ") == [3, 2]
        self.delete(2)
        assert self.found("-газ") == [3]

    def test_words_without_meaning_are_answered(self):
        self.fill(document(1, body="газ и вода"), document(2, body="газ"), document(3, "fa", body="کتاب ها"))
        assert self.found("и") == [1]
        assert self.found("ها", "fa") == [3], "left out where there are other words, asked for alone"
        assert self.found("کتاب ها", "fa") == [3]

    def test_each_language_has_its_own_exclusions(self):
        self.fill(document(1, "ru", body="вода ледников"), document(2, "tg", body="вода ледников"))
        assert self.found("вода -ледник", "ru", "tg") == [2], "no Russian ending is known in Tajik"

    # --- what else may stand for a word ---

    def test_an_alternative_is_found_below_what_was_typed(self):
        self.fill(
            document(1, headline="бензин", body="дорога"),
            document(2, body="топливо и дорога"),
            document(3, body="дизельное горючее и дорога"),
            document(4, body="горючее дизельное и дорога"),
            document(5, body="топливо"),
        )
        others = {"топливо": (Alternative("бензин", 0.8), Alternative("дизельное горючее", 0.4))}
        assert self.found("топливо дорога", alternatives=others) == [2, 1, 3]
        assert self.found("топливо дорога") == [2]
        assert self.found("топливо -бензин", alternatives=others) == [5, 2, 3]
        assert self.found("ТОПЛИВО OR море", alternatives=others, limit=2, offset=2) == [1, 3]
        assert self.ask("топливо дорога", alternatives=others, limit=0).total == 3

    def test_partial_matches_follow_complete_ones_the_larger_share_first(self):
        self.fill(
            document(1, headline="ледник и горы"),
            document(2, body="таяние"),
            document(3, body="горы и таяние"),
            document(4, body="таяние высоко в горах, на леднике"),
            document(5, headline="ледник"),
            document(6, body="озеро горы ледник"),
        )
        shares = {"таяние": 5, "ледников": 2, "горах": 1}
        values = {"shares": shares, "limit": 10}
        assert self.found("таяние ледников в горах", **values) == [4, 3, 2, 1, 6]
        assert self.found("таяние ледников в горах -озеро", **values) == [4, 3, 2, 1]
        assert self.found('"таяние высоко" ледников горах', **values) == [4], "a phrase is always required"
        assert self.found("таяние ледников неведомых гор", **values)[0] == 4, "a word without a share says nothing"
        results = self.ask("таяние ледников в горах", **values, order="date")
        assert (results.total, {hit.page_id for hit in results.hits}) == (5, {1, 2, 3, 4, 6})
        assert self.ask("таяние ледников в горах", shares=shares, limit=0).total == 5

    # --- order and period ---

    def test_sorts_by_date(self):
        undated = SearchDocument(page_id=4, language="ru", texts={"headline": "газ"})
        self.fill(
            document(1, headline="газ", year=2023),
            document(2, body="газ и вода", year=2025),
            document(3, body="газ", lead="газ", year=2024),
            undated,
        )
        assert self.found("газ", order="date") == [2, 3, 1, 4]
        assert self.found("газ", order="date", limit=2, offset=1) == [3, 1]

    def test_a_period_narrows_results_and_counts(self):
        self.fill(*(document(number, body="газ", year=2020 + number, country=("TJ",)) for number in range(1, 6)))
        results = self.ask("газ", since=date(2022, 1, 1), until=date(2024, 3, 5))
        assert {hit.page_id for hit in results.hits} == {2, 3, 4}
        assert results.total == 3
        assert dict(results.facets["country"]) == {"TJ": 3}
        assert self.found("-вода", since=date(2024, 3, 6)) == [5]
        assert self.found("газ", until=date(2021, 3, 2), order="date") == [1]

    # --- relevance ---

    def test_of_two_that_fit_alike_the_newer_comes_first_and_a_better_match_before_a_newer(self):
        this_year = timezone.now().year
        self.fill(
            document(1, body="газ", year=2009),
            document(2, body="газ", year=this_year),
            document(3, headline="газ", year=2009),
            document(4, body="вода " + "и другие слова " * 20, year=2009),
            document(5, body="вода " + "и другие слова " * 21, year=this_year),
        )
        assert self.found("газ") == [3, 2, 1]
        assert self.found("вода") == [5, 4]

    def test_people_and_places_are_found_together_with_words_of_other_fields(self):
        self.fill(
            document(1, headline="Встреча", people="Назаров Далер", places="Душанбе"),
            document(2, headline="Встреча", people="Назаров Далер"),
            document(3, body="Встреча в Душанбе, где был Назаров"),
        )
        assert self.found("встреча назаров душанбе") == [1, 3]

    def test_pages_and_total(self):
        self.fill(*(document(number, body="газ") for number in range(1, 26)))
        pages = [self.ask("газ", limit=10, offset=offset) for offset in (0, 10, 20, 9_990)]
        assert [(page.total, len(page.hits)) for page in pages] == [(25, 10), (25, 10), (25, 5), (25, 0)]
        assert len({hit.page_id for page in pages for hit in page.hits}) == 25

    def test_filters_and_counts(self):
        self.fill(
            document(1, body="газ", country=("TJ", "UZ"), section=("1",), year=2024),
            document(2, body="газ", country=("TJ",), section=("2",), year=2025),
            document(3, body="газ", country=("KZ",), section=("1",), year=2025),
            document(4, body="вода", country=("TJ",), section=("1",), year=2025),
        )
        results = self.ask("газ")
        assert dict(results.facets["country"]) == {"TJ": 2, "KZ": 1, "UZ": 1}
        assert dict(results.facets["section"]) == {"1": 2, "2": 1}
        narrowed = self.ask("газ", filters={"country": "TJ", "year": "2025"})
        assert ([hit.page_id for hit in narrowed.hits], narrowed.total) == ([2], 1)
        assert {name: dict(counts) for name, counts in narrowed.facets.items()} == {
            "country": {"TJ": 1, "KZ": 1}, "year": {"2024": 1, "2025": 1}, "section": {"2": 1},
        }  # fmt: skip
        assert self.ask("газ", filters={"country": "'); --"}).total == 0

    def test_a_site_has_a_filter_of_its_own(self, monkeypatch):
        self.fill(document(1, body="газ"), document(2, body="газ"))
        monkeypatch.setattr(registry, "_facets", dict(registry._facets))
        registry.register_facet("mood", "Mood", "All moods")
        assert "mood" not in self.ask("газ", filters={"year": "2025"}).facets, "nothing has it yet"
        assert self.found("газ", filters={"mood": "glad"}) == []
        for write in (self.fill, partial(self.rebuild, "ru")):
            kept = document(1, body="газ", mood=("glad", "calm")), document(2, body="газ", mood=("glad",))
            write(*kept)
            narrowed = self.ask("газ", filters={"mood": "calm"})
            assert [hit.page_id for hit in narrowed.hits] == [1]
            assert dict(narrowed.facets["mood"]) == {"glad": 2, "calm": 1}
            (stored,) = self.engine.stored([2])
            assert stored.facets == kept[1].facets

    def test_hits_carry_what_extracts_need(self):
        self.fill(document(1, headline="Газ", lead="Лид", body="Текст\nи ещё"))
        (hit,) = self.ask("газ").hits
        assert hit.language == "ru"
        assert dict(hit.texts) == {"headline": "Газ", "lead": "Лид", "body": "Текст\nи ещё"}
        assert hit.published_on == datetime(2025, 3, 2, tzinfo=UTC)

    def test_what_is_written_replaces_what_is_stored_and_deleted_is_gone(self):
        self.fill(document(1, body="газ", country=("TJ",)), document(2, body="нефть"))
        self.fill(document(1, body="вода", country=("UZ",)))
        assert (self.found("газ"), self.found("нефть")) == ([], [2])
        assert dict(self.ask("вода").facets["country"]) == {"UZ": 1}
        self.delete(1, 99)
        self.delete()
        self.fill()
        assert self.found("вода") == []
        assert "country" not in self.ask("нефть").facets

    def test_tells_what_it_stores(self):
        kept = document(7, headline="Газ", body="вода", country=("TJ", "UZ"))
        self.fill(kept, document(9, "tg", body="об"), document(11, body="газ"))
        self.delete(11)
        (stored,) = self.engine.stored([7, 8, 11])
        facets = {name: tuple(sorted(values)) for name, values in stored.facets.items()}
        assert replace(stored, facets=facets) == kept
        pages = [self.engine.stored_ids(after=after, limit=limit) for after, limit in ((0, 10), (7, 10), (0, 1))]
        assert pages == [[7, 9], [9], [7]]

    def test_rebuild_of_one_language_leaves_the_others(self):
        self.fill(document(1, body="газ"), document(2, "tg", body="газ"))
        self.rebuild("ru", document(1, body="вода"))
        assert (self.found("газ", "ru"), self.found("вода", "ru")) == ([], [1])
        assert self.found("газ", "tg") == [2]

    def test_changes_come_in_between_the_batches_of_a_rebuild(self):
        self.fill(document(1, body="газ"), document(2, body="газ"))
        with self.engine.rebuilding("ru") as fill:
            fill([document(1, body="газ"), document(2, body="газ")], claim=1)
            self.claim = 2
            self.fill(document(3, body="газ"))  # published
            self.fill(document(1, body="вода"))  # corrected
            self.delete(2)
            assert self.found("газ") == [3], "readers see the changes while the rebuild runs"
            fill([document(4, body="нефть")], claim=3)
        assert [self.found(word) for word in ("газ", "вода", "нефть")] == [[3], [1], [4]]

    def test_a_broken_rebuild_leaves_the_index_as_it_was(self):
        self.fill(document(1, body="газ"))
        with suppress(RuntimeError), self.engine.rebuilding("ru") as fill:
            fill([document(2, body="вода")], claim=1)
            raise RuntimeError("power cut")
        assert self.found("газ") == [1]
        self.fill(document(3, body="газ"))
        assert set(self.found("газ")) == {1, 3}

    def test_whatever_is_typed_is_answered(self):
        self.fill(document(1, body="газ"))
        for text in (
            "", " ", '"', '""', "((*", "*", "NEAR(", "AND", "OR NOT", "a:b", "-", "😀", "\\", "' OR 1=1 --", "{", "^",
            "+газ", "headline:газ", "“", "«", "а" * 5000, "б " * 5000, "\u0301", "%", "_", "газ" + "\u202e",
        ):  # fmt: skip
            assert self.ask(text, "ru", "en", "de").total in {0, 1}, text
        self.fill(document(2, body="газопровод"))
        assert self.found("газ%") == [1], "wildcards mean nothing"
        assert self.found("г_зопровод") == []

    def test_long_and_strange_documents_are_stored(self):
        self.fill(document(1, headline="газ", body="ы" * 40_000 + " 😀 \u202e ((*" + ' "' * 1000))
        assert self.found("газ") == [1]

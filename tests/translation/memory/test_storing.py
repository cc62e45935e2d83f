"""What the memory holds: what is approved and live, for as long as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DataError, OperationalError, transaction
from django.db.models import PositiveIntegerField, Q
from wagtail.models import Locale, Page, PageViewRestriction

from chorsu_articles.models import AnalysisPage, Country, Person
from chorsu_articles.protected_names import ask_to_lift, confirm_lifting, protect
from chorsu_translation.baselines import declare_up_to_date
from chorsu_translation.linking import unlink_page
from chorsu_translation.memory import storing
from chorsu_translation.memory.search import Memory
from chorsu_translation.memory.storing import remember, remember_marked
from chorsu_translation.models import MemoryMark, MemoryPair, MemoryWord, TranslationLink
from chorsu_translation.planning import set_adapted
from chorsu_translation.selectors import source_digest
from chorsu_translation.withdrawal import decide, take_down, withdraw_everywhere
from tests.factories import make_user
from tests.translation.editor.translating import rich
from tests.translation.newsroom import member, proposed, publish, section
from tests.translation.test_suggestions import article, remembered, translated, units_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
LEAD = "Лид"


def memory_of(target: Page) -> Memory:
    """Return what is remembered for a translation from Russian."""
    return Memory(target, Locale.objects.get(language_code="ru"))


def offered(target: Page, html: str = LEAD) -> list[str]:
    return [match.html for match in memory_of(target).exact([html]).get(html, [])]


def of_page(page: Page) -> dict[tuple[str, int, int], tuple[str, str]]:
    """Return the rows of a page by field, unit and sentence."""
    rows = MemoryPair.objects.filter(target=page.pk).order_by("pk")
    return {(row.path.partition(".")[0], row.index, row.number): (row.source_html, row.html) for row in rows}


def source_of(page: Page) -> Any:
    return AnalysisPage.objects.get(pk=TranslationLink.objects.get(target=page.pk).source_id)


def retract(page: Page) -> None:
    sentences = dict.fromkeys(["ru", "tg"], "It was wrong.")
    decide(proposal_id=proposed(page, "retract", sentences), page=page, user=member("chief", "Chief editors"))


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN)


def move_below_a_private_page(page: Page) -> None:
    private = section("tg").get_parent().add_child(instance=Page(title="Private", slug="private", locale=page.locale))
    page.move(private, pos="last-child")
    restrict(Page.objects.get(pk=page.pk))


TAKES_IT_AWAY: dict[str, Callable[[Any], Any]] = {
    "unpublish": lambda page: page.unpublish(),
    "unpublish a plain page": lambda page: Page.objects.get(pk=page.pk).unpublish(),
    "unpublish the source": lambda page: source_of(page).unpublish(),
    "take down": lambda page: take_down(page=page, user=make_user(superuser=True), reason="A court."),
    "withdraw": lambda page: withdraw_everywhere(page=page, user=member("chief", "Chief editors"), reason="A court."),
    "retract": retract,
    "adapt": lambda page: set_adapted(
        page=source_of(page), locale=page.locale, user=make_user(superuser=True), adapted=True
    ),
    "part": lambda page: unlink_page(target=page, user=make_user(superuser=True)),
    "restrict": restrict,
    "restrict the source": lambda page: restrict(source_of(page)),
    "move": move_below_a_private_page,
    "delete": lambda page: page.delete(),
    "delete the source": lambda page: source_of(page).delete(),
}


@pytest.mark.thorough
@pytest.mark.sql
@pytest.mark.parametrize("way", TAKES_IT_AWAY)
def test_what_readers_cannot_see_any_more_is_not_found_at_once_and_leaves_with_the_next_sweep(way, first, second):
    assert offered(second) == ["Сархат"]
    TAKES_IT_AWAY[way](first)
    assert offered(second) == []
    assert remember_marked()
    assert not MemoryPair.objects.exists()
    assert not MemoryWord.objects.exists()
    assert not remember_marked()


@pytest.mark.usefixtures("first")
def test_nothing_is_found_of_a_language_that_is_switched_off(second, settings):
    settings.WAGTAIL_CONTENT_LANGUAGES = [("tg", "Tajik")]
    assert offered(second) == []


def test_what_is_seen_again_is_stored_again(first, second):
    restrict(first)
    remember_marked()
    PageViewRestriction.objects.all().delete()
    remember_marked()
    assert offered(second) == ["Сархат"]
    source = source_of(first)
    source.unpublish()
    remember_marked()
    publish(AnalysisPage.objects.get(pk=source.pk))
    remember_marked()
    assert offered(second) == ["Сархат"]


@pytest.mark.sql
def test_a_unit_is_stored_by_its_sentences_where_both_sides_have_as_many(tajik, translator):
    source = article(title="Wikipedia")
    source.body = [("paragraph", "<p>Один. <b>Два.</b></p><p>Три. Четыре.</p><p>Пять. Wikipedia.</p>")]
    source = publish(source)
    body = "<p>Як. <b>Ду.</b></p><p>Се ва чор.</p><p>Панҷ. Wikipedia.</p>"
    rows = of_page(translated(source, tajik, translator, title="Wikipedia", body=body))
    # Not the title, which is the same in both languages.
    assert {key: pair for key, pair in rows.items() if key[0] != "lead"} == {
        ("body", 0, 0): ("Один. ", "Як. "),
        ("body", 0, 1): ("<b>Два.</b>", "<b>Ду.</b>"),
        ("body", 1, 0): ("Три. Четыре.", "Се ва чор."),
        ("body", 2, 0): ("Пять. ", "Панҷ. "),
    }


def test_a_publication_replaces_what_it_showed_before_and_leaves_what_it_shows_still(first, second):
    before = set(MemoryPair.objects.values_list("path", "pk"))
    first.lead = "Сархати нав"
    remembered(first)
    assert offered(second) == ["Сархати нав"]
    after = set(MemoryPair.objects.values_list("path", "pk"))
    assert ([path for path, _pk in before - after], len(after)) == (["lead"], 4)


@pytest.mark.sql
def test_of_a_translation_that_is_out_of_date_nothing_new_is_stored(first, second, translator):
    source = source_of(first)
    source.lead = "Другой лид"
    remembered(source)
    assert offered(second) == ["Сархат"], "both sides were live"
    first.lead, first.title = "Сархати нав", "Номи нав"
    first = remembered(first)
    assert {key[0] for key in of_page(first)} == {"body"}
    assert offered(second) == []
    declare_up_to_date(target=first, user=translator, seen=source_digest(first))
    remember_marked()
    assert offered(second, "Другой лид") == ["Сархати нав"]


def test_a_draft_and_what_readers_cannot_see_are_not_stored(first, second):
    second = second.specific
    second.lead = "Тайёр нест"
    second.save_revision()
    assert set(MemoryPair.objects.values_list("target_id", flat=True)) == {first.pk}
    assert len(of_page(first)) == len([unit for unit in units_of(first) if unit.path != "slug"])


@pytest.mark.usefixtures("first")
def test_the_command_stores_all_that_is_published(second):
    MemoryPair.objects.all().delete()
    call_command("refresh_translations")
    assert (offered(second), MemoryPair.objects.count()) == (["Сархат"], 4)


@contextmanager
def fails_for(page: Page, failure: BaseException) -> Iterator[None]:
    """Let the storing of a page's sentences fail."""

    def failing(target: int) -> None:
        if target == page.pk:
            raise failure
        remember(target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storing, "remember", failing)
        yield


def test_an_interrupted_sweep_goes_on_where_it_was(first, second, tajik, translator):
    other = translated(article(), tajik, translator, lead="Дигар")
    for page in (first, other):
        storing.mark([page.pk])
    MemoryPair.objects.all().delete()
    with fails_for(other, KeyboardInterrupt()), pytest.raises(KeyboardInterrupt), transaction.atomic():
        remember_marked()
    while remember_marked():
        pass
    assert offered(second) == ["Дигар", "Сархат"]


def test_a_translation_that_cannot_be_stored_stops_no_other(first, second, caplog):
    assert isinstance(MemoryPair._meta.get_field("number"), PositiveIntegerField), "a page of 33,000 sentences"
    publish(second.specific)
    MemoryMark.objects.all().delete()
    # A page that is gone by now does no harm.
    storing.mark([first.pk, second.pk, 123456])
    with fails_for(first, DataError("out of range")):
        assert remember_marked() == 3
    assert set(MemoryPair.objects.values_list("target_id", flat=True)) == {second.pk}
    assert [record.getMessage() for record in caplog.records] == [f"The memory cannot store page {first.pk}."]
    assert not remember_marked()
    storing.mark([first.pk])
    with fails_for(first, OperationalError("locked")), pytest.raises(OperationalError):
        remember_marked()
    assert remember_marked() == 1
    assert MemoryPair.objects.filter(target=first.pk).exists()


def test_a_name_that_becomes_protected_leaves_on_either_side_and_comes_back_with_the_name(tajik, translator, second):
    keeper, other = (member(name, "Chief editors") for name in ("keeper", "other"))
    person = Person.objects.create(name_ru="Рустам Шарифов", name_tg="Рустами Шариф")
    lines = {
        "Пришёл Рустам Шарифов.": "Рустам Шарифов омад.",
        "Говорили с Шарифовым Рустамом.": "Бо ӯ гап заданд.",
        "Пришёл он.": "Рустами Шариф омад.",
        "Все ушли.": "Ҳама рафтанд.",
    }
    source = article()
    source.body = [("paragraph", rich(list(lines)))]
    page = translated(publish(source), tajik, translator, body=rich(list(lines.values())))

    def known():
        return [line for text in lines for line in offered(second, text)]

    assert known() == list(lines.values())
    identity = protect(user=keeper, person=person, code_name="Sparrow")
    assert known() == ["Ҳама рафтанд."]
    for store in (remember_marked, lambda: remembered(page)):
        store()
        assert not MemoryPair.objects.filter(Q(source_html__contains="Шариф") | Q(html__contains="Шариф")).exists()
    identity.texts |= {"name_tg": "Ҳама"}
    identity.save(update_fields=["texts"])
    assert known() == []
    ask_to_lift(user=keeper, identity=identity)
    confirm_lifting(user=other, identity=identity)
    remember_marked()
    assert known() == list(lines.values())


def test_a_sentence_is_found_by_what_it_says_after_a_name_in_it_became_known(tajik, translator, second):
    source = article()
    source.lead = "Столица — Душанбе."
    translated(publish(source), tajik, translator, lead="Пойтахт — Душанбе.")
    for name in ("Душанбе", "Бишкек"):
        Country.objects.create(name_ru=name, name_tg=name, code=name[:2])
    asked, other = "Столица — Душанбе.", "Столица — Бишкек."
    assert (offered(second, asked), offered(second, other)) == ([], [])
    (found,) = memory_of(second).similar([asked])[asked]
    assert (found.html, found.ratio) == ("Пойтахт — Душанбе.", 100)
    call_command("refresh_translations")
    assert offered(second, "Столица — Бишкек.") == ["Пойтахт — Бишкек."]

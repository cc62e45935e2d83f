"""What the memory holds: what is approved and live, for as long as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DataError, OperationalError, transaction
from django.db.models import PositiveIntegerField
from django.test import override_settings
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
from tests.translation.newsroom import member, proposed, publish, section
from tests.translation.test_suggestions import article, remembered, translated, units_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
LEAD = "Лид"


def offered(target: Page, html: str = LEAD) -> list[str]:
    """Return what is offered for a text of a translation from Russian."""
    russian = Locale.objects.get(language_code="ru")
    return [match.html for match in Memory(target, russian).exact([html]).get(html, [])]


def of_page(page: Page) -> dict[tuple[str, int, int], tuple[str, str]]:
    """Return the rows of a page by field, unit and sentence."""
    rows = MemoryPair.objects.filter(target=page.pk).order_by("pk")
    return {(row.path.partition(".")[0], row.index, row.number): (row.source_html, row.html) for row in rows}


def source_of(page: Page) -> Any:
    return AnalysisPage.objects.get(pk=TranslationLink.objects.get(target=page.pk).source_id)


def retract(page: Page) -> None:
    chief = member("chief", "Chief editors")
    pages = Page.objects.filter(translation_key=page.translation_key)
    sentences = {each.locale.language_code: "It was wrong." for each in pages}
    decide(proposal_id=proposed(page, "retract", sentences), page=page, user=chief)


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN)


def move_below_a_private_page(page: Page) -> None:
    private = section("tg").get_parent().add_child(instance=Page(title="Private", slug="private", locale=page.locale))
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    page.move(private, pos="last-child")


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
def test_what_readers_cannot_see_any_more_is_not_found_at_once_and_leaves_with_the_next_sweep(
    way: str, first: Any, second: Page
) -> None:
    assert offered(second) == ["Сархат"]
    TAKES_IT_AWAY[way](first)
    assert offered(second) == []
    assert remember_marked()
    assert not MemoryPair.objects.exists()
    assert not MemoryWord.objects.exists()
    assert not remember_marked()


def test_nothing_is_found_of_a_language_that_is_switched_off(first: Any, second: Page) -> None:
    assert first.live
    with override_settings(WAGTAIL_CONTENT_LANGUAGES=[("tg", "Tajik")]):
        assert offered(second) == []


def test_what_is_seen_again_is_stored_again(first: Any, second: Page) -> None:
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
def test_a_unit_is_stored_by_its_sentences_where_both_sides_have_as_many(tajik: Locale, translator: Any) -> None:
    source = article()
    source.body = [("paragraph", "<p>Один. <b>Два.</b></p><p>Три. Четыре.</p><p>Пять. Wikipedia.</p>")]
    source = publish(source)
    body = "<p>Як. <b>Ду.</b></p><p>Се ва чор.</p><p>Панҷ. Wikipedia.</p>"
    rows = of_page(translated(source, tajik, translator, body=body))
    assert {key: pair for key, pair in rows.items() if key[0] == "body"} == {
        ("body", 0, 0): ("Один. ", "Як. "),
        ("body", 0, 1): ("<b>Два.</b>", "<b>Ду.</b>"),
        ("body", 1, 0): ("Три. Четыре.", "Се ва чор."),
        ("body", 2, 0): ("Пять. ", "Панҷ. "),
    }


def test_a_publication_replaces_what_it_showed_before_and_leaves_what_it_shows_still(first: Any, second: Page) -> None:
    before = dict(MemoryPair.objects.values_list("path", "pk"))
    first.lead = "Сархати нав"
    remembered(first)
    assert offered(second) == ["Сархати нав"]
    after = dict(MemoryPair.objects.values_list("path", "pk"))
    assert {path for path in before if before[path] != after[path]} == {"lead"}
    assert MemoryPair.objects.count() == 4


@pytest.mark.sql
def test_of_a_translation_that_is_out_of_date_nothing_new_is_stored(first: Any, second: Page, translator: Any) -> None:
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


def test_a_draft_and_what_readers_cannot_see_are_not_stored(first: Any, second: Any) -> None:
    second = second.specific
    second.lead = "Тайёр нест"
    second.save_revision()
    assert set(MemoryPair.objects.values_list("target_id", flat=True)) == {first.pk}
    assert len(of_page(first)) == len([unit for unit in units_of(first) if unit.path != "slug"])


def test_what_is_the_same_in_both_languages_is_not_stored(tajik: Locale, translator: Any) -> None:
    page = translated(article(title="Wikipedia"), tajik, translator, title="Wikipedia")
    assert ("title", 0, 0) not in of_page(page)


def test_the_command_stores_all_that_is_published(first: Any, second: Page) -> None:
    assert first.live
    MemoryPair.objects.all().delete()
    call_command("refresh_translations")
    assert offered(second) == ["Сархат"]
    assert MemoryPair.objects.count() == 4


def test_an_interrupted_sweep_goes_on_where_it_was(
    first: Any, second: Page, tajik: Locale, translator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = translated(article(), tajik, translator, lead="Дигар")
    for page in (first, other):
        storing.mark([page.pk])
    MemoryPair.objects.all().delete()

    def interrupted(target: int) -> None:
        if target == other.pk:
            raise KeyboardInterrupt
        remember(target)

    monkeypatch.setattr(storing, "remember", interrupted)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        remember_marked()
    monkeypatch.undo()
    while remember_marked():
        pass
    assert offered(second) == ["Дигар", "Сархат"]


def test_a_translation_that_cannot_be_stored_stops_no_other(
    first: Any, second: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(MemoryPair._meta.get_field("number"), PositiveIntegerField), "a page of 33,000 sentences"
    publish(second.specific)
    MemoryMark.objects.all().delete()
    storing.mark([first.pk])
    storing.mark([second.pk])
    failure: Exception = DataError("out of range")

    def failing(target: int) -> None:
        if target == first.pk:
            raise failure
        remember(target)

    monkeypatch.setattr(storing, "remember", failing)
    assert remember_marked() == 2
    assert set(MemoryPair.objects.values_list("target_id", flat=True)) == {second.pk}
    assert [record.getMessage() for record in caplog.records] == [f"The memory cannot store page {first.pk}."]
    assert not remember_marked()
    storing.mark([first.pk])
    failure = OperationalError("locked")
    with pytest.raises(OperationalError):
        remember_marked()
    monkeypatch.undo()
    assert remember_marked() == 1
    assert MemoryPair.objects.filter(target=first.pk).exists()


def test_a_mark_of_a_page_that_is_gone_does_no_harm(first: Any) -> None:
    while remember_marked():
        pass
    storing.mark([first.pk, 123456])
    assert remember_marked() == 2
    assert not MemoryMark.objects.exists()
    assert of_page(first)


def test_a_name_that_becomes_protected_leaves_on_either_side_and_comes_back_with_the_name(
    tajik: Locale, translator: Any, second: Page
) -> None:
    keeper, other = (member(name, "Chief editors") for name in ("keeper", "other"))
    person = Person.objects.create(name_ru="Рустам Шарифов", name_tg="Рустами Шариф")
    texts = ("Пришёл Рустам Шарифов.", "Говорили с Шарифовым Рустамом.", "Пришёл он.")
    lines = ("Рустам Шарифов омад.", "Бо ӯ гап заданд.", "Рустами Шариф омад.")
    source = article()
    source.body = [("paragraph", "".join(f"<p>{text}</p>" for text in (*texts, "Все ушли.")))]
    page = translated(
        publish(source), tajik, translator, body="".join(f"<p>{line}</p>" for line in (*lines, "Ҳама рафтанд."))
    )
    asked = (*texts, "Все ушли.")
    assert [offered(second, text) for text in asked] == [[line] for line in (*lines, "Ҳама рафтанд.")]
    identity = protect(user=keeper, person=person, code_name="Sparrow")
    assert [offered(second, text) for text in asked] == [[], [], [], ["Ҳама рафтанд."]]
    remember_marked()
    everything = "".join(f"{row.source_html} {row.html}" for row in MemoryPair.objects.all())
    assert "Шариф" not in everything
    remembered(page)
    assert "Шариф" not in "".join(MemoryPair.objects.values_list("source_html", flat=True))
    identity.texts |= {"name_tg": "Ҳама"}
    identity.save(update_fields=["texts"])
    assert [offered(second, text) for text in asked] == [[], [], [], []]
    ask_to_lift(user=keeper, identity=identity)
    confirm_lifting(user=other, identity=identity)
    remember_marked()
    assert offered(second, texts[0]) == [lines[0]]


def test_a_sentence_is_found_by_what_it_says_after_a_name_in_it_became_known(
    tajik: Locale, translator: Any, second: Page
) -> None:
    source = article()
    source.lead = "Столица — Душанбе."
    translated(publish(source), tajik, translator, lead="Пойтахт — Душанбе.")
    for name in ("Душанбе", "Бишкек"):
        Country.objects.create(name_ru=name, name_tg=name, code=name[:2])
    asked, other = "Столица — Душанбе.", "Столица — Бишкек."
    assert (offered(second, asked), offered(second, other)) == ([], [])
    memory = Memory(second, Locale.objects.get(language_code="ru"))
    (found,) = memory.similar([asked])[asked]
    assert (found.html, found.ratio) == ("Пойтахт — Душанбе.", 100)
    call_command("refresh_translations")
    assert offered(second, "Столица — Бишкек.") == ["Пойтахт — Бишкек."]

"""Who is to translate what until when, and what isn't translated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail import hooks
from wagtail.models import Locale, Page, PageLogEntry

from chorsu_articles.models import AnalysisPage
from chorsu_translation import signals
from chorsu_translation.baselines import declare_up_to_date
from chorsu_translation.models import NotPlanned, TranslationRequest
from chorsu_translation.pages import people_of
from chorsu_translation.planning import (
    PlanningError,
    assign_translation,
    decide_not_planned,
    due_days,
    plan_again,
    request_translation,
    set_adapted,
    set_due_date,
    take_back_request,
)
from chorsu_translation.selectors import State, page_state, source_digest
from chorsu_translation.starting import start_translation
from tests.factories import make_user
from tests.translation.newsroom import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
DUE = dt.date(2026, 12, 24)


@pytest.fixture
def article(source: AnalysisPage) -> AnalysisPage:
    return source


@pytest.fixture
def sent() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Return what signals were sent, and whether inside a transaction."""
    found: list[tuple[str, dict[str, Any]]] = []
    connected = []
    for name in ("translation_requested", "translation_assigned", "request_changed", "request_closed"):

        def receive(name: str = name, **facts: Any) -> None:
            assert transaction.get_connection().in_atomic_block
            found.append((name, facts))

        getattr(signals, name).connect(receive)
        connected.append((getattr(signals, name), receive))
    yield found
    for signal, receiver in connected:
        signal.disconnect(receiver)


def last_entry(page: Page) -> PageLogEntry:
    entry: PageLogEntry = PageLogEntry.objects.filter(page=page.pk).latest("pk")
    return entry


def test_a_request_is_stored_logged_and_told(article: AnalysisPage, tajik: Locale, sent: list[Any]) -> None:
    editor, translator = make_user("Editors (tg)"), make_user("Translators (tg)", first_name="Nozanin")
    request = request_translation(
        page=article, locale=tajik, user=editor, assignee=translator, due=DUE, note="For Monday"
    )
    assert (request.assignee, request.due, request.note, request.requested_by) == (
        translator, DUE, "For Monday", editor,
    )  # fmt: skip
    entry = last_entry(article)
    assert (entry.user, entry.message, entry.comment) == (
        editor,
        "Requested the text in Тоҷикӣ: Nozanin, until 2026-12-24",
        "For Monday",
    )
    assert [name for name, _facts in sent] == ["translation_requested", "translation_assigned"]
    for _name, facts in sent:
        assert (facts["request"], facts["user"], facts["page"].pk) == (request, editor, article.pk)


def test_editors_of_either_language_plan(article: AnalysisPage, tajik: Locale) -> None:
    for group in ("Editors (tg)", "Editors (ru)", "Chief editors"):
        assert request_translation(page=article, locale=tajik, user=make_user(group)).pk
        TranslationRequest.objects.all().delete()


@pytest.mark.parametrize("group", ["Editors (en)", "Translators (tg)", "Journalists (ru)"])
def test_others_plan_nothing(article: AnalysisPage, tajik: Locale, group: str) -> None:
    user = make_user(group)
    plans: list[Callable[[], object]] = [
        lambda: request_translation(page=article, locale=tajik, user=user),
        lambda: assign_translation(page=article, locale=tajik, user=user, assignee=user),
        lambda: set_due_date(page=article, locale=tajik, user=user, due=DUE),
        lambda: decide_not_planned(page=article, locale=tajik, user=user, reason="No"),
        lambda: plan_again(page=article, locale=tajik, user=user),
        lambda: set_adapted(page=article, locale=tajik, user=user, adapted=True),
    ]
    for plan in plans:
        with pytest.raises(PermissionDenied):
            plan()
    assert not TranslationRequest.objects.exists()
    assert not NotPlanned.objects.exists()


def test_who_can_not_work_in_the_language_gets_nothing_to_translate(
    article: AnalysisPage, tajik: Locale, translator: Any
) -> None:
    russian = make_user("Translators (ru)")
    left = make_user("Translators (tg)", is_active=False)
    editor = make_user("Editors (tg)")
    for person in (russian, left):
        with pytest.raises(PlanningError, match="can’t work in this language"):
            request_translation(page=article, locale=tajik, user=editor, assignee=person)
    assert not TranslationRequest.objects.exists()
    assert set(people_of([tajik])) == {editor, translator}


def test_a_second_request_is_refused(article: AnalysisPage, tajik: Locale) -> None:
    editor = make_user("Editors (tg)")
    request_translation(page=article, locale=tajik, user=editor)
    with pytest.raises(PlanningError, match="requested already"):
        request_translation(page=article, locale=tajik, user=editor)


def test_an_original_is_asked_for_until_it_goes_live(article: AnalysisPage, tajik: Locale) -> None:
    editor, writer = make_user("Editors (ru)"), make_user("Journalists (ru)", first_name="Malika")
    own: dict[str, Any] = {"page": article, "locale": article.locale, "user": editor}
    with pytest.raises(PlanningError, match="live and up to date"):
        request_translation(**own)
    article.unpublish()
    with pytest.raises(PermissionDenied):
        request_translation(**{**own, "user": make_user("Editors (tg)")})
    with pytest.raises(PlanningError, match="has a page in this language"):
        decide_not_planned(**own, reason="Never")
    set_due_date(**own, due=DUE)
    assign_translation(**own, assignee=writer)
    assert last_entry(article).message == "Gave the text in Русский to: Malika"
    assert due_days([article.pk]) == {article.pk: DUE}
    request_translation(page=article, locale=tajik, user=editor)
    publish(AnalysisPage.objects.get(pk=article.pk))
    assert [each.locale for each in TranslationRequest.objects.filter(done_at=None)] == [tajik]


def test_assigning_and_dating_what_is_not_requested_requests_it(
    article: AnalysisPage, tajik: Locale, sent: list[Any]
) -> None:
    editor, one, other = make_user("Editors (tg)"), make_user("Translators (tg)"), make_user("Translators (tg)")
    assign_translation(page=article, locale=tajik, user=editor, assignee=one)
    assign_translation(page=article, locale=tajik, user=editor, assignee=other)
    set_due_date(page=article, locale=tajik, user=editor, due=DUE)
    request = TranslationRequest.objects.get()
    assert (request.assignee, request.due) == (other, DUE)
    assert [(name, facts.get("former")) for name, facts in sent] == [
        ("translation_requested", None),
        ("translation_assigned", None),
        ("translation_assigned", one),
        ("request_changed", None),
    ]
    with pytest.raises(PlanningError, match="so already"):
        set_due_date(page=article, locale=tajik, user=editor, due=DUE)


def test_the_request_closes_when_the_translation_goes_live(
    article: AnalysisPage, tajik: Locale, sent: list[Any]
) -> None:
    request = request_translation(page=article, locale=tajik, user=make_user("Editors (tg)"), due=DUE)
    target = start_translation(source=article, locale=tajik, user=make_user("Translators (tg)"))
    request.refresh_from_db()
    assert request.done_at is None
    (days,) = (hook([article.pk, target.pk]) for hook in hooks.get_hooks("chorsu_review_due"))
    assert days == {target.pk: DUE}
    publish(target.specific)
    request.refresh_from_db()
    assert request.done_at is not None
    assert due_days([article.pk, target.pk]) == {}
    name, facts = sent[-1]
    assert (name, facts["done"], facts["page"].pk) == ("request_closed", True, article.pk)


def test_a_request_for_an_outdated_translation_closes_when_it_is_brought_up_to_date(
    article: AnalysisPage, tajik: Locale
) -> None:
    editor = make_user("Editors (tg)")
    target = publish(start_translation(source=article, locale=tajik, user=editor).specific)
    with pytest.raises(PlanningError, match="live and up to date"):
        request_translation(page=article, locale=tajik, user=editor)
    article.lead = "Another lead."
    publish(article)
    request = request_translation(page=target, locale=tajik, user=editor)
    publish(target)  # with nothing of the changes in it
    request.refresh_from_db()
    assert request.done_at is None
    declare_up_to_date(target=target, user=editor, seen=source_digest(target))
    request.refresh_from_db()
    assert request.done_at is not None


def test_what_is_not_planned_has_a_reason_and_no_request(article: AnalysisPage, tajik: Locale, sent: list[Any]) -> None:
    editor = make_user("Editors (tg)")
    request_translation(page=article, locale=tajik, user=editor)
    for unseen in (" ", "\u3164"):
        with pytest.raises(PlanningError, match="Say why"):
            decide_not_planned(page=article, locale=tajik, user=editor, reason=unseen)
    decide_not_planned(page=article, locale=tajik, user=editor, reason="Of local interest")
    assert not TranslationRequest.objects.exists()
    assert (sent[-1][0], sent[-1][1]["done"]) == ("request_closed", False)
    assert last_entry(article).comment == "Of local interest"
    with pytest.raises(PlanningError, match="Of local interest"):
        request_translation(page=article, locale=tajik, user=editor)
    plan_again(page=article, locale=tajik, user=editor)
    request_translation(page=article, locale=tajik, user=editor)
    with pytest.raises(PlanningError, match="Nothing was decided"):
        plan_again(page=article, locale=tajik, user=editor)


def test_a_request_is_taken_back(article: AnalysisPage, tajik: Locale, sent: list[Any]) -> None:
    editor = make_user("Editors (tg)")
    request_translation(page=article, locale=tajik, user=editor, assignee=make_user("Translators (tg)"))
    with pytest.raises(PermissionDenied):
        take_back_request(page=article, locale=tajik, user=make_user("Translators (tg)"))
    take_back_request(page=article, locale=tajik, user=editor)
    assert not TranslationRequest.objects.exists()
    assert (sent[-1][0], sent[-1][1]["done"]) == ("request_closed", False)
    assert "Took back the request" in last_entry(article).message
    with pytest.raises(PlanningError, match="not requested"):
        take_back_request(page=article, locale=tajik, user=editor)


def test_what_is_there_can_not_be_unplanned(article: AnalysisPage, tajik: Locale) -> None:
    editor = make_user("Editors (tg)")
    start_translation(source=article, locale=tajik, user=editor)
    with pytest.raises(PlanningError, match="has a page"):
        decide_not_planned(page=article, locale=tajik, user=editor, reason="No")


def test_an_adapted_translation_is_never_outdated(article: AnalysisPage, tajik: Locale) -> None:
    editor = make_user("Editors (tg)")
    target = publish(start_translation(source=article, locale=tajik, user=editor).specific)
    article.lead = "Another lead."
    publish(article)
    assert page_state(target) == State.OUTDATED
    set_adapted(page=article, locale=tajik, user=editor, adapted=True)
    assert page_state(target) == State.LIVE
    assert last_entry(target).message == "Declared that the page is adapted"
    set_adapted(page=article, locale=tajik, user=editor, adapted=False)
    assert page_state(target) == State.OUTDATED
    english = Locale.objects.get(language_code="en")
    with pytest.raises(PlanningError, match="no translation"):
        set_adapted(page=article, locale=english, user=make_user("Chief editors"), adapted=True)

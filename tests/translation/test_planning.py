"""Who is to translate what until when, and what isn't translated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail import hooks
from wagtail.models import Page, PageLogEntry

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
from tests.editorial.desk import fresh
from tests.factories import make_user
from tests.translation.newsroom import locale, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
DUE = dt.date(2026, 12, 24)


@pytest.fixture
def article(source) -> AnalysisPage:
    return source


@pytest.fixture
def here(article, tajik) -> dict[str, Any]:
    """Return what most plans are about: the article in Tajik."""
    return {"page": article, "locale": tajik}


@pytest.fixture
def editor(newsroom) -> Any:
    return make_user("Editors (tg)")


@pytest.fixture
def sent() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Return what signals were sent, and whether inside a transaction."""
    found: list[tuple[str, dict[str, Any]]] = []
    names = "translation_requested", "translation_assigned", "request_changed", "request_closed"
    named = {getattr(signals, name): name for name in names}

    def receive(signal, **facts):
        assert transaction.get_connection().in_atomic_block
        found.append((named[signal], facts))

    for signal in named:
        signal.connect(receive)
    yield found
    for signal in named:
        signal.disconnect(receive)


def last_entry(page: Page) -> PageLogEntry:
    entry: PageLogEntry = PageLogEntry.objects.filter(page=page.pk).latest("pk")
    return entry


def test_a_request_is_stored_logged_and_told(here, editor, sent):
    article, translator = here["page"], make_user("Translators (tg)", first_name="Nozanin")
    request = request_translation(**here, user=editor, assignee=translator, due=DUE, note="For Monday")
    assert (request.assignee, request.due, request.requested_by) == (translator, DUE, editor)
    entry = last_entry(article)
    assert (entry.user, entry.comment) == (editor, "For Monday")
    assert entry.message == "Requested the text in Тоҷикӣ: Nozanin, until 2026-12-24"
    assert [name for name, _facts in sent] == ["translation_requested", "translation_assigned"]
    for _name, facts in sent:
        assert (facts["request"], facts["user"], facts["page"].pk) == (request, editor, article.pk)
    with pytest.raises(PlanningError, match="requested already"):
        request_translation(**here, user=editor)


def test_editors_of_either_language_plan(here):
    for group in ("Editors (tg)", "Editors (ru)", "Chief editors"):
        assert request_translation(**here, user=make_user(group)).pk
        TranslationRequest.objects.all().delete()


@pytest.mark.parametrize("group", ["Editors (en)", "Translators (tg)", "Journalists (ru)"])
def test_others_plan_nothing(here, group):
    plan = {**here, "user": make_user(group)}
    acts: list[Callable[[], object]] = [
        lambda: request_translation(**plan),
        lambda: assign_translation(**plan, assignee=plan["user"]),
        lambda: set_due_date(**plan, due=DUE),
        lambda: decide_not_planned(**plan, reason="No"),
        lambda: plan_again(**plan),
        lambda: set_adapted(**plan, adapted=True),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert not TranslationRequest.objects.exists()
    assert not NotPlanned.objects.exists()


def test_who_can_not_work_in_the_language_gets_nothing_to_translate(here, editor, translator):
    for person in (make_user("Translators (ru)"), make_user("Translators (tg)", is_active=False)):
        with pytest.raises(PlanningError, match="can’t work in this language"):
            request_translation(**here, user=editor, assignee=person)
    assert not TranslationRequest.objects.exists()
    assert set(people_of([here["locale"]])) == {editor, translator}


def test_an_original_is_asked_for_until_it_goes_live(article, here):
    writer = make_user("Journalists (ru)", first_name="Malika")
    own: dict[str, Any] = {"page": article, "locale": article.locale, "user": make_user("Editors (ru)")}
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
    request_translation(**here, user=own["user"])
    publish(fresh(article))
    assert [each.locale for each in TranslationRequest.objects.filter(done_at=None)] == [here["locale"]]


def test_assigning_and_dating_what_is_not_requested_requests_it(here, editor, sent):
    one, other = make_user("Translators (tg)"), make_user("Translators (tg)")
    for person in (one, other):
        assign_translation(**here, user=editor, assignee=person)
    set_due_date(**here, user=editor, due=DUE)
    request = TranslationRequest.objects.get()
    assert (request.assignee, request.due) == (other, DUE)
    assert [(name, facts.get("former")) for name, facts in sent] == [
        ("translation_requested", None),
        ("translation_assigned", None),
        ("translation_assigned", one),
        ("request_changed", None),
    ]
    with pytest.raises(PlanningError, match="so already"):
        set_due_date(**here, user=editor, due=DUE)


def test_the_request_closes_when_the_translation_goes_live(article, here, editor, translator, sent):
    request = request_translation(**here, user=editor, due=DUE)
    target = start_translation(source=article, locale=here["locale"], user=translator)
    (days,) = (hook([article.pk, target.pk]) for hook in hooks.get_hooks("chorsu_review_due"))
    assert days == {target.pk: DUE}
    publish(target.specific)
    request.refresh_from_db()
    assert request.done_at is not None
    assert due_days([article.pk, target.pk]) == {}
    name, facts = sent[-1]
    assert (name, facts["done"], facts["page"].pk) == ("request_closed", True, article.pk)


def test_a_request_for_an_outdated_translation_closes_when_it_is_brought_up_to_date(article, here, editor):
    target = publish(start_translation(source=article, locale=here["locale"], user=editor).specific)
    with pytest.raises(PlanningError, match="live and up to date"):
        request_translation(**here, user=editor)
    with pytest.raises(PlanningError, match="has a page"):
        decide_not_planned(**here, user=editor, reason="No")
    article.lead = "Another lead."
    publish(article)
    request = request_translation(**{**here, "page": target}, user=editor)
    publish(target)  # with nothing of the changes in it
    request.refresh_from_db()
    assert request.done_at is None
    declare_up_to_date(target=target, user=editor, seen=source_digest(target))
    request.refresh_from_db()
    assert request.done_at is not None


def test_what_is_not_planned_has_a_reason_and_no_request(here, editor, sent):
    request_translation(**here, user=editor)
    with pytest.raises(PlanningError, match="Say why"):
        decide_not_planned(**here, user=editor, reason="\u3164")
    decide_not_planned(**here, user=editor, reason="Of local interest")
    assert not TranslationRequest.objects.exists()
    assert (sent[-1][0], sent[-1][1]["done"]) == ("request_closed", False)
    assert last_entry(here["page"]).comment == "Of local interest"
    with pytest.raises(PlanningError, match="Of local interest"):
        request_translation(**here, user=editor)
    plan_again(**here, user=editor)
    request_translation(**here, user=editor)
    with pytest.raises(PlanningError, match="Nothing was decided"):
        plan_again(**here, user=editor)


def test_a_request_is_taken_back(here, editor, translator, sent):
    request_translation(**here, user=editor, assignee=translator)
    with pytest.raises(PermissionDenied):
        take_back_request(**here, user=translator)
    take_back_request(**here, user=editor)
    assert not TranslationRequest.objects.exists()
    assert (sent[-1][0], sent[-1][1]["done"]) == ("request_closed", False)
    assert "Took back the request" in last_entry(here["page"]).message
    with pytest.raises(PlanningError, match="not requested"):
        take_back_request(**here, user=editor)


def test_an_adapted_translation_is_never_outdated(article, here, editor):
    target = publish(start_translation(source=article, locale=here["locale"], user=editor).specific)
    article.lead = "Another lead."
    publish(article)
    for adapted, state in ((True, State.LIVE), (False, State.OUTDATED)):
        set_adapted(**here, user=editor, adapted=adapted)
        assert page_state(target) == state
    assert PageLogEntry.objects.filter(page=target.pk, action="chorsu_translation.adapted").exists()
    english = {**here, "locale": locale("en")}
    with pytest.raises(PlanningError, match="no translation"):
        set_adapted(**english, user=make_user("Chief editors"), adapted=True)

"""Several people at the same moment, each in a transaction of their own; and what waits for the end of one."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, PageLogEntry

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_editorial.approval import approve
from chorsu_editorial.refusals import Refusal
from chorsu_translation.baselines import declare_up_to_date, take_back_confirmed_current
from chorsu_translation.linking import link_pages
from chorsu_translation.memory.storing import remember_marked
from chorsu_translation.models import ArticleState, Baseline, MemoryPair, StateMark, TranslationLink, Withdrawal
from chorsu_translation.pages import TranslationError
from chorsu_translation.published import carried_baseline, refresh_link
from chorsu_translation.selectors import State, page_state, source_digest
from chorsu_translation.starting import start_translation
from chorsu_translation.withdrawal import decide, withdraw_everywhere
from tests.editorial.desk import current_screen, task_state
from tests.factories import make_user
from tests.newsroom_copy import copy_newsroom
from tests.threads import at_once
from tests.translation.desk_of_two import draft, make_pair
from tests.translation.newsroom import article, locale, member, proposed, publish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("_messages_in_english")]
REASON = "A court asked for it."


@pytest.mark.sql
def test_two_people_begin_at_once_from_different_pages_below_a_section_that_is_missing():
    copy_newsroom()
    tajik = locale("tg")
    people = [make_user(superuser=True), make_user(superuser=True)]
    original = article(code="en", title="Water", slug="water")
    second = start_translation(source=original, locale=locale("ru"), user=people[0])
    third = article(slug="another")
    SectionPage.objects.get(locale=tajik, kind="analysis").delete()
    begin = partial(start_translation, locale=tajik)

    answers = at_once(
        partial(begin, source=original, user=people[0]),
        partial(begin, source=second, user=people[1]),
        partial(begin, source=third, user=people[0]),
    )

    assert all(isinstance(answer, Page) for answer in answers), answers
    assert answers[0].pk == answers[1].pk
    assert SectionPage.objects.filter(locale=tajik, kind="analysis").count() == 1
    assert not any(Page.find_problems())


@pytest.mark.sql
def test_two_people_link_two_pages_of_one_language_at_once():
    copy_newsroom()
    source = article()
    pages = [article(code="tg", slug=f"ob-{number}") for number in range(2)]

    answers = at_once(
        *(partial(link_pages, source=source, target=page, user=make_user(superuser=True)) for page in pages)
    )

    assert [type(answer) for answer in answers if answer is not None] == [TranslationError], answers
    assert source.get_translations().get().pk in {page.pk for page in pages}


@pytest.mark.sql
def test_of_two_at_once_one_takes_it_back():
    pair, admin = make_pair(), make_user(superuser=True)
    pair.change_source(lead="A lead of five words")
    target = pair.fresh_target()
    declare_up_to_date(target=target, user=admin, seen=source_digest(target))
    given = Baseline.objects.filter(target=target).latest("declared_at").declared_at.isoformat()
    work = partial(take_back_confirmed_current, target=target, user=admin, given=given)
    assert {type(answer) for answer in at_once(work, work)} == {type(None), TranslationError}
    assert page_state(pair.target) == State.OUTDATED


def translation(source: Page) -> AnalysisPage:
    page = start_translation(source=source, locale=locale("tg"), user=make_user(superuser=True))
    return AnalysisPage.objects.get(pk=page.pk)


@pytest.mark.thorough
def test_two_who_withdraw_at_once_make_one_withdrawal():
    copy_newsroom()
    chief, russian = member("chief", "Chief editors"), article()
    publish(translation(russian))
    answers = at_once(*[partial(withdraw_everywhere, page=russian, user=chief, reason=REASON)] * 3)
    assert sorted(type(answer).__name__ for answer in answers) == ["Withdrawal", "WithdrawalError", "WithdrawalError"]
    assert Withdrawal.objects.count() == 1
    key = proposed(russian, "bring_back")
    answers = at_once(*[lambda: decide(proposal_id=key, page=russian, user=chief)] * 3)
    assert sorted(type(answer).__name__ for answer in answers) == ["WithdrawalError", "WithdrawalError", "list"]
    assert AnalysisPage.objects.get(pk=russian.pk).live
    assert PageLogEntry.objects.filter(page=russian.pk, action="chorsu_translation.bring_back").count() == 1
    assert threading.active_count() < 10


@pytest.mark.thorough
def test_two_who_confirm_at_once_retract_once_and_a_publication_is_down_or_refused():
    copy_newsroom()
    chief, russian = member("chief", "Chief editors"), article()
    tajik = translation(russian)
    sentences = {"ru": "Сведения не подтвердились.", "tg": "Маълумот тасдиқ нашуд."}
    publish(tajik).unpublish()  # readers saw it, so that the proposal has a sentence for it
    key, revision = proposed(russian, "retract", sentences), AnalysisPage.objects.get(pk=tajik.pk).save_revision()

    def go_live():
        with transaction.atomic():
            revision.publish()

    confirm = partial(decide, proposal_id=key, page=russian, user=chief)
    answers = at_once(confirm, confirm, go_live)
    assert sorted(type(answer).__name__ for answer in answers[:2]) == ["WithdrawalError", "list"], answers
    assert answers[2] is None or isinstance(answers[2], Refusal)
    assert not AnalysisPage.objects.filter(live=True).exists()
    assert Withdrawal.objects.get().sentence("tg") == sentences["tg"]
    assert PageLogEntry.objects.filter(page=russian.pk, action="chorsu_translation.retract").count() == 1


def test_an_approval_at_the_same_moment_is_down_or_refused():
    copy_newsroom()
    chief, russian = member("chief", "Chief editors"), article()
    author, editor = member("author", "Journalists (tg)"), member("editor", "Editors (tg)")
    tajik = translation(russian)
    tajik.save_revision(user=author)
    tajik.get_workflow().start(tajik, author)
    state = task_state(tajik)
    answers = at_once(
        partial(withdraw_everywhere, page=russian, user=chief, reason=REASON),
        partial(approve, task=state.task.specific, task_state=state, user=editor, screen=current_screen(state)),
    )
    assert isinstance(answers[0], Withdrawal)
    assert not AnalysisPage.objects.get(pk=tajik.pk).live
    if not isinstance(answers[1], Exception):
        assert any(entry["live"] for entry in answers[0].pages if entry["page"] == tajik.pk)


def test_what_wagtail_changes_after_its_signals_is_written_too():
    pair = make_pair()
    target = pair.fresh_target()
    target.go_live_at = timezone.now() + timedelta(days=1)
    target.save_revision().publish()
    row = ArticleState.objects.get(page=target.pk)
    assert (row.state, row.goes_live) == (State.LIVE, target.go_live_at)
    pair.fresh_target().unpublish()
    row.refresh_from_db()
    assert (row.state, row.goes_live) == (State.DRAFT, None)
    assert not StateMark.objects.exists()


@pytest.mark.thorough
@pytest.mark.sql
def test_somebody_declares_while_both_sides_are_published():
    admin = make_user(superuser=True)
    for number in range(6):
        pair = make_pair(slug=f"article-{number}")
        pair.change_source(lead="Another lead")
        revision = draft(pair.fresh_target(), lead="Another lead in Tajik")
        seen, target = source_digest(pair.target), pair.fresh_target()
        at_once(
            partial(declare_up_to_date, target=target, user=admin, seen=seen, revision_id=revision.pk),
            partial(publish, target.get_latest_revision_as_object()),
            partial(pair.change_source, title=f"Headline {number}"),
        )
        link = TranslationLink.objects.get(target_id=pair.target.pk)
        target = pair.fresh_target()
        assert link.live_baseline == carried_baseline(target, target.live_revision_id)
        assert not refresh_link(link)
        assert page_state(target) == State.OUTDATED


@pytest.mark.thorough
@pytest.mark.sql
def test_two_workers_and_a_publication_at_once_leave_in_the_memory_what_is_shown():
    copy_newsroom()
    target = publish(translation(article()))
    target.lead = "Сархат"
    answers = at_once(remember_marked, lambda: publish(target), remember_marked)
    assert not any(isinstance(answer, Exception) for answer in answers), answers
    remember_marked()
    assert MemoryPair.objects.get(target=target.pk, path="lead").html == "Сархат"

"""Whoever writes locks pages first, in the order of their keys: nobody waits in a circle, nobody writes over others.

On PostgreSQL each of these ended in a deadlock, or a lost publication, where an order was another.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone
from wagtail.models import Revision

from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.held_approvals import publish_together
from chorsu_editorial.models import HeldApproval, RevisionLineage
from chorsu_translation.minor import declare_minor, deny_minor
from chorsu_translation.selectors import source_digest
from chorsu_translation.withdrawal import withdraw_everywhere
from cms.models import User
from cms.publishing import publish_due
from tests.editorial.desk import LEAD, MENDED, Desk, fresh, make_desk, task_state
from tests.factories import make_picture, make_user, signed_in
from tests.threads import in_step
from tests.translation.desk_of_two import publish, translate

PAGES = "wagtailcore_page"
ORDERED = {
    PAGES,
    "wagtailcore_revision",
    "wagtailcore_taskstate",
    "wagtailcore_workflowstate",
    "chorsu_editorial_foureyestaskstate",
    "chorsu_editorial_heldapproval",
    "chorsu_editorial_revisionlineage",
    "chorsu_translation_translationlink",
    "chorsu_translation_baseline",
}
LOCKS = re.compile(r'^(?:UPDATE|DELETE FROM) "(\w+)"|^SELECT .*? FROM "(\w+)".* FOR (?:NO KEY )?UPDATE')

pytestmark = [pytest.mark.sql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patience")]


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run jobs at once; a refusal may be an answer, an error of the database may not."""
    answers = in_step(*jobs)
    assert [answer for answer in answers if isinstance(answer, DatabaseError)] == []
    return answers


def post(user: User, address: str, data: Any) -> Any:
    return partial(signed_in(user).post, address, data)


@pytest.mark.thorough
def test_an_autosave_that_began_before_an_approval_does_not_take_the_page_down():
    desk = make_desk()
    page = desk.in_review()
    form = desk.form(desk.other_editor, page, lead=MENDED)
    client = desk.browser(desk.other_editor)

    def autosave():
        return client.post(f"/admin/pages/{page.pk}/edit/", form, headers={"accept": "application/json"}).status_code

    _answer, status = together(partial(desk.decide, desk.editor, page), autosave)
    assert status == 200
    version = fresh(page)
    if task_state(page).approved_hash:
        assert version.live
        assert version.live_revision is not None


def test_a_scheduled_publication_and_a_withdrawal():
    desk = make_desk()
    page = publish(desk.draft())
    desk.save(desk.author, page, title="Later")
    due = Revision.objects.filter(pk=fresh(page).latest_revision_id)
    due.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    chief = make_user(superuser=True, email="chief@example.org")
    together(publish_due, partial(withdraw_everywhere, page=fresh(page), user=chief, reason="A mistake"))
    assert not fresh(page).live
    assert not due.get().approved_go_live_at
    assert not OutgoingMessage.objects.filter(key__startswith="stuck").exists()


@pytest.mark.thorough
def test_two_articles_with_the_same_pictures_are_each_published_together():
    desk, tajik = make_desk(), make_desk("tg")
    pictures = [make_picture(), make_picture()]
    articles = []
    for number, (first, second) in enumerate((pictures, reversed(pictures))):
        russian = desk.hold(slug=f"page-{number}", main_picture=first)
        key = russian.translation_key
        articles.append([russian, tajik.hold(slug=f"page-{number}", main_picture=second, translation_key=key)])
    user = make_user(superuser=True)
    together(*(partial(publish_together, user=user, pages=[page.pk for page in each]) for each in articles))
    assert not HeldApproval.objects.exists()
    assert all(fresh(page).live for each in articles for page in each)


@pytest.mark.thorough
def test_publishing_together_and_in_bulk():
    desk, tajik = make_desk(), make_desk("tg")
    russian = desk.hold()
    other = tajik.hold(translation_key=russian.translation_key)
    user = make_user(superuser=True)
    address = f"/admin/bulk/wagtailcore/page/publish/?id={other.pk}&id={russian.pk}"
    together(
        partial(publish_together, user=user, pages=[russian.pk, other.pk]),
        post(user, address, {"reason": "It is urgent."}),
    )
    assert fresh(russian).live
    assert fresh(other).live
    assert not HeldApproval.objects.exists()


# Who locks in which order, for what is hard to catch at the right moment


def locked_by(job: Callable[[], Any]) -> list[tuple[str, set[Any]]]:
    """Run a job and return the tables whose rows it locks in transactions, in this order, and what selects them."""
    found: list[tuple[str, set[Any]]] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if connection.in_atomic_block and (match := LOCKS.search(sql)):
            table = match.group(1) or match.group(2)
            if table in ORDERED:
                found.append((table, {value for value in params or () if isinstance(value, int)}))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        job()
    return found


def minor_in_review(desk: Desk) -> tuple[Any, Any]:
    """Return a live page with a minor edit that waits for its approval, and its translation."""
    source = publish(desk.draft())
    target = translate(source)
    desk.save(desk.author, source, lead=MENDED)
    fresh(source).get_workflow().start(fresh(source), desk.author)
    assert declare_minor(page=fresh(source), user=desk.author)
    return fresh(source), target


def approving_in_the_editor(desk: Desk) -> Callable[[], Any]:
    page, _target = minor_in_review(desk)
    form = desk.form(desk.editor, page)
    # As after an upgrade: who had a share is computed anew, and kept.
    RevisionLineage.objects.update(content_hash="")
    return partial(desk.act, desk.editor, page, "approve", data=form)


def denying_a_minor_edit(desk: Desk) -> Callable[[], Any]:
    page, _target = minor_in_review(desk)
    return partial(deny_minor, task_state=task_state(page), user=desk.editor)


def ending_a_workflow(desk: Desk) -> Callable[[], Any]:
    page, _target = minor_in_review(desk)
    return partial(page.get_workflow().deactivate, user=desk.editor)


def saving_as_up_to_date(desk: Desk) -> Callable[[], Any]:
    source = publish(desk.draft())
    target = translate(source)
    publish(source, lead=MENDED)
    user = make_user(superuser=True)
    form = desk.form(user, target, lead="Another lead")
    form.update({"translation-up-to-date": "yes", "translation-source": source_digest(target)})
    return post(user, f"/admin/pages/{target.pk}/edit/", form)


def purging(desk: Desk) -> Callable[[], Any]:
    target = translate(publish(desk.draft()))
    publish(target, lead=MENDED)
    publish(fresh(target), lead=LEAD)
    return partial(call_command, "purge_revisions")


@pytest.mark.parametrize(
    "act",
    [approving_in_the_editor, denying_a_minor_edit, ending_a_workflow, saving_as_up_to_date, purging],
)
def test_a_page_is_locked_before_anything_of_it(act):
    if not connection.features.has_select_for_update:
        pytest.skip("Only one transaction at a time writes.")
    job = act(make_desk())
    locks = locked_by(job)
    tables = [table for table, _keys in locks]
    assert len(set(tables)) > 1
    assert tables[0] == PAGES, locks
    pages = [keys for table, keys in locks if table == PAGES]
    assert act is purging or all(keys >= pages[0] for keys in pages), "another page was locked later"
    links, baselines = "chorsu_translation_translationlink", "chorsu_translation_baseline"
    if baselines in tables:
        assert tables.index(links) < tables.index(baselines)

"""Who found a translation still right by mistake takes that back, as long as nothing has happened since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from chorsu_editorial.lineage import minor_edit
from chorsu_translation.baselines import confirming_baseline, declare_up_to_date, take_back_confirmed_current
from chorsu_translation.linking import make_original, unlink_page
from chorsu_translation.models import Baseline, TranslationLink, TranslationRequest
from chorsu_translation.pages import TranslationError
from chorsu_translation.planning import request_translation, set_adapted
from chorsu_translation.published import refresh_translations
from chorsu_translation.selectors import State, page_state, source_digest
from chorsu_translation.services import write_marked
from chorsu_translation.states import state_row_of
from tests.factories import make_user, signed_in
from tests.translation.desk_of_two import Pair, draft, make_pair, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]

TAKEN_BACK = "chorsu_translation.take_back_still_right"


@pytest.fixture(scope="module")
def kept_pair(kept_in_module) -> Pair:
    """Return a translation whose source has changed."""
    with kept_in_module():
        pair = make_pair()
        pair.change_source(lead="A lead of five words")
        return pair


def declare(pair: Pair, user: Any, **how: Any) -> None:
    declare_up_to_date(target=pair.fresh_target(), user=user, seen=source_digest(pair.target), **how)


def given(pair: Pair) -> str:
    return Baseline.objects.filter(target=pair.target.pk).latest("declared_at").declared_at.isoformat()


def take_back(pair: Pair, user: Any) -> None:
    take_back_confirmed_current(target=pair.fresh_target(), user=user, given=given(pair))


def facts(pair: Pair) -> Any:
    """Return what counts for the live version, and what is stored of it for lists."""
    baseline = TranslationLink.objects.get(target=pair.target.pk).live_baseline
    row = state_row_of(pair.target)
    counted = (row.changed_units, row.changed_words, row.changed_since, page_state(pair.target))
    return baseline.digest, baseline.units, baseline.declared_at, baseline.declared_by_id, counted


@pytest.mark.thorough
@pytest.mark.sql
def test_what_counted_before_counts_again(pair, admin):
    before = facts(pair)
    assert page_state(pair.target) == State.OUTDATED
    declare(pair, admin)
    assert page_state(pair.target) == State.LIVE
    take_back(pair, admin)
    assert facts(pair) == before
    write_marked()
    assert list(refresh_translations()) == []
    assert PageLogEntry.objects.filter(page=pair.target.pk, action=TAKEN_BACK, user=admin).exists()


def test_it_does_so_for_a_version_that_carried_the_baseline_of_another(pair, admin):
    publish(pair.fresh_target(), title="Mended")
    before = facts(pair)
    declare(pair, admin)
    take_back(pair, admin)
    assert facts(pair) == before
    # Of a version without a baseline of its own.
    call_command("purge_revisions", verbosity=0)
    assert facts(pair) == before


def test_the_request_that_was_done_by_it_is_open_again_and_no_earlier_one(pair, admin):
    done = timezone.now() - timedelta(hours=1)
    where = {"translation_key": pair.target.translation_key, "locale": pair.target.locale}
    TranslationRequest.objects.create(**where, requested_at=done, done_at=done)
    declare(pair, admin)
    take_back(pair, admin)
    assert TranslationRequest.objects.get().done_at == done
    request_translation(page=pair.source, locale=pair.target.locale, user=admin, assignee=admin)
    declare(pair, admin)
    assert not TranslationRequest.objects.filter(done_at=None).exists()
    take_back(pair, admin)
    assert TranslationRequest.objects.get(done_at=None).assignee == admin


def edit_a_little(pair: Pair, _user: Any) -> None:
    with minor_edit():
        pair.change_source(lead="A lead of some words")


def declare_a_draft(pair: Pair, user: Any) -> None:
    revision = draft(pair.fresh_target(), lead="In Tajik")
    declare(pair, user, revision_id=revision.pk, how=Baseline.How.TRANSLATED)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "meanwhile",
    [
        edit_a_little,
        declare_a_draft,
        lambda pair, _user: pair.change_source(lead="And another lead"),
        lambda pair, _user: publish(pair.fresh_target(), title="Mended"),
        lambda pair, user: set_adapted(page=pair.source, locale=pair.target.locale, user=user, adapted=True),
        lambda pair, user: unlink_page(target=pair.fresh_target(), user=user),
        lambda pair, user: make_original(page=pair.fresh_target(), user=user),
        lambda pair, _user: pair.fresh_source().delete(),
        lambda pair, _user: Revision.objects.filter(pk=pair.fresh_target().live_revision_id).delete(),
    ],
)
def test_it_is_refused_once_something_has_happened(pair, admin, meanwhile):
    declare(pair, admin)
    shown = given(pair)
    assert confirming_baseline(pair.fresh_target()) is not None
    meanwhile(pair, admin)
    baselines = list(Baseline.objects.order_by("pk").values())
    with pytest.raises(TranslationError, match="can't be taken back"):
        take_back_confirmed_current(target=pair.fresh_target(), user=admin, given=shown)
    assert list(Baseline.objects.order_by("pk").values()) == baselines


def test_only_the_last_one_is_taken_back(pair, admin):
    declare(pair, admin)
    first = given(pair)
    declare(pair, admin)
    with pytest.raises(TranslationError):
        take_back_confirmed_current(target=pair.fresh_target(), user=admin, given=first)
    take_back(pair, admin)
    assert page_state(pair.target) == State.LIVE
    # What was said first stands, and isn't taken back with what was said of it.
    assert given(pair) == first
    with pytest.raises(TranslationError):
        take_back(pair, admin)
    # Nor what was translated.
    declare(pair, admin, how=Baseline.How.TRANSLATED)
    with pytest.raises(TranslationError):
        take_back(pair, admin)


def test_it_needs_the_right_to_edit_the_translation(pair, admin):
    declare(pair, admin)
    with pytest.raises(PermissionDenied):
        take_back(pair, make_user())
    assert page_state(pair.target) == State.LIVE


def test_the_history_takes_it_back(pair, admin):
    client = signed_in(admin)
    back = reverse("chorsu_translation:article_history", args=[pair.target.translation_key])
    undo = reverse("chorsu_translation:take_back_still_right", args=[pair.target.pk])
    assert undo not in client.get(back).text
    client.post(reverse("chorsu_translation:up_to_date", args=[pair.target.pk]), {"seen": source_digest(pair.target)})
    form = BeautifulSoup(client.get(back).text, "html.parser").select_one(f'form[action="{undo}"]')
    data = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    answer = client.post(undo, data, follow=True)
    assert answer.redirect_chain[-1][0] == back
    assert page_state(pair.target) == State.OUTDATED
    assert undo not in client.get(back).text
    assert "be taken back: something has changed" in client.post(undo, data, follow=True).text

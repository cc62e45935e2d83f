"""Baselines belong to versions: what was declared counts for readers once a version that has it is live."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, Revision

from chorsu_editorial.lineage import minor_edit, record_parent
from chorsu_editorial.reading import with_leaf
from chorsu_translation.baselines import declare_up_to_date, link_translation
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink
from chorsu_translation.published import refresh_link
from chorsu_translation.selectors import State, page_state, source_digest
from chorsu_translation.states import state_row_of
from tests.factories import make_article, make_home, make_section
from tests.translation.desk_of_two import Pair, draft, make_pair, publish, section, translate

pytestmark = pytest.mark.django_db


def link_of(target: Page) -> TranslationLink:
    return TranslationLink.objects.get(target_id=target.pk)


def declare(target: Page, user: Any, revision_id: int | None = None) -> None:
    target = Page.objects.get(pk=target.pk)
    declare_up_to_date(target=target, user=user, seen=source_digest(target), revision_id=revision_id)


def states(*pages: Page) -> list[State]:
    return [page_state(page) for page in pages]


def declared_draft(pair: Pair, user: Any, lead: str = "Another lead") -> Revision:
    """Change the source, translate that in a draft, and say so."""
    pair.change_source(lead=lead)
    revision = draft(pair.fresh_target(), lead="Another lead in Tajik")
    declare(pair.target, user, revision.pk)
    return revision


def test_what_readers_do_not_see_of_the_source_changes_nothing(pair):
    since = PublishedUnits.objects.get(page_id=pair.source.pk).since
    pair.change_source()
    pair.change_source(slug="another-slug", expire_at=timezone.now() + timedelta(days=9), show_in_menus=True)
    assert page_state(pair.target) == State.LIVE
    assert PublishedUnits.objects.get(page_id=pair.source.pk).since == since
    draft(pair.fresh_source(), lead="Another lead")
    assert page_state(pair.target) == State.LIVE
    assert state_row_of(pair.target).changed_since is None


def test_what_changed_is_counted_with_the_first_publication_since(pair):
    pair.change_source(lead="A lead of five words")
    row = state_row_of(pair.target)
    assert (row.changed_units, row.changed_words) == (1, 5)
    first = row.changed_since
    assert first == pair.fresh_source().last_published_at
    source = pair.change_source(title="Another headline")
    row = state_row_of(pair.target)
    assert (row.changed_units, row.changed_words, row.changed_since) == (2, 7, first)
    # A paragraph before others is one changed unit.
    html = source.body[0].value.source
    publish(with_leaf(source, f"body.{source.body[0].id}", f"<p>It rained for days.</p>{html}"))
    row = state_row_of(pair.target)
    assert (row.changed_units, row.changed_words) == (3, 11)


def test_a_typo_fix_beside_a_declared_draft_does_not_claim_it(pair, admin):
    live = pair.fresh_target().live_revision
    declared_draft(pair, admin)
    fixed = live.as_object()
    fixed.title = "Mended"
    fix = fixed.save_revision(previous_revision=live)
    record_parent(revision=fix, parent=live)
    fix.publish()
    assert page_state(pair.target) == State.OUTDATED


def test_a_version_of_another_page_can_not_be_declared(pair, admin):
    other = make_pair(slug="other").fresh_target().latest_revision
    with pytest.raises(PermissionDenied):
        declare(pair.target, admin, other.pk)


def test_moved_pages_keep_their_states(pair):
    for page, code in ((pair.fresh_source(), "ru"), (pair.fresh_target(), "tg")):
        page.move(make_section(make_home(code), kind="events", slug="events"), pos="last-child")
    assert page_state(pair.target) == State.LIVE
    pair.change_source(lead="Another lead")
    assert page_state(pair.target) == State.OUTDATED


def test_a_deleted_source_leaves_no_counts(pair):
    pair.change_source(lead="Another lead")
    pair.fresh_source().delete()
    assert (link_of(pair.target).source, state_row_of(pair.target).changed_since) == (None, None)
    publish(pair.fresh_target(), title="Mended")
    assert page_state(pair.target) == State.SOURCE_WITHDRAWN


def test_a_deleted_translation_leaves_nothing(pair, admin):
    declared_draft(pair, admin)
    key = pair.target.pk
    pair.fresh_target().delete()
    assert not Baseline.objects.filter(target_id=key).exists()
    pair.change_source(lead="And another")


def test_an_alias_follows_and_has_no_state_of_its_own(pair):
    other = make_section(make_home("tg"), kind="events", slug="events")
    alias = pair.fresh_target().create_alias(parent=other)
    pair.change_source(lead="Another lead")
    publish(pair.fresh_target(), title="Mended")
    assert Page.objects.get(pk=alias.pk).title == "Mended"
    assert not TranslationLink.objects.filter(target_id=alias.pk).exists()
    assert states(pair.target, alias) == [State.OUTDATED] * 2


@pytest.mark.thorough
def test_a_purged_version_whose_heirs_have_their_own_leaves_nothing(pair, admin):
    for number in range(2):
        declared = declared_draft(pair, admin)
        declared.publish()
        pair.change_source(title=f"Headline {number}")
    Revision.objects.filter(object_id=str(pair.target.pk)).update(created_at=timezone.now() - timedelta(days=9))
    call_command("purge_revisions", days=1)
    assert list(Baseline.objects.values_list("revision_id", flat=True)) == [declared.pk]
    assert page_state(pair.target) == State.OUTDATED


def test_the_live_version_keeps_what_was_declared_of_it_when_its_revision_is_deleted(pair, admin):
    declared_draft(pair, admin).publish()
    draft(pair.fresh_target(), title="A newer draft")
    pair.fresh_target().live_revision.delete()
    refresh_link(link_of(pair.target))
    assert page_state(pair.target) == State.LIVE
    pair.fresh_target().latest_revision.publish()
    assert page_state(pair.target) == State.LIVE


def test_a_source_that_is_a_translation_itself(pair, admin):
    english = translate(pair.fresh_target(), "en")
    assert link_of(english).source_id == pair.target.pk
    pair.change_source(lead="Another lead")
    assert states(pair.target, english) == [State.OUTDATED, State.LIVE]
    publish(pair.fresh_target(), lead="Another lead in Tajik")
    declare(pair.target, admin)
    assert states(pair.target, english) == [State.LIVE, State.OUTDATED]


def test_another_source_begins_anew_and_nothing_of_the_former_counts(pair):
    pair.change_source(lead="Another lead")
    draft(pair.fresh_target(), title="A newer draft")
    other = publish(make_article(section("en"), slug="other", live=False, translation_key=pair.source.translation_key))
    link_translation(source=other, target=pair.fresh_target())
    assert page_state(pair.target) == State.LIVE
    pair.fresh_target().latest_revision.publish()
    assert page_state(pair.target) == State.LIVE
    pair.change_source(lead="A third lead")
    assert page_state(pair.target) == State.LIVE
    publish(other, lead="Another lead")
    assert page_state(pair.target) == State.OUTDATED
    link_translation(source=pair.fresh_source(), target=pair.fresh_target())
    assert page_state(pair.target) == State.LIVE


def test_source_and_translation_change_places(pair):
    TranslationLink.objects.filter(target=pair.target).delete()
    link_translation(source=pair.fresh_target(), target=pair.fresh_source())
    publish(pair.fresh_target(), lead="Another lead in Tajik")
    assert states(pair.source, pair.target) == [State.OUTDATED, State.LIVE]


@pytest.mark.parametrize(
    ("lead", "state"),
    [
        ("What really happened.", State.LIVE),
        ("What happened 40 times.", State.OUTDATED),
        ("What happened to Rahmon.", State.OUTDATED),
        ("What не happened.", State.OUTDATED),
    ],
)
def test_a_minor_edit_changes_no_number_date_name_or_negation(pair, lead, state):
    with minor_edit():
        pair.change_source(lead=lead)
    assert page_state(pair.target) == state

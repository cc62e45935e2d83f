"""Somebody declares a version while others publish."""

from __future__ import annotations

from functools import partial

import pytest

from chorsu_translation.models import TranslationLink
from chorsu_translation.published import carried_baseline
from chorsu_translation.selectors import State, page_state, source_digest
from chorsu_translation.services import declare_up_to_date, refresh_link
from tests.factories import make_user
from tests.threads import at_once
from tests.translation.desk_of_two import draft, make_pair, publish


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_somebody_declares_while_both_sides_are_published() -> None:
    admin = make_user(superuser=True)
    for number in range(6):
        pair = make_pair(slug=f"article-{number}")
        pair.change_source(lead="Another lead")
        revision = draft(pair.fresh_target(), lead="Another lead in Tajik")
        seen, target = source_digest(pair.target), pair.fresh_target()
        jobs = (
            partial(declare_up_to_date, target=target, user=admin, seen=seen, revision_id=revision.pk),
            partial(publish, target.get_latest_revision_as_object()),
            partial(pair.change_source, title=f"Headline {number}"),
        )
        at_once(*jobs)
        link = TranslationLink.objects.get(target_id=pair.target.pk)
        target = pair.fresh_target()
        assert link.live_baseline == carried_baseline(target, target.live_revision_id)
        assert not refresh_link(link)
        assert page_state(target) == State.OUTDATED

"""Keys of a host's users may be UUIDs. tests/foreign runs the whole plug-in with such users."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace

import pytest
from django.utils import timezone

from chorsu_translation.baselines import former_of
from chorsu_translation.desk import filters
from chorsu_translation.desk.cells import viewer_of
from chorsu_translation.models import Baseline
from tests.factories import make_user

KEY = uuid.uuid4()


def test_who_declared_a_baseline_can_be_kept_beside_the_next() -> None:
    baseline = Baseline(declared_by_id=KEY, declared_at=timezone.now())
    former = former_of(baseline, revision_id=None, digest="x")
    assert former is not None
    assert json.loads(json.dumps(former))["declared_by"] == str(KEY)
    assert former_of(Baseline(declared_at=timezone.now()), revision_id=None, digest="x")["declared_by"] is None  # type: ignore[index]


@pytest.mark.django_db
def test_the_desk_is_filtered_by_an_assignee(monkeypatch: pytest.MonkeyPatch) -> None:
    person = SimpleNamespace(pk=KEY, get_full_name=lambda: "Anna", get_username=lambda: "anna")
    monkeypatch.setattr(filters, "people_of", lambda _locales: [person])
    desk = filters.DeskFilter({"assignee": str(KEY)}, viewer=viewer_of(make_user(superuser=True)))
    assert desk.chosen == {"assignee": str(KEY)}
    assert desk.people == {KEY: "Anna"}

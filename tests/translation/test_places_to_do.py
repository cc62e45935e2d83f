"""A place to check, left by a minor edit of the source, is work to do: at the desk, and among one's own."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, WorkflowState

from chorsu_editorial.minor_edits import minor_edit
from chorsu_translation.filters import TO_DO, my_work
from chorsu_translation.models import TranslationLink, UnitMark
from chorsu_translation.selectors import State, desk_rows, source_digest, viewer_of
from chorsu_translation.services import declare_up_to_date, set_adapted
from chorsu_translation.services.withdrawal import withdraw_everywhere
from chorsu_translation.snapshots import unit_hash
from tests.factories import make_user
from tests.translation.desk_of_two import Pair, make_pair
from tests.translation.newsroom import desk_pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
LEAD = "What happened 40 times."


@pytest.fixture
def pair(db: None) -> Pair:
    """Return a translation that is up to date, with one place to check."""
    pair = make_pair()
    with minor_edit():
        pair.change_source(lead=LEAD)
    return pair


@pytest.fixture
def admin(db: None) -> Any:
    return make_user(superuser=True)


def is_found(pair: Pair, user: Any, **chosen: Any) -> bool:
    return pair.source.pk in {page.pk for page in desk_pages(user, **chosen)}


def is_to_do(pair: Pair, user: Any) -> bool:
    """Return whether the desk's filter and its cell say so; both must."""
    tajik = Locale.objects.get(language_code="tg")
    found = is_found(pair, user, language=tajik, state=TO_DO)
    (row,) = desk_rows([pair.fresh_source()], viewer=viewer_of(user), locales=[tajik])
    assert row.cells[0].is_to_do == found
    return found


@pytest.mark.sql
def test_it_is_to_do_and_still_live(pair: Pair, admin: Any) -> None:
    assert is_to_do(pair, admin)
    tajik = Locale.objects.get(language_code="tg")
    assert is_found(pair, admin, language=tajik, state=State.LIVE)
    assert not is_found(pair, admin, language=tajik, state=State.OUTDATED)


def declare(pair: Pair, user: Any) -> None:
    declare_up_to_date(target=pair.fresh_target(), user=user, seen=source_digest(pair.target))


def mark(pair: Pair, _user: Any) -> None:
    UnitMark.objects.create(target_id=pair.target.pk, path="lead", index=0, source_hash=unit_hash(LEAD))


def say_again_what_was_said(pair: Pair, _user: Any) -> None:
    with minor_edit():
        pair.change_source(lead="What happened.")


def adapt(pair: Pair, user: Any) -> None:
    set_adapted(page=pair.source, locale=pair.target.locale, user=user, adapted=True)


@pytest.mark.parametrize(
    "done",
    [
        declare,
        mark,
        say_again_what_was_said,
        adapt,
        lambda pair, _user: pair.fresh_source().unpublish(),
        lambda pair, user: withdraw_everywhere(page=pair.source, user=user, reason="A court asked for it."),
    ],
)
def test_it_is_done_with(pair: Pair, admin: Any, done: Any) -> None:
    done(pair, admin)
    tajik = Locale.objects.get(language_code="tg")
    assert not is_found(pair, admin, language=tajik, state=TO_DO)
    if Page.objects.get(pk=pair.target.pk).live and pair.fresh_source().live:
        assert not is_to_do(pair, admin)
        assert not my_work(admin)


def test_a_newer_version_in_review_is_nothing_to_do(pair: Pair, admin: Any) -> None:
    target = pair.fresh_target()
    target.title = "Mended"
    target.save_revision()
    target.get_workflow().start(target, admin)
    assert WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).exists()
    assert not is_to_do(pair, admin)


@pytest.mark.sql
def test_it_is_among_ones_own(pair: Pair, admin: Any) -> None:
    assert not is_found(pair, admin, mine=True)
    Page.objects.filter(pk=pair.target.pk).update(owner=admin)
    assert is_found(pair, admin, mine=True)
    [(row, cell)] = my_work(admin)
    assert (row.source.pk, cell.page.pk, cell.places_to_check) == (pair.source.pk, pair.target.pk, 1)
    client = Client()
    client.force_login(admin)
    panel = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content.decode(), "html.parser").select_one(
        "#translation-my-work-content"
    )
    assert "to check: 1" in " ".join(panel.text.split())


@pytest.mark.parametrize("view", ["", "?source=ru&language=tg&state=todo"])
def test_the_cell_says_how_many(pair: Pair, admin: Any, view: str) -> None:
    client = Client()
    client.force_login(admin)
    html = client.get(reverse("chorsu_translation:desk") + view).content.decode()
    assert [small.text for small in BeautifulSoup(html, "html.parser").select("td small")][-1:] == ["to check: 1"]


def test_the_command_counts_it_anew(pair: Pair, capsys: Any) -> None:
    assert TranslationLink.objects.get().places_to_check == 1
    TranslationLink.objects.update(places_to_check=0)
    call_command("refresh_translations")
    assert TranslationLink.objects.get().places_to_check == 1
    assert "1" in capsys.readouterr().out


def test_the_migration_counts_what_is_to_check_already(pair: Pair) -> None:
    TranslationLink.objects.update(places_to_check=0)
    migration = import_module("chorsu_translation.migrations.0008_still_right_and_places")
    migration.count_places(apps, connection.schema_editor())
    assert TranslationLink.objects.get().places_to_check == 1

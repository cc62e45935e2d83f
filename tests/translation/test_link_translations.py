"""The command that links the translations of a site that had them before the plug-in came."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Locale, Page

from chorsu_translation.models import Baseline, TranslationLink
from chorsu_translation.selectors import State, page_state
from tests.factories import make_article, make_home, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(kept_in_module) -> dict[str, int]:
    with kept_in_module():
        home, english, tajik = make_home("ru"), make_home("en"), make_home("tg")
        original = make_article(make_section(home), title="Вода")
        found = {"ru": original.pk}
        for code, parent in (("en", english), ("tg", tajik)):
            section = make_section(parent)
            found[code] = make_article(section, title=f"Water {code}", translation_key=original.translation_key).pk
        TranslationLink.objects.all().delete()
        return found


@pytest.fixture
def versions(kept, db) -> dict[str, Any]:
    """Return an article in three languages, joined as Wagtail joins them, that nobody linked."""
    return {code: Page.objects.get(pk=pk).specific for code, pk in kept.items()}


def links() -> set[tuple[str, str]]:
    found = TranslationLink.objects.filter(target__content_type__model="analysispage")
    return set(found.values_list("source__locale__language_code", "target__locale__language_code"))


def test_all_are_linked_as_they_are_now(versions, capsys):
    call_command("link_translations", source=["ru"])
    assert links() == {("ru", "en"), ("ru", "tg")}
    assert page_state(versions["tg"]) == State.LIVE
    versions["ru"].lead = "Другой лид"
    versions["ru"].save_revision().publish()
    assert page_state(versions["tg"]) == State.OUTDATED
    # A second run leaves what is linked, and so its baseline.
    before = set(Baseline.objects.values_list("digest", flat=True))
    call_command("link_translations", source=["ru"])
    assert "0 translations linked" in capsys.readouterr().out.splitlines()[-1]
    assert set(Baseline.objects.values_list("digest", flat=True)) == before
    assert page_state(versions["tg"]) == State.OUTDATED


def test_a_dry_run_says_what_would_happen(versions, capsys):
    call_command("link_translations", source=["ru"], dry_run=True)
    printed = capsys.readouterr().out
    assert f"ru “Вода” ({versions['ru'].pk}) → tg “Water tg” ({versions['tg'].pk})" in printed
    assert links() == set()


def test_a_second_choice_of_the_source(versions, capsys):
    versions["ru"].delete()
    call_command("link_translations", source=["ru"])
    assert links() == set()
    assert "No original in ru" in capsys.readouterr().out
    call_command("link_translations", source=["ru", "en"])
    assert links() == {("en", "tg")}


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [("en", "tg", {("ru", "en"), ("en", "tg")}), ("tg", "ru", {("tg", "ru"), ("ru", "en")})],
)
def test_what_was_linked_stays_so(versions, source, target, found):
    TranslationLink.objects.create(source=versions[source], target=versions[target])
    call_command("link_translations", source=["ru"])
    assert links() == found


def test_an_unknown_language_is_refused(versions):
    Locale.objects.filter(language_code="xx").delete()
    with pytest.raises(CommandError, match="No such language: xx"):
        call_command("link_translations", source=["xx"])

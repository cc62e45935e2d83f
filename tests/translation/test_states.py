"""States of translations, computed from facts."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from wagtail.models import Page

from chorsu_editorial.hashing import approval_hash
from chorsu_editorial.reading import with_leaf
from chorsu_translation.baselines import SourceChangedError, declare_up_to_date
from chorsu_translation.models import Baseline, PublishedUnits
from chorsu_translation.published import renew_snapshots
from chorsu_translation.selectors import State, outdated_paths, page_state, source_digest
from chorsu_translation.snapshots import READING, compare, said_hash, take_snapshot, unit_key
from chorsu_translation.starting import start_translation
from tests.editorial.desk import fresh
from tests.factories import signed_in
from tests.translation.newsroom import at, member, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture
def target(source, translator, tajik) -> Page:
    """Return a live translation of the source."""
    found: Page = publish(start_translation(source=source, locale=tajik, user=translator).specific)
    return found


def test_still_right_holds_for_what_the_screen_showed_alone(source, target, translator):
    source.lead = "Другой лид"
    source = publish(source)
    client, address = signed_in(translator), at("up_to_date", target)
    changes = client.get(address).text
    seen = source_digest(target)
    assert f'name="seen" value="{seen}"' in changes
    assert "<ins>Другой лид</ins>" in changes
    source.lead = "Ещё другой"
    publish(source)
    answer = client.post(address, {"seen": seen}, follow=True).text
    assert "Look at it first." in answer
    assert source.get_url() in answer
    assert page_state(target) == State.OUTDATED
    with pytest.raises(SourceChangedError):
        declare_up_to_date(target=target, user=translator, seen="")
    client.post(address, {"seen": source_digest(target)})
    assert page_state(target) == State.LIVE
    stranger = member("other", "Journalists (ru)")
    with pytest.raises(PermissionDenied):
        declare_up_to_date(target=target, user=stranger, seen=source_digest(target))


def test_markup_that_reads_the_same_outdates_nothing(source, target):
    for same in (
        "<p>Первый.</p>\n<p>Второй.</p>",
        '<p data-block-key="a1b2c">Первый.</p><p data-block-key="d4e5f"> Второй.</p>',
        "<p>&#1055;ервый.</p><p>Второй.</p>",
        "<p><b>Первый</b>.</p><p>Вт<i><b>ор</b>ой.</i></p>",
    ):
        source = publish(with_leaf(source, f"body.{source.body[0].id}", same))
        assert page_state(target) == State.LIVE, same


def test_emphasis_and_the_target_of_a_link_outdate_nothing_and_are_shown_and_approved_as_they_are(
    source, translator, tajik
):
    path = f"body.{source.body[0].id}"

    def write(html):
        return publish(with_leaf(fresh(source), path, f"<p>{html}</p>"))  # type: ignore[no-any-return]

    before = write('Вода <a href="https://a.example/">здесь</a>, H<sub>2</sub>O.')
    target = publish(start_translation(source=before, locale=tajik, user=translator).specific)
    after = write('<b>Вода</b> <a href="https://b.example/">здесь</a>, H<sub>2</sub>O.')
    assert page_state(target) == State.LIVE
    units = take_snapshot(after).units
    assert compare(take_snapshot(before).units, units).units == []
    assert next(html for at, _index, html in units if at == path).startswith("<b>Вода</b>")
    assert approval_hash(after) != approval_hash(before)
    for other in ("Вода здесь, H<sub>2</sub>O.", '<b>Вода</b> <a href="https://b.example/">здесь</a>, H2O.'):
        write(other)
        assert page_state(target) == State.OUTDATED, other


@pytest.mark.parametrize("outdated", [False, True])
def test_what_an_earlier_version_stored_is_read_again_and_no_state_changes(source, target, outdated):
    if outdated:
        source.lead = "Другой лид"
        source = publish(source)
    before = page_state(target)
    # As version 0.1 wrote it: the stored HTML, of public fields alone, under digests of another form.
    baseline = Baseline.objects.filter(target=target).latest("pk")
    old = [[path, index, f"<b>{html}</b><br/>"] for path, index, html in baseline.units if path != "search_description"]
    published = "the newer text" if outdated else "the text"
    Baseline.objects.update(units=old, digest="the text", reading=0)
    stored = PublishedUnits.objects.get(page=source)
    units = take_snapshot(source).units
    since = {said_hash(f"{path}\n{html}")[:16]: number for number, (path, _index, html) in enumerate(units)}
    PublishedUnits.objects.filter(pk=stored.pk).update(digest=published, reading=0, unit_since=since)
    assert page_state(target) == before
    call_command("migrate", verbosity=0)
    assert page_state(target) == before
    assert not Baseline.objects.exclude(reading=READING).exists()
    assert not PublishedUnits.objects.exclude(reading=READING).exists()
    stored.refresh_from_db()
    assert stored.unit_since == {unit_key(str(path), str(html)): at for at, (path, _index, html) in enumerate(units)}
    if not outdated:
        assert outdated_paths(Page.objects.get(pk=target.pk)) == []
    assert renew_snapshots() == 0


def test_a_translation_that_the_division_into_blocks_alone_had_outdated_is_live_again(source, target):
    units = Baseline.objects.filter(target=target).latest("pk").units
    moved = [[f"{path}0" if path.startswith("body.") else path, index, html] for path, index, html in units]
    Baseline.objects.update(units=moved, digest="the text", reading=4)
    PublishedUnits.objects.filter(page=source).update(digest="the text in another block", reading=4)
    assert page_state(target) == State.OUTDATED
    call_command("migrate", verbosity=0)
    assert page_state(target) == State.LIVE


def test_changed_units_names_changes_additions_and_removals():
    old = [["title", 0, "А"], ["body.1", 0, "Б"], ["body.2", 0, "В"]]
    new = [["title", 0, "А"], ["body.1", 0, "Б!"], ["body.3", 0, "Г"]]
    assert [path for path, _index in compare(old, new).units] == ["body.1", "body.3", "body.2"]


def test_a_snapshot_sees_text_and_not_bookkeeping(source):
    before = take_snapshot(source).digest
    source.slug, source.show_in_menus = "other", True
    assert take_snapshot(source).digest == before

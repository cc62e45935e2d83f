"""Whatever people do in whatever order: states and counts are those that the facts say, and no change is missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from wagtail.models import Page, Revision

from chorsu_editorial.lineage import minor_edit
from chorsu_editorial.models import HeldApproval
from chorsu_translation.baselines import confirming_baseline, declare_up_to_date, take_back_confirmed_current
from chorsu_translation.models import (
    ArticleState,
    NotPlanned,
    NotPlannedRule,
    PublishedUnits,
    TranslationRequest,
)
from chorsu_translation.published import refresh_translations
from chorsu_translation.selectors import State, page_state, source_digest
from chorsu_translation.services import write_marked
from chorsu_translation.snapshots import take_snapshot
from chorsu_translation.states import state_row_of
from tests.factories import make_home, make_section, make_user
from tests.story.models import StoryLink
from tests.story.stories import make_story
from tests.translation.desk_of_two import Pair, draft, make_pair, publish, section
from tests.translation.test_state_facts import hold, submit

pytestmark = pytest.mark.django_db
_numbers = count(1)

# What a reader of the story sees of the source at each moment, as the test knows it.
Text = tuple[str, str]


@dataclass
class Story:
    """A pair, and what is true of it by the test's own books.

    ``declared`` says which source text a version of the target follows, where somebody said so, ``made_from`` from
    which version each was made; ``live`` is the version that readers see, or saw last, whether it is purged or not.
    ``found_right``: which version was found still right last, and what it followed before.
    """

    pair: Pair
    user: Any
    declared: dict[int, Text]
    made_from: dict[int, int] = field(default_factory=dict)
    shown: Text = ("", "")
    live: int = 0
    found_right: tuple[int, Text] | None = None

    def follows(self, revision_id: int) -> Text:
        """Return the source text that a version follows."""
        while revision_id not in self.declared:
            revision_id = self.made_from[revision_id]
        return self.declared[revision_id]


def text_of(page: Any) -> Text:
    return page.title, page.lead


def words() -> str:
    return f"Words no {next(_numbers)}"


def show(story: Story, *, minor: bool = False) -> None:
    """Note what the source shows from now on; after a minor edit who followed the text before follows this one."""
    now = text_of(story.pair.fresh_source())
    if minor:
        story.declared = {key: now if text == story.shown else text for key, text in story.declared.items()}
    story.shown = now


def change_source(story: Story) -> None:
    story.pair.change_source(lead=words())
    show(story)


def change_source_a_little(story: Story) -> None:
    live = story.pair.fresh_source().live
    with minor_edit():
        # No capital, no digit: a minor edit changes no name and no number.
        story.pair.change_source(title=f"{story.pair.fresh_source().title} and {'abcdefghij'[next(_numbers) % 10]}")
    show(story, minor=live or bool(story.shown))


def draft_source(story: Story) -> None:
    draft(story.pair.fresh_source(), lead=words())


def revert_source(story: Story) -> None:
    source = story.pair.fresh_source()
    before = source.revisions.order_by("pk").first()
    before.as_object().save_revision(previous_revision=before, log_action="wagtail.revert").publish()
    show(story)


def unpublish_source(story: Story) -> None:
    story.pair.fresh_source().unpublish()


def draft_target(story: Story) -> None:
    target = story.pair.fresh_target()
    former = target.latest_revision_id
    revision = draft(target.get_latest_revision_as_object(), lead=words(), go_live_at=None)
    story.made_from[revision.pk] = former


def declare_draft(story: Story) -> None:
    declare(story, story.pair.fresh_target().latest_revision_id)


def declare_what_is_shown(story: Story) -> None:
    declare(story, None)


def declare(story: Story, revision_id: int | None) -> None:
    target = story.pair.fresh_target()
    source = story.pair.fresh_source()
    # Of a source that readers don't see the draft is what one is shown.
    seen = take_snapshot(source if source.live else source.get_latest_revision_as_object())
    declare_up_to_date(target=target, user=story.user, seen=seen.digest, revision_id=revision_id)
    version = revision_id or (story.live if target.live else target.latest_revision_id)
    story.found_right = version, story.follows(version)
    story.declared[version] = text_of(source if source.live else source.get_latest_revision_as_object())


def take_back(story: Story) -> None:
    """Take back what was said last, where that may be done; ``check`` asks whether it was done well."""
    found = confirming_baseline(story.pair.fresh_target())
    if found is not None and story.found_right is not None:
        take_back_confirmed_current(target=story.pair.target, user=story.user, given=found.declared_at.isoformat())
        version, text = story.found_right
        story.declared[version] = text


def publish_made_from(story: Story, former: Revision, at: Any = None, **facts: Any) -> None:
    """Publish, at once or at a time, a version that is made from another one and says the same."""
    version = former.as_object()
    version.go_live_at = at
    revision = version.save_revision(**facts)
    story.made_from[revision.pk] = former.pk
    revision.publish()


def publish_target(story: Story, at: Any = None) -> None:
    publish_made_from(story, story.pair.fresh_target().latest_revision, at)


def publish_an_old_version(story: Story) -> None:
    old = story.pair.fresh_target().revisions.order_by("pk").first()
    publish_made_from(story, old, previous_revision=old, log_action="wagtail.revert")


def schedule_target(story: Story) -> None:
    publish_target(story, timezone.now() + timedelta(hours=1))


def let_time_come(story: Story) -> None:
    for revision in Revision.objects.filter(object_id=str(story.pair.target.pk), approved_go_live_at__isnull=False):
        revision.content["go_live_at"] = None
        revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
        revision.save()
    call_command("publish_scheduled", verbosity=0)


def unpublish_target(story: Story) -> None:
    story.pair.fresh_target().unpublish()


def purge(story: Story) -> None:
    kept = set(Revision.objects.values_list("pk", flat=True))
    call_command("purge_revisions", verbosity=0)
    gone = kept - set(Revision.objects.values_list("pk", flat=True))
    for version, former in story.made_from.items():
        if former in gone and version not in gone:
            story.declared[version] = story.follows(version)


Step = Callable[[Story], None]
STEPS: list[Step] = [
    change_source,
    change_source,
    change_source_a_little,
    draft_source,
    revert_source,
    unpublish_source,
    draft_target,
    draft_target,
    declare_draft,
    declare_draft,
    declare_what_is_shown,
    take_back,
    publish_target,
    publish_target,
    publish_an_old_version,
    schedule_target,
    let_time_come,
    unpublish_target,
    purge,
]


def expected(story: Story) -> State:
    """Return the state by the test's own books."""
    source, target = story.pair.fresh_source(), story.pair.fresh_target()
    if not target.live:
        scheduled = target.revisions.filter(approved_go_live_at__isnull=False).exists()
        return State.SCHEDULED if scheduled else State.DRAFT
    if not source.live:
        return State.SOURCE_WITHDRAWN
    return State.LIVE if story.follows(story.live) == story.shown else State.OUTDATED


def check(story: Story) -> None:
    state = page_state(story.pair.target)
    assert state == expected(story)
    check_rows()
    row = ArticleState.objects.get(page=story.pair.target.pk)
    assert row.state == state
    source = story.pair.fresh_source()
    if state in {State.LIVE, State.OUTDATED}:
        follows = story.follows(story.live)
        now = text_of(source)
        changed = [new for old, new in zip(follows, now, strict=True) if old != new]
        assert (row.changed_units, row.changed_words) == (len(changed), sum(len(text.split()) for text in changed))
        assert (row.changed_since is None) == (state == State.LIVE)
    if source.live:
        assert PublishedUnits.objects.get(page_id=source.pk).digest == take_snapshot(source).digest
        assert source_digest(story.pair.target) == take_snapshot(source).digest


def check_rows() -> None:
    """Check that what is marked was all that differed from the function."""
    write_marked()
    assert list(refresh_translations()) == []


@pytest.fixture
def desk(db) -> tuple[Pair, Any]:
    """Return what every sequence begins with, and goes back to: a pair, and somebody who may do everything."""
    return make_pair(), make_user(superuser=True)


WITHOUT_DATABASE = settings(
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TRANSLATED_IN_A_DRAFT = [change_source, draft_target, declare_draft]


@settings(WITHOUT_DATABASE, max_examples=settings.default.max_examples // 6)
@given(steps=st.lists(st.sampled_from(STEPS), min_size=6, max_size=12))
# What was declared in a draft counts when that draft, or a version made from it, is live.
@example(steps=[*TRANSLATED_IN_A_DRAFT, publish_target, *TRANSLATED_IN_A_DRAFT, draft_target, publish_target])
@example(steps=[change_source, schedule_target, declare_draft, let_time_come])
# A revert, or an older version that was scheduled, doesn't claim what was declared later.
@example(steps=[*TRANSLATED_IN_A_DRAFT, publish_target, publish_an_old_version])
@example(steps=[schedule_target, *TRANSLATED_IN_A_DRAFT, let_time_come])
# A purged version leaves what was declared of it to those made from it.
@example(steps=[*TRANSLATED_IN_A_DRAFT, publish_target, draft_target, purge, publish_target, change_source])
# Either side is unpublished, and returns.
@example(steps=[unpublish_source, revert_source, unpublish_source, change_source])
@example(steps=[change_source, unpublish_target, publish_target])
# A minor edit says nothing for a translation that was outdated.
@example(steps=[change_source, change_source_a_little])
def test_states_and_counts_are_those_of_the_facts_after_any_sequence(desk, steps):
    follow(desk, steps, check)


def follow(desk: tuple[Pair, Any], steps: list[Step], check: Step) -> None:
    """Do the steps, with a check behind each, and leave nothing of them."""
    pair, user = desk
    with transaction.atomic():
        target, shown = pair.fresh_target(), text_of(pair.fresh_source())
        declared = dict.fromkeys(target.revisions.values_list("pk", flat=True), shown)
        story = Story(pair, user, declared, shown=shown, live=target.live_revision_id)
        for step in steps:
            step(story)
            story.live = pair.fresh_target().live_revision_id or story.live
            check(story)
        transaction.set_rollback(True)


def submit_target(story: Story) -> None:
    target = story.pair.fresh_target()
    if target.current_workflow_state is None:
        submit(target)


def reject(story: Story) -> None:
    state = story.pair.fresh_target().current_workflow_state
    if state and state.status == state.STATUS_IN_PROGRESS:
        state.current_task_state.reject(user=None)


def hold_target(story: Story) -> None:
    target = story.pair.fresh_target()
    if target.current_workflow_state is None and not HeldApproval.objects.exists():
        hold(target)


def release(_story: Story) -> None:
    HeldApproval.objects.all().delete()


def english(story: Story) -> Any:
    pages = Page.objects.filter(locale=make_home("en").locale)
    return pages.filter(translation_key=story.pair.source.translation_key).first()


def add_english(story: Story, *, alias: bool = False) -> None:
    section("en")
    if english(story) is None:
        story.pair.fresh_source().copy_for_translation(make_home("en").locale, copy_parents=True, alias=alias)


def delete_english(story: Story) -> None:
    if (page := english(story)) is not None:
        page.delete()


def move_source(story: Story) -> None:
    home = make_home("ru")
    sections = list(home.get_children())
    if len(sections) < 2:
        sections.append(make_section(home, kind="events", slug="events"))
    source = story.pair.fresh_source()
    source.move(next(each for each in sections if not source.is_child_of(each)), pos="last-child")


def want(story: Story, model: Any) -> None:
    """Request the article in English, or decide against it; take that back where it was said."""
    english = {"translation_key": story.pair.source.translation_key, "locale": make_home("en").locale}
    if not model.objects.filter(**english).delete()[0]:
        model.objects.create(**english)


def change_rules(story: Story) -> None:
    english = make_home("en").locale
    if not NotPlannedRule.objects.all().delete()[0]:
        below = story.pair.fresh_source().get_parent()
        NotPlannedRule.objects.create(locale=english, section=below)
        NotPlannedRule.objects.create(locale=english, older_than_days=2)


def change_without_a_signal(story: Story) -> None:
    """What nobody was told of, the sweep finds; not each such change is one of a state."""
    write_marked()
    target = story.pair.fresh_target()
    Page.objects.filter(pk=target.pk).update(live=not target.live)
    list(refresh_translations())
    check_rows()
    Page.objects.filter(pk=target.pk).update(live=target.live)
    list(refresh_translations())


MORE: list[Step] = [
    *STEPS,
    *(submit_target, reject, hold_target, release, add_english, partial(add_english, alias=True), delete_english),
    *(move_source, partial(want, model=TranslationRequest), partial(want, model=NotPlanned), change_rules),
    change_without_a_signal,
]


@settings(WITHOUT_DATABASE, max_examples=settings.default.max_examples // 10)
@given(steps=st.lists(st.sampled_from(MORE), min_size=6, max_size=12))
def test_every_row_equals_the_function_after_any_sequence(desk, steps):
    follow(desk, steps, lambda _story: check_rows())


def edit_body(way: str, page: Any) -> None:
    body = page.body.get_prep_value()
    values = {block["type"]: block["value"] for block in body}
    if way == "a new row":
        values["table"]["data"].insert(1, [words(), None])
    elif way == "an item":
        values["list"].append({"type": "item", "value": words(), "id": words()})
    elif way == "a new block":
        body.insert(0, {"type": "heading", "value": words(), "id": words()})
    else:
        body[0], body[1] = body[1], body[0]
    page.body = body


def edit_links(way: str, page: Any) -> None:
    rows = list(page.links.all())
    if way == "a new link":
        page.links.add(StoryLink(title=words(), sort_order=len(rows)))
    elif way == "another link":
        rows[0].title = words()
        page.links.set(rows)
    else:
        page.links.remove(rows[0])


EDITS: list[Callable[[Any], None]] = [
    *(partial(edit_body, way) for way in ("a new row", "an item", "a new block", "two change places")),
    *(partial(edit_links, way) for way in ("a new link", "another link", "one less")),
]


@pytest.mark.sql
def test_no_change_of_the_structure_of_another_page_type_is_missed(db):
    """What is missed of its texts, ``tests/story`` asks."""
    homes = make_home("ru"), make_home("tg")
    source = make_story(homes[0])
    pair = Pair(source, publish(source.copy_for_translation(homes[1].locale).specific))
    user = make_user(superuser=True)
    for edit in EDITS:
        version = pair.fresh_source().get_latest_revision_as_object()
        edit(version)
        revision = version.save_revision()
        assert page_state(pair.target) == State.LIVE
        revision.publish()
        assert page_state(pair.target) == State.OUTDATED, edit
        assert state_row_of(pair.target).changed_units > 0
        seen = source_digest(pair.target)
        assert seen == take_snapshot(pair.fresh_source()).digest
        declare_up_to_date(target=pair.fresh_target(), user=user, seen=seen)
        version.save_revision().publish()
        assert page_state(pair.target) == State.LIVE

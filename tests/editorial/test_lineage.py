"""Where a revision comes from."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Revision

from chorsu_articles.models import AnalysisPage, PublicationAuthor, Topic
from chorsu_editorial.hashing import content_hash
from chorsu_editorial.lineage import History, RevisionLineage, parent_of, record_parent, writers
from tests.counted_lines import count_queries
from tests.factories import make_article, make_person, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def ancestors(revision: Revision) -> list[int]:
    return [step.pk for step in History(revision).ancestors(revision.pk)]


def hash_of(revision: Revision) -> str:
    history = History(revision)
    history.changed([history.steps[revision.pk]])
    return history._hashes[revision.pk]


def save(page: object, title: str, **arguments: object) -> Revision:
    page.title = title  # type: ignore[attr-defined]
    return page.save_revision(**arguments)  # type: ignore[attr-defined,no-any-return]


def test_a_revision_comes_from_the_former_latest():
    page = make_article()
    revisions = [save(page, str(number)) for number in range(3)]
    save(make_article(page.get_parent().specific, slug="other"), "of another page")
    assert parent_of(revisions[0]) is None
    assert ancestors(revisions[2]) == [revisions[1].pk, revisions[0].pk]


@pytest.mark.parametrize("log_action", [True, "wagtail.edit"])
def test_a_revision_comes_from_the_one_that_it_was_made_from(log_action):
    page = make_article()
    first, second = save(page, "1"), save(page, "2")
    reverted = first.as_object().save_revision(previous_revision=first, log_action=log_action)
    assert parent_of(reverted) == first
    unlogged = first.as_object().save_revision(previous_revision=first)
    assert parent_of(unlogged) == reverted
    record_parent(revision=unlogged, parent=first)
    assert (ancestors(unlogged), parent_of(second)) == ([first.pk], first)


def test_autosave_keeps_the_parent_and_renews_the_hash():
    page, user = make_article(), make_user()
    first = save(page, "1", user=user)
    second = save(page, "2", user=user)
    before = hash_of(second)
    again = save(page, "3", user=user, overwrite_revision=second)
    assert again.pk == second.pk
    assert parent_of(again) == first
    assert hash_of(again) == content_hash(page) != before


def test_a_revision_without_record_comes_from_the_one_before():
    page = make_article()
    first, second = save(page, "1"), save(page, "2")
    RevisionLineage.objects.all().delete()
    assert parent_of(second) == first
    assert hash_of(second) == content_hash(second.as_object())


def test_what_was_published_ends_a_version():
    writer, submitter = make_user(), make_user()
    page = make_article()
    published = save(page, "1", user=writer)
    published.publish()
    page.refresh_from_db()
    last = save(page, "2", user=submitter)
    assert writers(last).keys() == {submitter.pk}
    page.unpublish()
    assert writers(last).keys() == {submitter.pk}
    published.delete()
    assert writer.pk not in writers(last)


@pytest.mark.parametrize(
    ("saved", "left"),
    [
        ("a1 b2 b1", "a"),
        ("a1 b2 b3 b1 a4", "a"),
        ("a1 b2 a1", "ab"),
        ("a1 b2 a3 a2", "ab"),
        ("a1 b2 a3", "ab"),
        ("a0", ""),
        ("a1 b0 b1", "a"),
        ("a1 b2 b1 b2", "ab"),
        ("a1 b2 b3 b2 b3", "ab"),
    ],
)
def test_what_was_taken_back_is_no_share(saved, left):
    """Each letter is who saves, each number the headline; what is live is 0."""
    page = make_article()
    save(page, "0", user=make_user()).publish()
    page.refresh_from_db()
    people = {name: make_user() for name in "ab"}
    for name, title in saved.split():
        last = save(page, title, user=people[name])
    assert writers(last).keys() == {people[name].pk for name in left}


def test_a_page_is_deleted_with_its_lineage():
    page = make_article()
    save(page, "1")
    save(page, "2")
    page.delete()
    assert not RevisionLineage.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("hashed", ["never", "once"])
def test_the_four_eyes_check_asks_as_little_of_thirty_revisions_as_of_three(hashed):
    writer, other, page = make_user(), make_user(), make_article()
    asked = []
    for count in (3, 27):
        for number in range(count):
            last = save(page, f"{count} {number}", user=other if number else writer)
        if hashed == "once":
            writers(last)
        asked.append(count_queries(lambda: writers(last)))  # noqa: B023
        assert writers(last).keys() == {writer.pk, other.pk}
    assert asked[0] == asked[1] <= 8


def test_a_hash_of_the_stored_content_is_that_of_the_page_and_computed_once():
    topic, person = Topic.objects.create(name_ru="Вода", slug="water"), make_person()
    page = make_article(body=[{"type": "heading", "value": {"text": "Heading", "level": "h2"}}])
    page.topics.set([topic])
    page.author_links.add(PublicationAuthor(person=person))
    page.save()
    revision = page.save_revision()
    # Revisions, lineage, content, and the hash that is kept.
    assert [count_queries(lambda: hash_of(revision)) for _again in range(2)] == [4, 1]
    expected = content_hash(revision.as_object())
    assert hash_of(revision) == content_hash(AnalysisPage.objects.get(pk=page.pk)) == expected


def test_models_with_revisions_that_are_no_pages_are_let_alone():
    """Wagtail's own test models aren't here: any row can have revisions, as a model with RevisionMixin alone has."""
    topics, topic = ContentType.objects.get_for_model(Topic), Topic.objects.create(name_ru="Вода")
    other = Revision.objects.create(
        content_type=topics, base_content_type=topics, object_id=str(topic.pk), created_at=timezone.now(), content={}
    )
    assert not RevisionLineage.objects.filter(revision=other).exists()
    other.delete()
    call_command("purge_revisions", verbosity=0)


def test_who_wrote_what_was_purged_is_kept_as_text_and_read_from_older_rows_too():
    page, users = make_article(), [make_user() for _ in range(4)]
    keys = [user.pk for user in users]
    root, first, second, third = (save(page, str(number), user=user) for number, user in enumerate(users))
    first.delete()
    assert ancestors(third) == [second.pk, root.pk]
    second.refresh_from_db()
    assert second.lineage.carried == [str(keys[1])]
    second.lineage.carried = [keys[1]]  # as it was stored before
    second.lineage.save()
    second.delete()
    kept = RevisionLineage.objects.get(revision=third)
    assert kept.carried == sorted(map(str, keys[1:3]))
    assert set(History(third).steps[third.pk].carried) == set(keys[1:3])
    assert writers(third).keys() == set(keys)

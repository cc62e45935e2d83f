"""Where a revision comes from."""

from __future__ import annotations

import pytest
from wagtail.models import Revision

from editorial import four_eyes
from editorial.hashing import content_hash
from editorial.lineage import RevisionLineage, ancestors, hash_of, parent_of, record_parent
from tests.factories import make_article, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def save(page: object, title: str, **arguments: object) -> Revision:
    page.title = title  # type: ignore[attr-defined]
    return page.save_revision(**arguments)  # type: ignore[attr-defined,no-any-return]


def test_a_revision_comes_from_the_former_latest() -> None:
    page = make_article()
    revisions = [save(page, str(number)) for number in range(3)]
    save(make_article(page.get_parent().specific, slug="other"), "of another page")
    assert parent_of(revisions[0]) is None
    assert list(ancestors(revisions[2])) == [revisions[1], revisions[0]]


@pytest.mark.parametrize("log_action", [True, "wagtail.edit"])
def test_a_revision_comes_from_the_one_that_it_was_made_from(log_action: bool | str) -> None:
    page = make_article()
    first, second = save(page, "1"), save(page, "2")
    reverted = first.as_object().save_revision(previous_revision=first, log_action=log_action)
    assert parent_of(reverted) == first
    unlogged = first.as_object().save_revision(previous_revision=first)
    assert parent_of(unlogged) == reverted
    record_parent(revision=unlogged, parent=first)
    assert list(ancestors(unlogged)) == [first]
    assert parent_of(second) == first


def test_autosave_keeps_the_parent_and_renews_the_hash() -> None:
    page, user = make_article(), make_user()
    first = save(page, "1", user=user)
    second = save(page, "2", user=user)
    before = hash_of(second)
    again = save(page, "3", user=user, overwrite_revision=second)
    assert again.pk == second.pk
    assert parent_of(again) == first
    assert hash_of(again) == content_hash(page) != before


def test_a_revision_without_record_comes_from_the_one_before() -> None:
    page = make_article()
    first, second = save(page, "1"), save(page, "2")
    RevisionLineage.objects.all().delete()
    assert parent_of(second) == first
    assert hash_of(second) == content_hash(second.as_object())


def test_hashes_are_computed_once(django_assert_max_num_queries: object) -> None:
    revision = save(make_article(), "1")
    digest = hash_of(revision)
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        assert hash_of(revision) == digest


def test_purging_revisions_keeps_who_wrote_them() -> None:
    writer, submitter = make_user(), make_user()
    page = make_article()
    first = save(page, "1", user=submitter)
    gone = save(page, "2", user=writer)
    last = save(page, "3", user=submitter)
    gone.delete()
    assert list(ancestors(last)) == [first]
    assert four_eyes.authors(last, submitter_id=submitter.pk) == {writer.pk, submitter.pk}
    share = four_eyes.share_of(writer, submitter_id=submitter.pk, submitted=last)
    assert share is not None
    assert share.how == "changed"
    assert four_eyes.share_of(make_user(), submitter_id=submitter.pk, submitted=last) is None


def test_what_was_published_ends_a_version() -> None:
    writer, submitter = make_user(), make_user()
    page = make_article()
    published = save(page, "1", user=writer)
    published.publish()
    page.refresh_from_db()
    last = save(page, "2", user=submitter)
    assert four_eyes.authors(last, submitter_id=None) == {submitter.pk}
    page.unpublish()
    assert four_eyes.authors(last, submitter_id=None) == {submitter.pk}
    published.delete()
    assert writer.pk not in four_eyes.authors(last, submitter_id=None)


def test_a_page_is_deleted_with_its_lineage() -> None:
    page = make_article()
    save(page, "1")
    save(page, "2")
    page.delete()
    assert not RevisionLineage.objects.exists()

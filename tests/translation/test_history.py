"""Who translated, reviewed and published which version of which source: kept when pages and accounts are deleted."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import Page

from chorsu_translation.models import PublishedVersion
from tests.editorial.desk import LEAD, Desk, fresh, make_desk
from tests.factories import make_user
from tests.translation.desk_of_two import make_pair, publish, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def versions(page: Any) -> list[PublishedVersion]:
    return list(PublishedVersion.objects.filter(page_id=page.pk).order_by("pk"))


def test_an_article_knows_who_wrote_approved_and_published_it(desk: Desk) -> None:
    page = desk.in_review()
    desk.act(desk.editor, page, "approve")
    [version] = versions(page)
    assert list(version.translators.all()) == [desk.author]
    assert (version.reviewer, version.publisher) == (desk.editor, desk.editor)
    assert version.published_at == fresh(page).last_published_at
    assert (version.title, version.words, version.translated_words) == ("Draft", 1 + len(LEAD.split()) + 2, 0)


def test_a_version_that_says_the_same_is_none(desk: Desk) -> None:
    page = desk.in_review()
    desk.act(desk.editor, page, "approve")
    publish(fresh(page), slug="elsewhere")
    assert len(versions(page)) == 1


def test_a_translation_knows_its_source_and_what_was_translated() -> None:
    pair = make_pair()
    [first] = versions(pair.source)
    [version] = versions(pair.target)
    assert (version.source_id, version.source_title) == (pair.source.pk, pair.source.title)
    assert (version.source_digest, version.source_since) == (first.digest, first.published_at)
    assert version.translated_words == first.words == version.words
    pair.change_source(lead="A lead of five words")
    publish(pair.fresh_target(), title="Mended")
    mended = versions(pair.target)[-1]
    assert (mended.translated_words, mended.source_digest) == (0, first.digest)


def test_who_begins_a_translation_is_no_translator_of_it(desk: Desk) -> None:
    source = publish(desk.draft())
    chief, translator = make_user(superuser=True), make_user(superuser=True)
    target = translate(source)
    key = target.pk
    PublishedVersion.objects.filter(page_id=key).delete()
    target.unpublish()
    target.revisions.all().update(user=chief)
    target.lead = "In Tajik"
    target.save_revision(user=translator).publish(user=chief)
    [version] = versions(target)
    assert list(version.translators.all()) == [translator]
    assert version.publisher == chief


def test_a_reviewer_who_mended_is_no_translator(desk: Desk) -> None:
    page = desk.in_review()
    desk.act(desk.editor, page, "approve", lead=LEAD.replace("plain", "simple"))
    [version] = versions(page)
    assert fresh(page).lead != LEAD
    assert list(version.translators.all()) == [desk.author]


def test_it_is_kept_when_the_page_and_the_accounts_are_deleted(desk: Desk) -> None:
    page = desk.in_review()
    desk.act(desk.editor, page, "approve")
    key = page.pk
    names = [user.get_full_name() or user.get_username() for user in (desk.author, desk.editor)]
    assert not PublishedVersion.objects.exclude(reviewer_name="", publisher_name="").exists()
    fresh(page).delete()
    desk.author.delete()
    desk.editor.delete()
    [version] = PublishedVersion.objects.filter(page_id=key)
    assert version.translator_names == names[:1]
    assert (version.reviewer_name, version.publisher_name) == (names[1], names[1])


def test_an_alias_is_nobodys_work() -> None:
    pair = make_pair()
    alias = pair.fresh_source().create_alias(parent=pair.fresh_source().get_parent(), update_slug="alias")
    pair.change_source(lead="Another lead")
    assert Page.objects.get(pk=alias.pk).live
    assert not PublishedVersion.objects.filter(page_id=alias.pk).exists()

"""Who translated, reviewed and published which version of which source: kept when pages and accounts are deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Page

from chorsu_translation.models import PublishedVersion
from tests.editorial.desk import LEAD, MENDED, Desk, fresh, make_desk
from tests.factories import make_group, make_user, signed_in
from tests.translation.desk_of_two import make_pair, publish, translate
from tests.translation.newsroom import again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture(scope="module")
def kept(kept_in_module) -> tuple[Desk, int]:
    """Return a desk, and the key of an article that was approved."""
    with kept_in_module():
        desk = make_desk()
        page = desk.in_review(title="=The river")
        desk.act(desk.editor, page, "approve")
        return desk, page.pk


@pytest.fixture
def desk(kept, db) -> Desk:
    return again(kept[0])


@pytest.fixture
def page(kept, db) -> Any:
    return Page.objects.get(pk=kept[1]).specific


def versions(page: Any) -> list[PublishedVersion]:
    return list(PublishedVersion.objects.filter(page_id=page.pk).order_by("pk"))


def read(user: Any, name: str, *args: Any, **query: str) -> Any:
    return signed_in(user).get(reverse(f"chorsu_translation:{name}", args=args), query)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.getvalue().decode()  # type: ignore[no-any-return]


def test_an_article_knows_who_wrote_approved_and_published_it(desk, page):
    [version] = versions(page)
    assert list(version.translators.all()) == [desk.author]
    assert (version.reviewer, version.publisher) == (desk.editor, desk.editor)
    assert version.published_at == fresh(page).last_published_at
    assert (version.title, version.words, version.translated_words) == ("=The river", 2 + len(LEAD.split()) + 2, 0)
    publish(fresh(page), slug="elsewhere")
    assert len(versions(page)) == 1, "it says the same"


def test_a_translation_knows_its_source_and_what_was_translated():
    pair = make_pair()
    [first] = versions(pair.source)
    [version] = versions(pair.target)
    assert (version.source_id, version.source_title) == (pair.source.pk, pair.source.title)
    assert (version.source_digest, version.source_since) == (first.digest, first.published_at)
    assert version.translated_words == first.words == version.words
    alias = pair.fresh_source().create_alias(parent=pair.fresh_source().get_parent(), update_slug="alias")
    pair.change_source(lead="A lead of five words")
    assert fresh(alias).live
    assert versions(alias) == [], "it is nobody's work"
    publish(pair.fresh_target(), title="Mended")
    mended = versions(pair.target)[-1]
    assert (mended.translated_words, mended.source_digest) == (0, first.digest)


def test_neither_who_begins_a_translation_nor_a_reviewer_who_mended_is_a_translator(desk):
    source = publish(desk.draft())
    chief, translator = make_user(superuser=True), make_user(superuser=True)
    target = translate(source)
    PublishedVersion.objects.filter(page_id=target.pk).delete()
    target.unpublish()
    target.revisions.all().update(user=chief)
    target.lead = "In Tajik"
    target.save_revision(user=translator).publish(user=chief)
    mended = desk.in_review(slug="mended")
    desk.act(desk.editor, mended, "approve", lead=MENDED)
    assert fresh(mended).lead == MENDED
    for page, writer, publisher in ((target, translator, chief), (mended, desk.author, desk.editor)):
        [version] = versions(page)
        assert (list(version.translators.all()), version.publisher) == ([writer], publisher)


def test_it_is_kept_when_the_page_and_the_accounts_are_deleted(desk, page):
    names = [user.get_full_name() or user.get_username() for user in (desk.author, desk.editor)]
    [version] = versions(page)
    assert (version.reviewer_name, version.publisher_name) == ("", "")
    for each in (fresh(page), desk.author, desk.editor):
        each.delete()
    version.refresh_from_db()
    assert [*version.translator_names, version.reviewer_name, version.publisher_name] == [*names, names[1]]


@pytest.mark.thorough
def test_the_page_of_an_article_lists_it_in_all_languages_and_stays_when_it_is_deleted(desk, page):
    target = publish(translate(fresh(page)), title="In Tajik")
    key = page.translation_key
    link = reverse("chorsu_translation:article_history", args=[key])
    assert link in desk.open(desk.author, page).text
    for each in (target, fresh(page)):
        each.delete()
    html = text(read(desk.colleague, "article_history", key))
    for found in ("The river", "In Tajik", "Русский", "Тоҷикӣ", desk.author.first_name, desk.editor.first_name):
        assert found in html
    assert link in text(read(desk.colleague, "published_versions"))
    assert "The river" in text(read(desk.colleague, "article_history_results", key))


def test_ones_own_work_is_listed_and_exported(desk, page):
    assert "The river" in text(read(desk.author, "own_work"))
    assert "The river" not in text(read(desk.editor, "own_work"))
    assert "The river" not in text(read(desk.author, "own_work", published_at_to="2001-01-01"))
    lines = text(read(desk.author, "own_work", export="csv")).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("Headline,Language,Written or translated by")
    # No program takes a headline for a formula.
    assert not lines[1].startswith("=")
    assert f",{versions(page)[0].words},0," in lines[1]


def test_the_lists_are_closed_to_strangers(desk, page):
    stranger = make_user(make_group("Guests").name)
    assert read(stranger, "published_versions").status_code == 302
    assert read(stranger, "article_history", page.translation_key).status_code == 302
    assert "The river" not in text(read(stranger, "own_work"))
    assert read(desk.author, "article_history", "00000000-0000-0000-0000-000000000000").status_code == 200
    assert read(desk.author, "published_versions", locale="x", published_at_from="never").status_code == 200


def test_as_many_queries_whatever_is_listed(desk, django_assert_max_num_queries):
    for number in range(12):
        version = PublishedVersion.objects.create(
            translation_key=desk.section.translation_key, locale=desk.section.locale, page_id=1, title=f"No {number}"
        )
        version.translators.set([desk.author, desk.colleague])
    client = signed_in(desk.author)
    with django_assert_max_num_queries(45) as asked:
        text(client.get(reverse("chorsu_translation:own_work")))
    assert len([each for each in asked.captured_queries if "publishedversion" in each["sql"]]) <= 6

"""The content hash: the same for the same content, another for everything that readers see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from wagtail.models import Comment

from chorsu_articles.models import AnalysisPage, PublicationAuthor, Topic
from chorsu_editorial.hashing import approval_hash, content_hash
from tests.editorial.desk import Desk, fresh, latest, make_desk
from tests.factories import make_article, make_person, make_picture, make_user

pytestmark = pytest.mark.django_db
BODY = [
    (
        "paragraph",
        '<p>First <b>words</b> &amp; “more”<br/>of <a linktype="page" id="3">them</a>.</p><ul><li>One</li></ul>',
    ),
    ("heading", {"text": "Heading", "level": "h2"}),
    ("facts", {"title": "Facts", "items": ["<p>One</p>", "<p>Two</p>"]}),
]


@pytest.fixture
def article() -> AnalysisPage:
    page = make_article(
        body=BODY, key_points=[("point", "A point")], main_picture=make_picture(), main_picture_caption="Caption"
    )
    for number, name in enumerate(["Aziza", "Behruz"]):
        page.author_links.add(PublicationAuthor(person=make_person(name, slug=f"p{number}"), sort_order=number))
    page.topics.add(Topic.objects.create(name="Water", slug="water"), Topic.objects.create(name="Trade", slug="trade"))
    page.save()
    return fresh(page)


def stored(page: Any, **arguments: Any) -> Any:
    """Return the page as a new revision gives it back."""
    return page.save_revision(**arguments).as_object()


def test_database_revision_and_used_page_have_one_hash(article):
    original = content_hash(article)
    for page in (article, stored(article)):
        for block in page.body:
            assert block.value is not None
        assert content_hash(page) == original
    assert content_hash(stored(page)) == original


def test_publishing_changes_no_hash(article):
    revision = article.save_revision()
    before = approval_hash(revision.as_object())
    revision.publish()
    assert approval_hash(fresh(article)) == before


def test_a_comment_a_lock_and_a_new_owner_change_no_hash(article):
    original = content_hash(article)
    user = make_user()
    article.wagtail_admin_comments.add(Comment(page=article, user=user, text="Hm", contentpath="title"))
    article.owner = article.locked_by = user
    article.locked = True
    assert content_hash(stored(article)) == original


def test_rewritten_rows_and_keys_change_no_hash(article):
    original = content_hash(article)
    version = stored(article)
    for link in version.author_links.all():
        link.pk = None
    version.author_links = list(reversed(version.author_links.all()))
    assert content_hash(version) == original
    data = version.serializable_data()
    rewritten = data["body"].replace("<p>First", '<p data-block-key=\\"x1y2z\\">First')
    assert rewritten != data["body"]
    version = AnalysisPage.from_serializable_data({**data, "body": rewritten})
    assert content_hash(version) == original


def change(page: AnalysisPage, name: str) -> None:
    """Change one thing that readers see."""
    links = list(page.author_links.all())
    raw = [dict(item) for item in page.body.raw_data]
    match name:
        case "byline order":
            links[0].sort_order, links[1].sort_order = links[1].sort_order, links[0].sort_order
            page.author_links = links
        case "byline":
            page.author_links = links[:1]
        case "topics":
            page.topics = page.topics.all()[:1]
        case "picture":
            page.main_picture = make_picture()
        case "link":
            raw[0]["value"] = raw[0]["value"].replace('id="3"', 'id="4"')
        case "level":
            raw[1]["value"] = {**raw[1]["value"], "level": "h3"}
        case "list order":
            raw[2]["value"] = {**raw[2]["value"], "items": list(reversed(raw[2]["value"]["items"]))}
        case "block order":
            raw.reverse()
        case _:
            setattr(page, name, "changed")
    page.body = raw


@pytest.mark.thorough
def test_what_readers_see_changes_the_hash(article):
    before = content_hash(article)
    for name in (
        *("title", "slug", "lead", "search_description", "main_picture_caption", "byline", "byline order", "topics"),
        *("picture", "link", "level", "list order", "block order"),
    ):
        version = stored(article)
        change(version, name)
        assert content_hash(version) != before, name
        assert content_hash(stored(version)) == content_hash(version), name


def test_the_schedule_belongs_to_the_approval_and_not_to_the_content(article):
    content, approval = content_hash(article), approval_hash(article)
    article.go_live_at = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert content_hash(article) == content
    assert approval_hash(article) != approval
    scheduled = approval_hash(article)
    article.go_live_at = datetime(2027, 1, 1, 17, tzinfo=timezone(timedelta(hours=5)))
    assert approval_hash(article) == scheduled
    article.published_on = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert content_hash(article) == content
    assert approval_hash(article) != scheduled


def test_saving_the_form_of_the_editor_without_change_changes_no_hash():
    desk: Desk = make_desk()
    html = "<p>First <b>words</b> &amp; “more”<br/>of <i>them</i>.</p><ul><li>One</li></ul><p>Х  у</p>"
    page = desk.draft(body=[("paragraph", html)], lead="One\nTwo")
    before = content_hash(latest(page))
    desk.press(desk.author, page, "action-save", data=desk.form(desk.author, page, opened=True))
    assert page.latest_revision_id != fresh(page).latest_revision_id
    assert content_hash(latest(page)) == before

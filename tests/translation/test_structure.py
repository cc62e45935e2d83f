"""The changes of a source's structure: what the preview says, what is done, and to whom it is refused."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Page, PageLogEntry
from wagtail.users.models import UserProfile

from chorsu_articles.headings import headings
from chorsu_articles.models import AnalysisPage, Topic
from chorsu_editorial.lineage import parent_of
from chorsu_translation.pages import TranslationError
from chorsu_translation.starting import start_translation
from chorsu_translation.structure.plan import StructureChangedError, StructurePlan, bring_in_structure, structure_plan
from cms.models import User
from tests.editorial.desk import fresh, latest
from tests.factories import make_picture, signed_in
from tests.translation.desk_of_two import draft
from tests.translation.newsroom import article, at, editor_at, history_at, locale, member, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]


@pytest.fixture(scope="module")
def kept(kept_newsroom, kept_in_module) -> list[int]:
    """Return the keys of an article, and of a translation of which all but the last paragraph is translated."""
    with kept_in_module():
        source = make_source()
        return [source.pk, make_target(source, User.objects.get(pk=kept_newsroom)).pk]


@pytest.fixture
def source(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept[0])


@pytest.fixture
def target(kept, db) -> Page:
    return AnalysisPage.objects.get(pk=kept[1])


def make_source() -> AnalysisPage:
    picture = {"picture": make_picture(title="River"), "caption": "Река", "alt": "", "size": "text", "credit": ""}
    return article(
        body=[
            ("paragraph", "<p>Первый.</p>"),
            ("heading", {"text": "Реки", "level": "h2"}),
            ("picture", picture),
            ("paragraph", "<p>Второй.</p>"),
        ]
    )


def make_target(source: AnalysisPage, translator: Any) -> Page:
    page = start_translation(source=source, locale=locale("tg"), user=translator).specific
    raw = stored(page)
    raw[0]["value"], raw[1]["value"]["text"] = "<p>Якум.</p>", "Дарёҳо"
    raw[2]["value"]["caption"] = "Дарё"
    page.body = raw
    page.save_revision(user=translator, log_action=True)
    return page


def stored(page: Any) -> list[Any]:
    return list(page._meta.get_field("body").get_prep_value(page.body))


def plan_of(target: Page) -> StructurePlan:
    plan = structure_plan(target)
    assert plan is not None
    return plan


def steps(target: Page) -> list[Any]:
    return plan_of(target).steps


def bring_in(target: Page, user: Any) -> None:
    bring_in_structure(target=target, user=user, token=plan_of(target).token)


def changed(source: AnalysisPage) -> AnalysisPage:
    """Publish the source: heading gone, the picture another and first, a new paragraph at the end, another picture."""
    raw = stored(source)
    raw[2]["value"]["picture"] = make_picture(title="Lake").pk
    del raw[1]
    source.body = [raw[1], raw[0], raw[2], {"type": "paragraph", "value": "<p>Третий.</p>", "id": "a" * 36}]
    source.main_picture = make_picture(title="Glacier")
    published: AnalysisPage = publish(source)
    return published


def test_the_preview_says_what_is_done_and_one_draft_does_it(source, target, translator):
    changed(source)
    former = fresh(target).latest_revision
    client, address = signed_in(translator), at("structure", target)
    assert address in client.get(editor_at(target)).text
    shown = client.get(address).text
    for text in (
        "Text › Picture › Picture",
        "Now “River”, in the source “Lake”.",
        "New: “Третий.”, behind “Второй.”. It comes with the source&#x27;s text.",
        "Moves to the beginning: “Дарё”.",
        "No longer in the source: “Дарёҳо”.",
        "Now “nothing”, in the source “Glacier”.",
    ):
        assert text in shown, text
    plan = plan_of(target)
    # Its words were translated: whoever takes them away has to say so.
    assert [step.chosen for step in plan.steps if step.kind == "remove"] == [False]

    answer = client.post(address, {"token": plan.token, "step": [step.key for step in plan.steps]})

    assert answer.headers["Location"] == editor_at(target)
    page = latest(target)
    assert [block.id for block in page.body] == [block.id for block in fresh(source).body]
    assert [block.value.source for block in list(page.body)[1:]] == ["<p>Якум.</p>", "<p>Второй.</p>", "<p>Третий.</p>"]
    assert (page.body[0].value["caption"], page.body[0].value["picture"].title) == ("Дарё", "Lake")
    assert page.main_picture.title == "Glacier"
    made = fresh(target).latest_revision
    assert (made.user, page.live, parent_of(made)) == (translator, False, former)
    entry = PageLogEntry.objects.get(page=target.pk, action="chorsu_translation.bring_in_structure")
    assert (entry.revision, entry.user, entry.data["source"]["id"]) == (made, translator, source.pk)
    assert "Nothing to bring in" in client.get(address).text
    assert "Brought in the changes of the source" in client.get(history_at(target)).text


def test_what_was_not_chosen_is_not_done(source, target, translator):
    changed(source)
    plan = plan_of(target)
    insertion = next(step.key for step in plan.steps if step.kind == "insert")
    bring_in_structure(target=target, user=translator, token=plan.token, wanted={insertion})
    page = latest(target)
    assert [block.block_type for block in page.body] == ["picture", "paragraph", "heading", "paragraph", "paragraph"]
    assert (page.body[0].value["picture"].title, page.main_picture) == ("River", None)


def test_headings_of_texts_that_are_moved_or_come_keep_their_keys(source, target, translator):
    raw = stored(source)
    keyed = '<h2 data-block-key="k2">Нав</h2>'
    source.body = [{"type": "paragraph", "value": keyed, "id": str(uuid4())}, *raw[1:], raw[0]]
    source.save_revision().publish()
    there = stored(latest(target))
    there[0]["value"] = '<h2 data-block-key="k1">Якум</h2>'
    target.body = there
    target.save_revision(user=translator)
    bring_in(target, translator)
    assert [heading.anchor for heading in headings(latest(target).body) if heading.anchor[0] == "t"] == ["t-k2", "t-k1"]


def test_new_blocks_come_empty_where_the_settings_say_so(source, target, translator, settings):
    settings.CHORSU_TRANSLATION = {"START_WITH": "empty"}
    changed(source)
    bring_in(target, translator)
    assert latest(target).body[-1].value.source == ""


def test_an_untranslated_block_is_removed_by_default_once_that_is_live(source, target):
    source.body = stored(source)[:3]
    source.save_revision()
    assert steps(target) == []
    publish(source)
    assert [(step.kind, step.words, step.chosen) for step in steps(target)] == [("remove", "Второй.", True)]


@pytest.mark.parametrize("which", ["source", "target"])
def test_nothing_is_done_where_one_of_both_has_changed_since(source, target, translator, which):
    source = changed(source)
    token = plan_of(target).token
    if which == "source":
        source.lead = "Другой лид"
        publish(source)
    else:
        draft(latest(target), lead="Дигар")
    before = fresh(target).latest_revision_id
    with pytest.raises(StructureChangedError):
        bring_in_structure(target=target, user=translator, token=token)
    answer = signed_in(translator).post(at("structure", target), {"token": token})
    assert (answer.status_code, "nothing was done" in answer.text) == (409, True)
    assert fresh(target).latest_revision_id == before


def test_in_review_only_a_reviewer_may(source, target, translator):
    changed(source)
    latest(target).get_workflow().start(latest(target), translator)
    token = plan_of(target).token
    with pytest.raises(TranslationError, match="Submitted for approval"):
        bring_in_structure(target=target, user=translator, token=token)
    assert signed_in(translator).get(at("structure", target)).headers["Location"] == editor_at(target)
    with pytest.raises(PermissionDenied):
        bring_in_structure(target=target, user=member("other", "Translators (en)"), token=token)
    assert bring_in_structure(target=target, user=member("editor", "Editors (tg)"), token=token) is not None


def test_what_the_translation_changed_itself_is_offered_and_left(source, target):
    draft(latest(target), main_picture=make_picture(title="Infographic in Tajik"))
    assert [(step.key, step.chosen) for step in steps(target)] == [("field:main_picture", False)]


def test_topics_and_files_are_the_same(source, target, translator):
    topic = Topic.objects.create(name_ru="Вода")
    document = Document.objects.create(title="Programme", file=ContentFile(b"one", "programme.txt"))
    block = {"type": "file", "value": {"document": document.pk, "title": "Программа"}, "id": "d" * 36}
    source.body = [*stored(source), block]
    source.topics.add(topic)
    publish(source)
    assert [step.chosen for step in steps(target) if step.key == "field:topics"] == [True]
    bring_in(target, translator)
    assert stored(latest(target))[-1]["value"]["document"] == document.pk
    assert list(latest(target).topics.all()) == [topic]


def test_related_articles_of_another_language_are_the_same_articles(source, translator):
    tajik = locale("tg")
    other = source.get_translation(tajik)
    page = article(slug="x", body=[("related", {"pages": [source]})])
    target = start_translation(source=page, locale=tajik, user=translator)
    raw = stored(latest(target))
    raw[0]["value"]["pages"][0]["value"] = other.pk
    draft(latest(target), body=raw)
    assert steps(target) == []
    item = {"type": "item", "value": source.pk, "id": "c" * 36}
    page.body = [*stored(page), {"type": "related", "value": {"pages": [item]}, "id": "b" * 36}]
    publish(page)
    bring_in(target, translator)
    assert stored(latest(target))[1]["value"]["pages"][0]["value"] == other.pk
    assert steps(target) == []


def test_a_page_without_a_source_says_so(source, kept):
    chief = member("chief", "Chief editors")
    UserProfile.objects.create(user=chief, preferred_language="en")
    client = signed_in(chief)
    assert "/structure/" not in client.get(editor_at(source)).text
    assert "has no source" in client.get(at("structure", source), follow=True).text


def test_malformed_requests_do_nothing(target, translator):
    client = signed_in(translator)
    for posted in ({}, {"token": "x" * 10_000, "step": ["y"] * 900}, {"token": "\x00"}):
        assert client.post(at("structure", target), posted).status_code == 409
        assert client.post(reverse("chorsu_translation:structure", args=[999_999]), posted).status_code == 404

"""The editor of an article as a journalist uses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from chorsu_articles.missing import Missing
from chorsu_articles.models import AnalysisPage, Picture
from cms.models import User
from tests.browser.editing import journalist, open_new, ready, section
from tests.browser.test_editor_pictures import jpeg
from tests.editorial.desk import fresh
from tests.factories import make_picture


@pytest.fixture
def editor(new_page, newsroom) -> Iterator[Page]:
    """Return a browser page of a Tajik journalist, in the editor of a new article; its scripts must not fail."""
    page = open_new(new_page, journalist("tg"), code="tg")
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []


def write(field: Locator, text: str) -> None:
    """Write and leave the field, as somebody does who goes on: Wagtail's autosave waits for that."""
    field.fill(text)
    field.blur()


def test_the_slug_follows_a_tajik_headline_until_somebody_changes_it(editor):
    headline, slug = editor.locator("#id_title"), editor.locator("#id_slug")
    for text, expected in (("Ҷумҳурии Тоҷикистон", "jumhurii-tojikiston"), ("Ҷумҳурии мо", "jumhurii-mo")):
        write(headline, text)
        expect(slug).to_have_value(expected)
    editor.get_by_role("tab", name="Promote").click()
    write(slug, "Кишвари мо")
    expect(slug).to_have_value("kishvari-mo")
    editor.get_by_role("tab", name="Content").click()
    write(headline, "Чизи дигар")
    with editor.expect_response("**/admin/articles/check/**"):
        write(editor.locator("#id_lead"), "Лид")
    expect(slug).to_have_value("kishvari-mo")


def test_each_line_of_what_is_missing_leads_to_its_field(editor, monkeypatch):
    """Also in other tabs, in folded sections, in rows and in blocks, which a site's own kind may name."""
    block = "b6a4e6b2-6f0f-4a8e-9d64-6a8f3a1c0001"
    picture = make_picture(title="Cold", credit="A. Writer")
    gallery = {"pictures": [{"type": "item", "value": {"picture": picture.pk, "alt": ""}, "id": f"{block[:-1]}2"}]}
    body = [
        {"type": "picture", "value": {"picture": None}, "id": block},
        {"type": "gallery", "value": gallery, "id": f"{block[:-1]}3"},
    ]
    page = AnalysisPage(title="Яхҳо", live=False, owner=User.objects.get(), body=body)
    section(code="tg").add_child(instance=page)
    page.save_revision()
    others = ("seo_title", "published_on", "translator_links", "corrections", "key_points")
    monkeypatch.setattr(AnalysisPage, "missing_facts", lambda _page: (Missing(path, path, path) for path in others))
    editor.goto(f"/admin/pages/{page.pk}/edit/")
    ready(editor)
    badge = editor.locator(".articles-completeness__badge")
    lines = editor.get_by_role("region", name="Before you submit", exact=True)
    for line, field in {
        "The lead is missing.": "#id_lead",
        "No picture is chosen for picture 1.": f"[data-contentpath='{block}'] [data-chooser-action-choose]",
        "Alternative text is missing for picture 2": f"[data-contentpath='{block[:-1]}3'] [name$=-alt]",
        "The main picture is missing.": "[data-contentpath=main_picture] [data-chooser-action-choose]",
        "No author is named.": "#id_author_links-OPEN_MODAL, #id_author_links-ADD",
        "seo_title": "#id_seo_title",
        "published_on": "#id_published_on",
        "translator_links": "#id_translator_links-OPEN_MODAL, #id_translator_links-ADD",
        "corrections": "#id_corrections-ADD",
        "key_points": "[data-contentpath=key_points] button >> nth=0",
    }.items():
        badge.click()
        lines.get_by_role("button", name=line).click()
        expect(lines).to_be_hidden()
        expect(editor.locator(field)).to_be_focused()
        expect(editor.locator(field)).to_be_in_viewport()


def test_what_is_missing_is_current_after_autosave_and_is_listed_before_submission(editor):
    badge, lead = editor.locator(".articles-completeness__badge"), editor.locator("#id_lead")
    write(editor.locator("#id_title"), "Ҷумҳурии Тоҷикистон")
    write(lead, "Чӣ шуд ва чаро муҳим аст.")
    expect(badge).to_contain_text("Missing: 4")
    expect(badge).not_to_contain_text("To check", use_inner_text=True)
    expect(editor.locator("[data-articles-words]")).to_have_text("8 words, 1 minute to read")
    editor.locator("[data-side-panel-toggle=checks]").click()
    expect(editor.locator("[data-content-word-count]")).to_have_text("8")
    # A second save asks about the page that exists now, not about a new one with the same slug.
    write(lead, "")
    expect(badge).to_contain_text("Missing: 5")
    # What may be a slip lacks nothing.
    write(editor.locator("#id_title"), "Ҷумҳурии Тоҷикистон буд буд")
    expect(badge).to_contain_text("To check: 1", use_inner_text=True)
    expect(badge).to_contain_text("Missing: 5")

    editor.locator("[name=action-submit]").click()
    dialog = editor.get_by_role("dialog", name="Before you submit")
    for heading, number in (("What is missing: 5", 5), ("To check: 1", 1)):
        group = dialog.locator("section").filter(has=editor.get_by_role("heading", name=heading))
        expect(group.get_by_role("listitem")).to_have_count(number)
    dialog.get_by_role("button", name="The lead is missing.").click()
    expect(dialog).to_be_hidden()
    expect(lead).to_be_focused()
    page = AnalysisPage.objects.get()
    assert page.current_workflow_state is None
    editor.locator("[name=action-submit]").click()
    dialog.get_by_role("button", name="Submit all the same").click()
    editor.wait_for_url(f"**/admin/pages/{page.get_parent().pk}/")
    assert fresh(page).current_workflow_state is not None


def test_a_chosen_picture_brings_its_words_but_never_overwrites_any(editor):
    make_picture(title="First", caption_tg="Якум", alt_text_tg="Тавсифи якум", caption_ru="Первый")
    make_picture(title="Second", caption_tg="Дуюм", alt_text_tg="Тавсифи дуюм")
    caption, alt = editor.locator("#id_main_picture_caption"), editor.locator("#id_main_picture_alt")

    panel = editor.locator("#panel-child-content-main_picture-content")
    choices = editor.locator(".modal a.image-choice")
    panel.get_by_role("button", name="Choose an image").first.click()
    choices.filter(has_text="First").click()
    expect(caption).to_have_value("Якум")
    expect(alt).to_have_value("Тавсифи якум")
    alt.fill("Сухани худам")
    panel.get_by_role("button", name="Actions").first.click()
    editor.get_by_role("button", name="Change image").click()
    # Whoever has opened a chooser types at once.
    expect(editor.locator(".modal #id_q")).to_be_focused()
    editor.keyboard.type("secon")
    expect(choices).to_have_count(1)
    choices.click()
    expect(caption).to_have_value("Дуюм")
    expect(alt).to_have_value("Сухани худам")


def test_pictures_dropped_together_share_one_credit(editor):
    editor.goto("/admin/images/multiple/add/")
    editor.get_by_label("Credit").fill("Акс: Таҳририя")
    files: list[Any] = [jpeg("one.jpg"), jpeg("two.jpg", "olive")]
    editor.locator("#fileupload").set_input_files(files)
    expect(editor.locator("#upload-list .upload-success")).to_have_count(2)
    # The word says what they are, and stands before the credit in every language.
    assert set(Picture.objects.values_list("kind", "credit")) == {("photo", "Таҳририя")}
    editor.goto("/admin/images/multiple/add/")
    expect(editor.get_by_label("Credit")).to_have_value("Таҳририя")

"""The editor notices what is typed at any moment: as soon as it is there, and while it saves."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Page, expect

from chorsu_articles.models import AnalysisPage
from tests.browser.editing import EDITOR, edit, eventually, expect_saved, journalist, section
from tests.factories import make_article

pytestmark = pytest.mark.usefixtures("newsroom")

WATCHES = "() => window.wagtail.app.queryController('w-unsaved').initialFormData !== undefined"


@pytest.fixture
def editor(new_page) -> Page:
    """Return the editor of a saved article."""
    user = journalist()
    article = make_article(section(), title="Roads", owner=user, body=[("paragraph", "<p>First</p>")])
    article.save_revision(user=user)
    return edit(new_page, user, article)


def latest() -> Any:
    return AnalysisPage.objects.get().get_latest_revision_as_object()


def test_what_is_typed_at_once(editor):
    editor.locator(EDITOR).first.click()
    editor.keyboard.press("Control+End")
    editor.keyboard.type(" words")
    assert not editor.evaluate(WATCHES)
    eventually(lambda: "First words" in str(latest().body))
    expect_saved(editor)


def test_what_is_typed_while_it_saves(editor):
    editor.locator("form#page-edit-form").evaluate(
        """(form) => form.addEventListener("w-autosave:success", () => {
            form.elements.lead.value = "Typed meanwhile";
        }, {capture: true, once: true})"""
    )
    editor.locator("#id_title").fill("Roads and bridges")
    eventually(lambda: latest().lead == "Typed meanwhile")
    assert latest().title == "Roads and bridges"


def test_what_is_typed_just_before_saving(editor):
    editor.locator(EDITOR).first.click()
    editor.keyboard.press("Control+End")
    # In one turn of the browser, so that no timer of Draftail's comes in between; the session answers at once, too.
    script = """() => {
            window.fetch = (address) => address.includes("/articles/session/")
                ? Promise.resolve(new Response(JSON.stringify({user: document.querySelector("[data-articles-user]")
                    .dataset.articlesUser, name: "", token: window.wagtailConfig.CSRF_TOKEN})))
                : new Promise(() => {});
            document.execCommand("insertText", false, " words");
            document.querySelector(".action-save").click();
        }"""
    with editor.expect_request(lambda request: request.method == "POST" and request.is_navigation_request()) as posted:
        editor.evaluate(script)
    expect(editor.get_by_text("has been updated").first).to_be_visible()
    assert "First words" in unquote_plus(posted.value.post_data)


def test_an_editor_that_is_only_read_saves_nothing(editor):
    editor.evaluate("document.addEventListener('w-unsaved:add', () => { window.noticed = true; })")
    # Draftail writes the text with other spaces than the server as soon as it has the focus.
    editor.locator(EDITOR).first.click()
    editor.wait_for_function("() => !document.querySelector('[name=body-0-value]').value.includes('\\n')")
    editor.wait_for_function(WATCHES)
    noticed = editor.evaluate(
        """() => {
            const watcher = window.wagtail.app.queryController("w-unsaved");
            watcher.check();
            return window.noticed || watcher.hasEditsValue;
        }"""
    )
    assert not noticed

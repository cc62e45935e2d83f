"""Cut off from the server: the editor says so, keeps the text, and saves it afterwards."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from chorsu_articles.models import AnalysisPage
from cms import request_checks
from cms.models import AccountSession
from tests.browser.conftest import NewPage, sign_in
from tests.browser.editing import eventually, expect_saved, journalist, open_new, ready
from tests.busy_database import locked
from tests.factories import PASSWORD

pytestmark = pytest.mark.usefixtures("newsroom")

OFFLINE = "You are offline."
ENDED = "Your session has ended."


def latest_lead(title: str = "Roads") -> str:
    article = AnalysisPage.objects.filter(title=title).first()
    return article.get_latest_revision_as_object().lead if article else ""


def opened(new_page: NewPage, user: Any) -> Page:
    """Return the editor of a page that is saved."""
    page = open_new(new_page, user)
    page.locator("#id_title").fill("Roads")
    page.locator("#id_lead").fill("First")
    expect_saved(page)
    eventually(lambda: latest_lead() == "First")
    return page


def copies(page: Page) -> int:
    found: int = page.evaluate("() => Object.keys(localStorage).filter((k) => k.startsWith('articles-kept:')).length")
    return found


def expect_copy(page: Page, words: str) -> None:
    """Wait until the browser keeps a copy with these words."""
    page.wait_for_function("(words) => Object.values(localStorage).some((v) => v.includes(words))", arg=words)


def alert(page: Page, words: str) -> Locator:
    return page.get_by_role("alert").filter(has_text=words)


def kept_text(page: Page) -> Locator:
    return page.get_by_role("region", name="Kept text")


def follows(later: Locator, earlier: Locator) -> bool:
    """Tell whether an element stands behind another one on the page."""
    script = "(later, earlier) => !!(earlier.compareDocumentPosition(later) & Node.DOCUMENT_POSITION_FOLLOWING)"
    found: bool = later.evaluate(script, earlier.element_handle())
    return found


def save(page: Page) -> None:
    page.get_by_role("button", name="Save draft").click()


def end_session() -> None:
    AccountSession.objects.all().delete()


def sign_in_beside(page: Page, user: Any) -> None:
    """Sign in again in a new tab of the same browser."""
    beside = page.context.new_page()
    sign_in(beside, user, PASSWORD)
    beside.close()


@pytest.mark.journey
def test_offline_the_text_is_kept_and_saved_when_back(new_page):
    page = opened(new_page, journalist())
    page.context.set_offline(True)
    page.locator("#id_lead").fill("Written without a connection")
    expect(alert(page, OFFLINE)).to_be_visible()
    expect_copy(page, "Written without a connection")
    save(page)
    expect(page.get_by_text("Nothing is sent before the text can be saved.")).to_be_visible()
    expect(page.locator("#id_lead")).to_have_value("Written without a connection")

    page.context.set_offline(False)
    eventually(lambda: latest_lead() == "Written without a connection")
    expect(alert(page, OFFLINE)).to_have_count(0)
    eventually(lambda: copies(page) == 0)


def test_somebody_else_signs_in(new_page):
    user, somebody = journalist(), journalist()
    page = opened(new_page, user)
    end_session()
    page.locator("#id_lead").fill("Mine")
    expect(alert(page, ENDED)).to_be_visible()
    sign_in_beside(page, somebody)
    expect(alert(page, f"{somebody.username} is signed in now")).to_be_visible()
    page.locator("#id_lead").fill("Mine, still")
    save(page)
    expect(page.get_by_text("Nothing is sent before the text can be saved.")).to_be_visible()
    assert latest_lead() == "First"
    end_session()
    sign_in_beside(page, user)
    eventually(lambda: latest_lead() == "Mine, still")
    eventually(lambda: copies(page) == 0)


def test_closed_editors_of_two_tabs_offer_what_each_could_not_save(new_page):
    one = opened(new_page, journalist())
    context, address = one.context, one.url
    with context.expect_page() as opening:
        one.evaluate("(address) => { window.open(address); }", address)
    two = opening.value
    ready(two)
    two.wait_for_function("() => navigator.locks.query().then(({held}) => held.length === 2)")
    context.set_offline(True)
    for page, text in ((one, "Words of one"), (two, "Words of two")):
        page.locator("#id_lead").fill(text)
        expect_copy(page, text)
    one.close()
    two.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(address)
    expect(again.locator("#id_lead")).to_have_value("First")
    kept = kept_text(again)
    expect(kept).to_have_count(1)
    assert copies(again) == 2
    expect(kept).to_contain_text("The kept text is newer than the stored one.")
    expect(kept.locator("del")).to_have_text("First")
    expect(kept.locator("ins")).to_have_text("Words of two")
    assert follows(kept.get_by_role("button", name="Restore"), kept.locator("ins"))
    again.get_by_role("button", name="Discard").click()
    eventually(lambda: copies(again) == 1)
    expect(kept).to_have_count(1)
    again.get_by_role("button", name="Restore").click()
    eventually(lambda: latest_lead() == "Words of one")


def test_times_are_those_of_the_newsroom_and_not_of_the_browser(new_page, settings):
    page = open_new(lambda: new_page(timezone_id="America/New_York"), journalist())
    address = page.url
    page.context.set_offline(True)
    page.locator("#id_title").fill("Never saved")
    expect_copy(page, "Never saved")
    noon = "(key) => JSON.stringify({...JSON.parse(localStorage[key]), time: new Date('TODAYT07:00:00Z').getTime()})"
    today = timezone.now().date().isoformat()
    key = page.evaluate("() => Object.keys(localStorage).find((each) => each.startsWith('articles-kept:'))")
    changed = page.evaluate(noon.replace("TODAY", today), key)
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto("/admin/login/")
    again.evaluate("([key, changed]) => localStorage.setItem(key, changed)", [key, changed])
    again.goto(address)
    assert settings.TIME_ZONE == "Asia/Dushanbe"
    expect(kept_text(again)).to_contain_text("12:00")
    # Of a page that nobody has saved nothing can differ.
    expect(kept_text(again).locator("details")).to_have_count(0)


def test_discarding_and_other_people(new_page):
    user, somebody = journalist(), journalist()
    page = open_new(new_page, user)
    address = page.url
    page.context.set_offline(True)
    page.locator("#id_title").fill("Never saved")
    expect_copy(page, "Never saved")
    context = page.context
    page.close()
    context.set_offline(False)
    end_session()

    other = context.new_page()
    sign_in(other, somebody, PASSWORD)
    other.goto(address)
    ready(other)
    expect(kept_text(other)).to_have_count(0)
    end_session()
    sign_in(other, user, PASSWORD)
    other.goto(address)
    kept_text(other).get_by_role("button", name="Discard").click()
    expect(kept_text(other)).to_have_count(0)
    assert copies(other) == 0


@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="About SQLite's one writer.")
def test_a_locked_database_costs_no_text(new_page, monkeypatch):
    monkeypatch.setattr(request_checks, "MOST_SECONDS", 0.3)
    page = opened(new_page, journalist())
    with locked():
        page.locator("#id_lead").fill("Written meanwhile")
        expect(alert(page, "The server could not save your text.")).to_be_visible()
        save(page)
        expect(page.get_by_role("heading", name="Nothing was saved")).to_be_visible()
    assert latest_lead() == "First"
    page.get_by_role("link", name="Back to the editor").click()
    kept_text(page).get_by_role("button", name="Restore").click()
    expect(page.locator("#id_lead")).to_have_value("Written meanwhile")
    assert latest_lead() == "Written meanwhile"
    eventually(lambda: copies(page) == 0)


def test_a_submission_waits_for_the_autosave_under_way(new_page):
    page = opened(new_page, journalist())
    held: list[Route] = []
    order: list[str] = []

    def hold(route):
        if route.request.method == "POST" and not route.request.is_navigation_request() and not held:
            held.append(route)
        else:
            route.continue_()

    def note(request):
        if request.method == "POST" and request.url == page.url:
            order.append("posted" if request.is_navigation_request() else "autosaved")

    page.route(re.compile(r"/admin/pages/\d+/edit/$"), hold)
    with page.expect_request(lambda request: request.method == "POST" and request.url == page.url):
        page.locator("#id_lead").fill("Second")
    # Noticed, and waiting for its turn.
    page.locator("#id_lead").fill("Third")
    expect_copy(page, "Third")
    page.on("requestfinished", note)
    with page.expect_response("**/admin/articles/session/"):
        save(page)
    held[0].continue_()
    expect(page.get_by_text("has been updated").first).to_be_visible()
    eventually(lambda: copies(page) == 0)
    assert latest_lead() == "Third"
    assert order == ["autosaved", "posted"]


def test_what_is_typed_until_a_submission_is_stopped_is_saved(new_page):
    page = opened(new_page, journalist())

    def hold(route):
        if not route.request.is_navigation_request():
            route.continue_()

    page.route(re.compile(r"/admin/pages/\d+/edit/$"), hold)
    page.evaluate(
        """() => { navigation.addEventListener("navigate", () => setTimeout(() => {
            document.getElementById("id_lead").value = "Typed until the stop";
            window.stop();
        }), {once: true}); }"""
    )
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url == page.url):
        save(page)
    assert latest_lead() == "Typed until the stop"


def test_signing_out_leaves_no_copy(page):
    sign_in(page, journalist(), PASSWORD)
    page.evaluate(
        "() => localStorage.setItem('articles-kept:1:x:y', JSON.stringify({user: '1', page: 'x', time: Date.now()}))"
    )
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("() => document.querySelector('form[action=\"/admin/logout/\"]')?.requestSubmit()")
    page.wait_for_url("**/login/**")
    eventually(lambda: copies(page) == 0)

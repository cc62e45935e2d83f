"""A real browser against a real server. Tests wait on a state that they can see, never on time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, expect, sync_playwright

from cms.newsroom.setup import setup_newsroom
from tests.browser.whole_site import make_whole_site
from tests.newsroom_copy import keep_file, take_file
from tests.tools.scripts import load_script

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE_MS = 30_000
NewPage = Callable[..., Page]

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder as a browser test."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _playwright_runs_an_event_loop() -> Iterator[None]:
    """Let the test's own thread use the database although Playwright keeps an event loop there."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_looked_up_once() -> Iterator[None]:
    """Remember where a static file lies: the admin asks for some eighty in each new context of the browser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finders, "find", cache(finders.find))
        yield


@pytest.fixture(scope="session")
def running_browser() -> Iterator[Callable[[], Browser]]:
    """Return what gives the Chromium that ``tools/browser.py`` finds (`make test` sets ``$CHROMIUM``).

    Where a busy machine has killed it, a new one is started.
    """
    with pytest.MonkeyPatch.context() as patch:
        chosen = load_script(patch, "browser")
    started: list[Browser] = []
    with sync_playwright() as playwright:

        def running():
            if not started or not started[-1].is_connected():
                started.append(chosen.launch(playwright))
            return started[-1]

        yield running
        if started:
            started[-1].close()


@pytest.fixture
def new_page(running_browser, live_server) -> Iterator[NewPage]:
    """Return a maker of pages, each in a browser context of its own: keywords are Playwright's for contexts.

    A test fails where something on its pages is against the policy that they come with.
    """
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def make(**options):
        options = {"viewport": DESK, "reduced_motion": "reduce", "locale": "en-US", **options}
        context = running_browser().new_context(base_url=live_server.url, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        if context.browser and context.browser.is_connected():
            context.close()
    assert not refused


@pytest.fixture
def page(new_page) -> Page:
    """Return a page at a desk."""
    return new_page()


@pytest.fixture
def newsroom(transactional_db):
    """Set up the newsroom in all its languages."""
    if not take_file("newsroom"):
        setup_newsroom()
        keep_file("newsroom")


@pytest.fixture
def whole_site(newsroom):
    """Fill the newsroom with a page of every kind."""
    if not take_file("whole site"):
        make_whole_site()
        keep_file("whole site")


def enter(page: Page, user: Any) -> None:
    """Give the browser a session of this user, without the two pages that signing in loads."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}])


def bounding_box(element: Locator) -> FloatRect:
    """Return where an element is shown, as soon as it is."""
    expect(element).to_be_visible()
    box = element.bounding_box()
    assert box is not None
    return box


def sign_in(page: Page, user: Any, password: str) -> None:
    """Sign in to the admin through its form."""
    page.goto("/admin/login/")
    page.locator("#id_username").fill(user.get_username())
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")

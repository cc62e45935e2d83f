"""A translator lets a machine draft what is to do: it goes where nobody has written, and somebody has to look at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from chorsu_editorial.reading import all_leaves
from tests.browser.test_translating import article, cell, latest, opened, save, started, texts, translator
from tests.translation_services import Service, as_json, running_service

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")


@pytest.fixture
def service(settings) -> Iterator[Service]:
    with running_service() as running:
        options = {"url": running.url, "model": "m"}
        known = {"SERVICE": "chorsu_translation.machine.chat_completions", "OPTIONS": options, "PAIRS": ["ru:tg"]}
        settings.CHORSU_TRANSLATION = {**settings.CHORSU_TRANSLATION, "MACHINES": {"At home": known}}
        yield running


def test_a_machine_drafts_what_nobody_has_written(new_page, service):
    source, user = article(), translator()
    target = started(source, user)
    page = opened(new_page, target, user)
    page.locator("#id_lead").fill("Муқаддима")
    button = page.locator("[data-units-machine]")
    service.answers.append(as_json({"error": "overloaded"}, status=500))
    button.click()
    expect(page.locator(".messages")).to_contain_text("gave no answer that can be used")
    button.click()
    expect(page.locator("#id_title")).to_have_value(source.title.upper())
    expect(button).to_have_text("Draft by machine")
    save(page)
    expected = {leaf.path: leaf.text.upper() for leaf in all_leaves(source)} | {"lead": "Муқаддима"}
    assert texts(latest(target)) == expected
    state = cell(page, "title").locator(".chorsu-units__state")
    expect(state).to_have_text("machine, look at it")
    page.locator("#id_title").focus()
    page.keyboard.press("Alt+Enter")
    expect(state).not_to_have_text("machine, look at it")

"""What a translator and an editor see of a translation: in view beside the panels, folded, and on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from chorsu_articles.models import AnalysisPage
from tests.browser.conftest import bounding_box
from tests.browser.editing import edit, eventually, opened, section
from tests.browser.test_translating import started
from tests.editorial.desk import latest
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")


def begun(user: Any) -> Any:
    """Return a translation that has just begun: four texts say what the source says."""
    body = [("paragraph", f"<p>Вода в реке поднялась, абзац {number}.</p>") for number in range(3)]
    page = AnalysisPage(title="Вода и ледники", slug="voda", lead="Лёд тает раньше, чем прежде.", live=False, body=body)
    section(code="ru").add_child(instance=page)
    page.save_revision().publish()
    return started(page, user)


def test_the_translation_stays_in_view_beside_the_comments(new_page):
    user = make_user("Translators (tg)")
    target = begun(user)
    page = edit(new_page, user, target)
    expect(page.locator("[data-translation-unit='lead 0']")).to_be_visible()
    page.get_by_role("button", name="Toggle comments").click()
    page.wait_for_function(
        """() => {
            const field = document.getElementById("id_lead").getBoundingClientRect();
            const panel = document.querySelector("[data-form-side]").getBoundingClientRect();
            return panel.width > 200 && field.width > 200 && field.right <= panel.left;
        }"""
    )


def test_copies_are_one_line_and_a_finding_is_let_stand_and_listed_again(new_page):
    user = make_user("Translators (tg)")
    target = begun(user)
    target.body.append(("paragraph", "<p>Об баланд шуд.</p>"))
    target.save_revision()
    page = edit(new_page, user, target)
    findings = page.locator(".translation-findings")
    expect(findings.get_by_text("Checks of the translation: 1 · To do: 4")).to_be_visible()
    # The list of what is missing has them too, each field once.
    page.get_by_role("button", name="Missing:").click()
    lines = page.get_by_role("region", name="Before you submit", exact=True)
    expect(lines.get_by_role("button", name="Missing and extra parts")).to_have_count(1)
    lines.get_by_role("button", name="To do: 4").click()
    expect(page.locator("#page-edit-form :focus")).to_be_in_viewport()
    lead = findings.get_by_role("listitem").filter(has_text="Лёд тает раньше").last
    show = lead.get_by_role("button", name="Show")
    expect(show).to_be_hidden()
    findings.get_by_text("To do: 4 — keeps the page from being published").click()
    show.click()
    expect(page.locator("#id_lead")).to_be_focused()
    expect(lead.get_by_role("button", name="Let it stand")).to_have_count(0)
    findings.get_by_role("listitem").filter(has_text="Missing and extra parts").get_by_role(
        "button", name="Let it stand"
    ).click()
    stands = findings.get_by_text("Let stand: 1")
    stands.click()
    findings.get_by_role("button", name="List it again").click()
    expect(stands).to_have_count(0)


def test_the_question_of_a_submission_is_where_one_types(new_page):
    user = make_user("Translators (tg)")
    target = begun(user)
    page = edit(new_page, user, target)
    page.locator("footer").get_by_role("button", name=re.compile("Submit")).click()
    page.get_by_role("button", name="Submit all the same").click()
    expect(page.locator(".messages textarea")).to_be_focused()
    # The form shows what was sent: nothing has been lost that could be restored.
    expect(page.locator("[data-translation-unit='lead 0']")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)
    # And saving goes on.
    page.locator("#id_lead").fill("Ях барвақттар об мешавад.")
    eventually(lambda: latest(target).lead == "Ях барвақттар об мешавад.")


def test_targets_of_the_desks_are_large_enough_for_fingers(new_page):
    user = make_user(superuser=True)
    begun(user)
    page = opened(new_page, user, reverse("chorsu_translation:board"))
    for name in ("board", "desk"):
        page.goto(reverse(f"chorsu_translation:{name}"))
        found = page.locator(".translation-desk :is(a, button, input, select):visible").evaluate_all(
            "(all) => all.map((each) => [each.className, each.getBoundingClientRect()])"
            ".map(([name, {width, height}]) => [name, Math.min(width, height)])"
        )
        assert {"board": "translation-state", "desk": "translation-next"}[name] in " ".join(kind for kind, _ in found)
        assert [(kind, size) for kind, size in found if size < 24] == []


def test_the_first_text_of_all_stands_on_the_first_screen_of_a_phone(new_page):
    user = make_user(superuser=True)
    begun(user)
    page = opened(new_page, user, reverse("chorsu_translation:board"), viewport={"width": 390, "height": 844})
    row, choice = page.locator(".translation-desk tbody tr").first, page.get_by_label("State")
    assert bounding_box(row)["y"] < 350
    expect(choice).to_be_hidden()
    page.get_by_text("Filter", exact=True).click()
    choice.select_option("draft")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Filter · 1")).to_be_visible()
    assert bounding_box(row)["y"] < 350
    # On a wide screen it stands open.
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(choice).to_be_visible()

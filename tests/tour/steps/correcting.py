"""After publication: readers are told what was wrong, and the translations are asked to follow."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.tour import report
from tests.tour.people import JOURNALIST, RUSSIAN_EDITOR, TO_TAJIK
from tests.tour.steps.changing import ADDED, add
from tests.tour.steps.translating import at_the_desk
from tests.tour.walk import Tour, press, soft, submit

SENTENCE = "Было сказано, что придут слесари; придут и столяры."
RIGHT = "Придут и столяры."


def correct(tour: Tour) -> None:
    """A fact is corrected with a dated sentence that a second person lets go live; translators are asked to follow."""
    page = tour.person(JOURNALIST.address)
    page.goto("/admin/")
    page.get_by_role("main").get_by_role("link", name=report.text("title", "ru")).first.click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Actions", exact=True).first.click()
    page.get_by_role("link", name="Correct", exact=True).click()
    page.get_by_role("button", name="Add correction").click()
    page.locator("#id_corrections-0-text").fill(SENTENCE)
    text = page.get_by_role("region", name="Text", exact=True)
    text.get_by_role("textbox").filter(has_text=ADDED["ru"]).click()
    add(page, RIGHT)
    path = tour.articles["ru"]
    assert SENTENCE not in tour.newsroom.get(path)[1]
    tour.checked("the sentence waits in the draft with the change")
    submit(page)
    other = tour.reviewing(RUSSIAN_EDITOR.address, report.text("title", "ru"))
    expect(other.get_by_role("region", name="Review").get_by_text(SENTENCE).first).to_be_visible()
    press(other, "Approve and publish")
    expect(other.get_by_text("You approved")).to_be_visible()
    reader = tour.reader()
    reader.goto(path)
    shown = soft(reader.get_by_role("main").inner_text())
    assert RIGHT in shown, shown
    assert SENTENCE in shown, shown
    expect(reader.get_by_role("link", name="Исправлено:")).to_be_visible()
    tour.checked("a second person lets it go live; readers see it with its day")
    desk = at_the_desk(tour, TO_TAJIK)
    desk.get_by_role("row").last.get_by_role("link", name="Outdated").first.click()
    desk.get_by_role("link", name="Translate the changes").click()
    expect(desk.get_by_text(SENTENCE).first).to_be_visible()
    tour.checked("the translators are asked to follow it, with the sentence")

"""What was translated once is put into the next text, and a person looks at it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.tour import report
from tests.tour.people import JOURNALIST, TO_TAJIK
from tests.tour.walk import Tour

FROM_MEMORY = "from memory, look at it"


def remember(tour: Tour) -> None:
    """Another text says again what was translated: the memory puts it in or suggests it, a person confirms it."""
    page = tour.person(JOURNALIST.address)
    page.goto("/admin/")
    page.get_by_role("region", name="Write").get_by_role("link", name="Event report Русский").click()
    expect(page.get_by_role("textbox", name="Headline")).to_be_focused()
    for words in ("Ярмарка снова на рынке", report.text("lead", "ru"), f"Снова так же. {report.units('ru')[1]}"):
        page.keyboard.insert_text(words)
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/pages/\d+/edit/"))
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    translator = tour.person(TO_TAJIK.address)
    translator.goto(re.sub(r".*/pages/(\d+)/edit/.*", r"/admin/translations/\1/start/tg/", page.url))
    translator.get_by_role("button", name="Begin the translation").click()
    lead = translator.get_by_role("textbox", name="Lead")
    expect(lead).to_have_value(report.text("lead", "tg"))
    expect(translator.get_by_text(FROM_MEMORY)).to_have_count(1)
    tour.checked("beginning a translation puts the lead in that was translated before, to be looked at")
    region = translator.get_by_role("region", name="Text", exact=True)
    expect(region.get_by_role("list", name="Suggestions").get_by_text("exact")).to_be_visible()
    text = region.get_by_role("textbox")
    text.click()
    translator.keyboard.press("Alt+1")
    expect(text).to_contain_text(report.units("tg")[1])
    tour.checked("a sentence that is known is suggested, and a key puts it in")
    lead.click()
    translator.keyboard.press("Alt+Enter")
    expect(translator.get_by_text(FROM_MEMORY)).to_have_count(0)
    tour.checked("a key confirms what the memory put in")

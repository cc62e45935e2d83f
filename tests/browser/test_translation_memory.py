"""A translator whose newsroom said a third of an article before: from the request to the submission."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from wagtail.models import Locale, PageLogEntry

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.markup import count_words
from chorsu_editorial.reading import all_leaves, with_leaf
from chorsu_translation.memory.storing import remember
from chorsu_translation.models import UnitDraft
from chorsu_translation.planning import request_translation
from chorsu_translation.starting import start_translation
from cms.models import User
from tests.browser.conftest import enter
from tests.browser.editing import expect_saved, ready, section
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")

# What the newsroom has live in both languages, and what is new.
SAID = {
    "Комитет по водным ресурсам опубликовал отчёт за год.": "Кумитаи захираҳои об ҳисоботи солонаро нашр кард.",
    "Посты на реке работают круглый год.": "Дидбонгоҳҳои лаби дарё тамоми сол кор мекунанд.",
    "За неделю уровень воды поднялся на 12 сантиметров.": "Дар як ҳафта сатҳи об 12 сантиметр боло рафт.",
}
NEW = {
    "Весна на реке": "Баҳор дар лаби дарё",
    "Лёд сошёл на 19 дней раньше, чем ждали в посёлке.": "Ях аз он барвақттар об шуд, ки дар шаҳрак интизор буданд.",
    "Жители укрепляют берег мешками с песком.": "Мардум соҳилро бо халтаҳои рег мустаҳкам мекунанд.",
    "Мост закрыли для грузовых машин, и хлеб теперь возят через соседнее село.": (
        "Пулро барои мошинҳои боркаш бастанд ва нонро акнун тавассути деҳаи ҳамсоя меоранд."
    ),
}
REPORT, POSTS, LEVEL = SAID
HEADLINE, LEAD, SANDBAGS, BRIDGE = NEW
PARAGRAPHS = [f"{REPORT} {POSTS}", LEVEL.replace("12", "17"), f"{SANDBAGS} {POSTS}", BRIDGE, BRIDGE]


def rich(paragraphs: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in paragraphs)


def article(title: str, lead: str, paragraphs: list[str]) -> AnalysisPage:
    page = AnalysisPage(title=title, lead=lead, live=False, body=[("paragraph", rich(paragraphs))])
    section(code="ru").add_child(instance=page)
    page.save_revision().publish()
    return AnalysisPage.objects.get(pk=page.pk)


def said_before(user: User, tajik: Locale) -> None:
    source = article("Отчёт о реке", "Что показали посты.", list(SAID))
    target = start_translation(source=source, locale=tajik, user=user).specific
    texts = ["Ҳисобот дар бораи дарё", "Дидбонгоҳҳо чӣ нишон доданд.", rich(list(SAID.values()))]
    for leaf, text in zip(list(all_leaves(target)), texts, strict=True):
        with_leaf(target, leaf.path, text)
    target.save_revision().publish()
    remember(target.pk)


class Translator:
    """Somebody at a keyboard, whose characters are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.typed: list[str] = []

    def replace(self, place: Locator, text: str, *, first: int = 0) -> None:
        """Write instead of what a field says, or of the first characters of a paragraph."""
        place.click(position={"x": 1, "y": 5})
        for key in ["Shift+ArrowRight"] * first or ["Control+a"]:
            self.page.keyboard.press(key)
        self.page.keyboard.insert_text(text)
        self.typed.append(text)


def test_an_article_of_which_a_third_was_said_before_is_submitted(new_page: Callable[..., Page]) -> None:
    user, tajik = make_user("Translators (tg)", first_name="Nozanin"), Locale.objects.get(language_code="tg")
    said_before(user, tajik)
    source = article(HEADLINE, LEAD, PARAGRAPHS)
    request_translation(page=source, locale=tajik, user=make_user("Chief editors"), assignee=user)
    page = new_page()
    enter(page, user)
    page.goto("/admin/")
    page.locator(f'a[href*="/{source.pk}/start/tg/"]').first.click()
    page.get_by_role("button", name="Begin the translation").click()
    ready(page)
    expect(page.locator(".messages")).to_contain_text("Paragraphs from memory, to be looked at: 2")
    expect(page.locator(".chorsu-units")).to_contain_text("0 of 7 paragraphs")
    hand = Translator(page)
    hand.replace(page.locator("#id_title"), NEW[HEADLINE])
    hand.replace(page.locator("#id_lead"), NEW[LEAD])
    path = f"body.{source.body[0].id}"
    cells = [page.locator(f'[data-translation-unit="{path} {index}"]') for index in range(5)]
    blocks = page.locator(f'[data-contentpath="{source.body[0].id}"] [contenteditable=true] [data-block]')
    for cell, text in zip(cells, (f"{SAID[REPORT]} {SAID[POSTS]}", SAID[LEVEL].replace("12", "17")), strict=False):
        expect(cell).to_contain_text("from memory, look at it")
        expect(blocks.nth(cells.index(cell))).to_have_text(text)
    blocks.nth(2).click()
    page.keyboard.press("Alt+1")
    expect(blocks.nth(2)).to_have_text(f"{SANDBAGS} {SAID[POSTS]}")
    hand.replace(blocks.nth(2), NEW[SANDBAGS], first=len(SANDBAGS))
    hand.replace(blocks.nth(3), NEW[BRIDGE], first=len(BRIDGE))
    expect_saved(page)
    expect(page.locator(".chorsu-units")).to_contain_text("4 of 7 paragraphs")
    blocks.nth(4).click()
    page.keyboard.press("Alt+1")
    expect(blocks.nth(4)).to_have_text(NEW[BRIDGE])
    expect_saved(page)
    expect(page.locator(".chorsu-units")).to_contain_text("5 of 7 paragraphs")
    # Nobody is offered what would be refused: the dialog and the bar's list say so first, and lead there.
    page.locator("footer").get_by_role("button", name=re.compile("Submit")).click()
    dialog = page.get_by_role("dialog", name="Before you submit")
    first = dialog.get_by_role("listitem").first
    expect(first).to_contain_text("Nobody has looked at texts that were put in (2)")
    expect(dialog.get_by_role("button", name="Submit all the same")).to_be_hidden()
    first.get_by_role("button").click()
    expect(dialog).to_be_hidden()
    expect(page.locator("#page-edit-form :focus")).to_be_in_viewport()
    listed = page.locator("#articles-missing li").filter(has_text="Nobody has looked at")
    expect(listed).to_have_count(1)
    expect(cells[0]).to_contain_text("from memory, look at it")
    blocks.nth(0).click()
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".chorsu-units")).to_contain_text("6 of 7 paragraphs")
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".chorsu-units")).to_contain_text("7 of 7 paragraphs")
    expect(listed).to_have_count(0)
    expect(page.get_by_text("could not be saved")).to_have_count(0)
    submit(page)
    # The lead lacks a number: that is asked then, once, and the answer isn't followed by the list again.
    page.locator("#answer-findings").fill("The day isn't known exactly.")
    page.get_by_role("button", name="Go on with this answer").click()
    expect(page.get_by_text("has been submitted").first).to_be_visible()
    target = source.get_translation(tajik)
    assert target.workflow_in_progress
    assert {row.confirmed_by for row in UnitDraft.objects.filter(target=target)} == {user}
    entry = PageLogEntry.objects.get(page=target.pk, action="chorsu_translation.submit_drafts")
    assert (entry.data["memory"], entry.data["changed"]) == (2, 0)
    whole = " ".join(leaf.text for leaf in all_leaves(target.get_latest_revision_as_object()))
    by_hand = " ".join(hand.typed)
    characters, words = len(by_hand) / len(whole), count_words(by_hand) / count_words(whole)
    print(f"typed by hand: {characters:.0%} of the characters, {words:.0%} of the words")  # noqa: T201
    assert words < 2 / 3


def submit(page: Page) -> None:
    page.locator("footer").get_by_role("button", name=re.compile("Submit")).click()
    page.get_by_role("button", name="Submit all the same").click()

"""A reader who sees a wrong word, and who mends it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.tour import report
from tests.tour.people import RUSSIAN_EDITOR
from tests.tour.steps.translating import at_the_desk
from tests.tour.walk import Tour, soft

RIGHT, WRONG = "старшеклассник", "старшекласник"


def mend(tour: Tour) -> None:
    """A reader reports a wrong word with Ctrl+Enter, the duty editor mends it with two keys."""
    reader = tour.reader()
    reader.goto(tour.articles["ru"])
    select(reader, WRONG)
    reader.keyboard.press("Control+Enter")
    dialog = reader.get_by_role("dialog")
    expect(dialog.get_by_text(WRONG).first).to_be_visible()
    dialog.get_by_role("textbox").first.fill(RIGHT)
    reader.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    tour.checked("selected, reported, and the reader goes on reading")
    editor = tour.person(RUSSIAN_EDITOR.address)
    editor.goto("/admin/")
    editor.get_by_role("link", name="1 open typo report").click()
    expect(editor.get_by_role("row").filter(has_text=WRONG[:8])).to_be_visible()
    # The keys are there with the page's scripts.
    editor.wait_for_load_state()
    editor.keyboard.press("j")
    expect(editor.get_by_role("main").locator(":focus")).to_contain_text(RIGHT[:8])
    editor.keyboard.press("a")
    expect(editor.get_by_text("Mended, and live.")).to_be_visible()
    reader.reload()
    assert WRONG not in soft(reader.get_by_role("main").inner_text())
    assert RIGHT in soft(reader.get_by_role("main").inner_text())
    tour.checked("two keys later the live page has the right word")
    desk = at_the_desk(tour, RUSSIAN_EDITOR)
    row = desk.get_by_role("row").filter(has_text=report.text("title", "ru"))
    expect(row.get_by_text("Live")).to_have_count(2)
    expect(row.get_by_text("Outdated")).to_have_count(0)
    tour.checked("no translation turned outdated by it")


def select(page: Page, word: str) -> None:
    """Select a word of the text as a mouse does: from its first to its last letter, soft hyphens among them."""
    page.get_by_role("main").evaluate(
        """(main, letters) => {
            const word = new RegExp([...letters].join("\\u00ad?"));
            const text = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
            let node = text.nextNode();
            while (!word.test(node.data)) node = text.nextNode();
            const [found] = node.data.match(word), start = node.data.search(word);
            node.parentElement.scrollIntoView({block: "center"});
            getSelection().setBaseAndExtent(node, start, node, start + found.length);
        }""",
        word,
    )

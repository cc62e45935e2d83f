"""Reporting a typo in a real browser, on a plain page under a strict Content-Security-Policy."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chorsu_articles.models.publications import PublicationAuthor
from chorsu_feedback.anchors import read_page
from chorsu_feedback.models import TypoReport
from chorsu_feedback.reports import things_with
from tests.browser.conftest import PHONE, NewPage, bounding_box
from tests.cms.content import block, item
from tests.factories import make_person
from tests.feedback.pages import PARAGRAPH, PERSIAN, QUOTATION, RUSSIAN, SECOND, make_article

SELECT = """([path, from, words]) => {
    // Select by code units of the element's own text, as a reader's mouse would, across nodes.
    const root = document.querySelector(path);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    let [seen, start, length] = [0, from, words];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (start >= seen && start <= seen + node.length) range.setStart(node, start - seen);
        if (start + length >= seen && start + length <= seen + node.length) {
            range.setEnd(node, start + length - seen); break;
        }
        seen += node.length;
    }
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
}"""


HINT = "body > .feedback-hint"
MARKED = "[...CSS.highlights.get('feedback-reported')].map(range => range.toString())"


@pytest.fixture(autouse=True)
def _plain_site(settings, transactional_db, memory_cache):
    settings.ROOT_URLCONF = "tests.feedback.urls"
    templates = Path(__file__).parents[1] / "feedback" / "templates"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [templates]}]


def real_site(settings: Any) -> None:
    settings.ROOT_URLCONF = "cms.urls"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]


def at(path: str) -> str:
    return f'[data-content-path="{path}"]'


def select(page: Page, element: str, words: str, number: int = 0) -> None:
    """Select words by their place in the element's text, with the soft hyphens that readers don't see."""
    text = page.locator(element).evaluate("element => element.textContent")
    found = list(re.finditer("\xad?".join(map(re.escape, words)), text))[number]
    page.evaluate(SELECT, [element, found.start(), found.end() - found.start()])


def press(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def expect_thanks(page: Page) -> None:
    """Wait until the dialog has made room for the thanks."""
    expect(page.locator(HINT)).not_to_be_empty()
    expect(page.locator("dialog")).to_have_count(0)


def open_dialog(page: Page, element: str, words: str, number: int = 0) -> Locator:
    """Select words and press the keys; return the field of what they should be."""
    select(page, element, words, number)
    press(page)
    suggestion = page.get_by_role("dialog").locator("[name=suggestion]")
    expect(suggestion).to_be_focused()
    return suggestion


def expect_quoted(page: Page, words: str) -> None:
    expect(page.get_by_role("dialog").locator("[data-feedback=quote] mark")).to_have_text(words)


def expect_line(page: Page, text: str) -> None:
    """Compare the line below the article as far as it is shown."""
    expect(page.locator("#feedback-form")).to_have_text(text, use_inner_text=True)


def open_article(new_page: NewPage, language: str = "ru", query: str = "", **options: Any) -> Page:
    body = PERSIAN if language == "fa" else None
    article = make_article(language, title="کتابخانه" if language == "fa" else "Новая библиотека", body=body)
    page = new_page(**options)
    page.goto(f"/plain/{article.pk}/{query}")
    return page


@pytest.mark.journey
def test_a_typo_is_reported_with_the_keyboard_alone(new_page):
    page = open_article(new_page)
    page.locator("#link").focus()
    place = page.evaluate("scrollY")
    suggestion = open_dialog(page, at(PARAGRAPH), "откылась")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("[data-feedback=quote]")).to_have_text("Вчера в городе откылась новая библиотека.")
    expect_quoted(page, "откылась")
    expect(suggestion).to_have_value("откылась")
    after = dialog.locator("[data-feedback=after]")
    expect(after).to_be_hidden()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("открылась")
    expect(after).to_have_text("Вчера в городе открылась новая библиотека.")
    expect(after.locator("ins")).to_have_text("р")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("Пропущена буква")
    press(page)
    expect_thanks(page)
    expect(page.locator("#link")).to_be_focused()
    assert page.evaluate("scrollY") == place
    assert page.evaluate(MARKED) == ["откылась"]
    report = TypoReport.objects.get()
    assert (report.path, report.offset, report.selected, report.step) == (PARAGRAPH, 15, "откылась", "A")
    assert (report.before, report.after) == ("Вчера в городе ", " новая библиотека. Туда пришли читатели со всех ")
    assert (report.suggestion, report.comment) == ("открылась", "Пропущена буква")
    assert report.revision_id == report.page.live_revision_id
    assert page.context.cookies() == []


PLACES = (
    ("title", "библиотека", 0, "библиотека"),
    (PARAGRAPH, "новая библиотека", 0, "новая библиотека"),
    (PARAGRAPH, "том\u00a0же: чита\u00adтели", 0, "том же: читатели"),
    (PARAGRAPH, "\u0438", 7, None),
    (SECOND, "Второй пункт", 0, "Второй пункт"),
    (SECOND, "пункт", 1, "пункт"),
    (QUOTATION, "Мы ждали этого дня.", 0, "Мы ждали этого дня."),
)


def report_words(page: Page, element: str, words: str, suggestion: str, number: int = 0) -> TypoReport:
    """Report words as a reader does, and return the report."""
    open_dialog(page, element, words, number).fill(suggestion)
    press(page)
    expect_thanks(page)
    return TypoReport.objects.latest("pk")


def test_browser_and_server_count_alike(new_page):
    page = open_article(new_page)
    for path, words, number, selected in PLACES:
        report = report_words(page, at(path), words, "иначе", number)
        # Step A: path, words and both contexts agree with what the server reads from the stored HTML.
        assert (report.step, report.path, report.selected) == ("A", path, selected or report.selected)
    assert TypoReport.objects.count() == len(PLACES)


def test_letters_that_the_page_holds_decomposed_are_composed(new_page):
    page = open_article(new_page)
    page.evaluate(
        """path => {
            const walker = document.createTreeWalker(document.querySelector(path), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) node.data = node.data.normalize("NFD");
        }""",
        at(PARAGRAPH),
    )
    # The selection ends between a letter and its combining mark; the whole letter is meant.
    report = report_words(page, at(PARAGRAPH), "рады, \u0438", "рады, а")
    assert (report.step, report.selected) == ("A", "рады, й")


def test_without_content_paths_the_server_finds_the_place(new_page):
    page = open_article(new_page, query="?plain")
    report = report_words(page, "article", "районов", "областей", 1)
    assert (report.step, report.path, report.offset) == ("B", SECOND, 17)


def test_words_come_right_to_left_with_their_joiners(new_page):
    page = open_article(new_page, "fa")
    words = "می‌خواهند هر روز به انجا"
    report = report_words(page, at(PARAGRAPH), words, words.replace("انجا", "آنجا"))
    assert (report.step, report.selected) == ("A", words)
    suggestion = open_dialog(page, at(PARAGRAPH), "خواه")
    # A part of a word stands for the word.
    expect_quoted(page, "می‌خواهند")
    expect(suggestion).to_have_attribute("dir", "rtl")
    expect(suggestion).to_have_attribute("lang", "fa")


def test_nothing_selected_gives_a_hint_and_fields_keep_their_keys(new_page):
    page = open_article(new_page)
    hint = page.locator(HINT)
    page.context.set_offline(True)
    press(page)
    expect(hint).to_contain_text("Нет связи")
    page.context.set_offline(False)
    press(page)
    expect(hint).to_have_count(2)
    page.reload()
    press(page)
    expect(hint).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(hint).to_have_count(0)
    page.locator("#search").focus()
    press(page)
    expect(hint).to_have_count(0)
    page.locator("#link").focus()
    select(page, "#outside", "Navigation")
    press(page)
    expect(hint).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)


def test_on_a_mac_the_words_say_command_and_command_works(new_page):
    page = open_article(new_page)
    page.add_init_script("""Object.defineProperty(navigator, "platform", { value: "MacIntel" });""")
    page.reload()
    page.keyboard.press("Meta+Enter")
    expect(page.locator(HINT)).to_contain_text("⌘+Enter")
    expect_line(page, "Нашли ошибку? Выделите её и нажмите ⌘+Enter")
    select(page, at(PARAGRAPH), "откылась")
    page.keyboard.press("Meta+Enter")
    expect_quoted(page, "откылась")


def test_a_selection_is_cut_where_the_first_leaf_ends_and_where_the_article_begins(new_page):
    page = open_article(new_page)
    page.evaluate(
        """([first, second]) => {
            const last = document.querySelector(first + " p:last-child").lastChild;
            const next = document.querySelector(second + " p").firstChild;
            getSelection().setBaseAndExtent(last, last.length - "довольны.".length, next, 8);
        }""",
        [at(PARAGRAPH), at(SECOND)],
    )
    press(page)
    clipped = page.get_by_role("dialog").locator("[data-feedback=clipped]")
    expect_quoted(page, "довольны.")
    expect(clipped).to_be_visible()
    page.keyboard.press("Escape")
    # Of one that begins outside the article, its words inside are meant.
    page.evaluate(
        """path => getSelection().setBaseAndExtent(
            document.querySelector("#outside").firstChild, 3, document.querySelector(path).firstChild, 5)""",
        at("title"),
    )
    press(page)
    expect_quoted(page, "Новая")
    page.keyboard.press("Escape")
    # A whole paragraph, chosen by three clicks, isn't cut; and a mouse brings no button.
    page.locator(at("lead")).click(click_count=3, position={"x": 60, "y": 15})
    press(page)
    expect_quoted(page, "Её открыли в центре города.")
    expect(clipped).to_be_hidden()
    expect(page.locator(".feedback-touch")).to_have_count(0)


def test_the_whole_page_is_too_much(new_page, settings):
    settings.CHORSU_FEEDBACK = {"MAX_SELECTED": 100}
    page = open_article(new_page)
    page.keyboard.press("Control+a")
    press(page)
    expect(page.locator(HINT)).to_contain_text("слишком много")
    expect(page.locator("dialog")).to_have_count(0)


def test_marks_of_footnotes_stand_for_nothing(new_page):
    page = open_article(new_page)
    page.locator(at(PARAGRAPH)).evaluate(
        "element => (element.innerHTML = '<p>Было так.[1] Ему это бы маълум [2] в срок. Затем иначе.</p>')"
    )
    open_dialog(page, at(PARAGRAPH), "ы маъ")
    expect(page.get_by_role("dialog").locator("[data-feedback=quote]")).to_have_text("Ему это бы маълум в срок.")
    expect_quoted(page, "бы маълум")


def test_a_report_that_is_closed_on_its_way_says_how_it_ended(new_page):
    page = open_article(new_page)
    # Kept in the page, without their time limit: a request is told of before its route has been called.
    page.evaluate(
        """() => {
            const { fetch } = window;
            window.kept = [];
            window.fetch = (url, { signal, ...options }) => new Promise((resolve) => {
                kept.push(() => resolve(fetch(url, options)));
                document.documentElement.dataset.kept = kept.length;
            });
        }"""
    )
    kept = page.locator("html")
    open_dialog(page, at(PARAGRAPH), "откылась").fill("открылась")
    press(page)
    expect(kept).to_have_attribute("data-kept", "1")
    press(page)
    page.get_by_role("dialog").locator("[type=submit]").evaluate("button => { button.click(); button.click(); }")
    page.keyboard.press("Escape")
    open_dialog(page, at(SECOND), "районов").fill("областей")
    press(page)
    expect(kept).to_have_attribute("data-kept", "2")
    page.evaluate("kept[0]()")
    expect(page.locator(HINT)).to_contain_text("Спасибо")
    expect_quoted(page, "районов")
    page.evaluate("kept[1]()")
    expect_thanks(page)
    reports = set(TypoReport.objects.values_list("selected", "suggestion"))
    assert reports == {("откылась", "открылась"), ("районов", "областей")}


def test_the_end_of_a_dialog_disturbs_neither_the_next_selection_nor_the_next_dialog(
    new_page,
):
    page = open_article(new_page)
    suggestion = open_dialog(page, at(PARAGRAPH), "откылась")
    # The browser tells of the end in a later task. Until then here other words are selected, and reported.
    choose = f"""
        const start = document.querySelector(path).textContent.indexOf("районов");
        ({SELECT})([path, start, "районов".length]);
    """
    suggestion.fill("открылась")
    page.evaluate(
        f"path => document.querySelector('dialog').addEventListener('cancel', () => {{ {choose} }})", at(SECOND)
    )
    page.keyboard.press("Escape")
    expect(suggestion).to_have_count(0)
    assert page.evaluate("getSelection().toString()") == "районов"
    press(page)
    expect_quoted(page, "районов")
    page.evaluate(
        f"""path => {{
            document.querySelector("dialog").close();
            {choose}
            document.body.dispatchEvent(new KeyboardEvent("keydown", {{key: "Enter", ctrlKey: true, bubbles: true}}));
        }}""",
        at(SECOND),
    )
    expect_quoted(page, "районов")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("областей")
    expect(suggestion).to_have_value("областей")


def test_what_was_written_survives_faults_escape_and_a_reload_and_is_sent_again_by_itself(new_page, settings):
    page = open_article(new_page)
    page.clock.install()
    page.reload()
    # Routed once, early: Chromium lets a request pass that is made just after a route was added.
    answers = [Route.abort, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>")]

    def answer(route):
        (answers.pop(0) if answers else Route.continue_)(route)

    page.route("**/feedback/report/", answer)
    dialog = page.get_by_role("dialog")
    error = dialog.get_by_role("alert")
    suggestion = open_dialog(page, at(PARAGRAPH), "откылась")
    press(page)
    expect(error).not_to_be_empty()
    suggestion.fill("открылась")
    expect(error).to_be_empty()
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    press(page)
    expect(error).to_contain_text("Нет связи")
    expect(dialog.locator("[type=submit]")).to_be_focused()
    suggestion.focus()
    page.clock.run_for(5000)
    expect(error).to_contain_text("сбоя на нашей стороне")
    expect(suggestion).to_be_focused()
    assert not answers
    page.clock.resume()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate("getSelection().toString()") == "откылась"
    page.reload()
    open_dialog(page, at(PARAGRAPH), "откылась")
    expect(suggestion).to_have_value("открылась")
    settings.CHORSU_FEEDBACK = {"MAX_SUGGESTION": 3}
    press(page)
    expect(error).to_contain_text("3")
    settings.CHORSU_FEEDBACK = {}
    press(page)
    expect_thanks(page)
    assert TypoReport.objects.count() == 1
    page.reload()
    open_dialog(page, at(PARAGRAPH), "откылась")
    expect(dialog.locator("[data-feedback=reported]")).to_be_visible()
    assert page.evaluate(MARKED) == ["откылась"]


def test_a_report_that_came_among_too_many_is_sent_again_when_it_may_from_whichever_page_stands_in_the_tab(new_page):
    page = open_article(new_page)
    page.clock.install()
    page.reload()
    refused = []

    def answer(route):
        if refused:
            route.continue_()
            return
        refused.append(route.request.post_data)
        route.fulfill(status=429, headers={"Retry-After": "600"}, json={"message": "Чуть позже."})

    page.route("**/feedback/report/", answer)
    open_dialog(page, at(PARAGRAPH), "откылась").fill("открылась")
    press(page)
    expect(page.locator(HINT)).to_have_text("Чуть позже.")
    expect(page.locator("dialog")).to_have_count(0)
    page.clock.run_for(599_000)
    assert page.evaluate(MARKED) == []
    with page.expect_request("**/feedback/report/") as sent:
        page.reload()
        page.clock.run_for(2_000)
    assert sent.value.post_data == refused[0]
    expect(page.locator(HINT)).to_contain_text("Спасибо")
    assert page.evaluate(MARKED) == ["откылась"]
    assert TypoReport.objects.get().suggestion == "открылась"
    page.reload()
    open_dialog(page, at(PARAGRAPH), "откылась")
    expect(page.get_by_role("dialog").locator("[data-feedback=reported]")).to_be_visible()


def test_on_a_phone_a_button_stands_below_the_selection(new_page):
    page = open_article(new_page, viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark")
    page.touchscreen.tap(5, 5)
    select(page, at(PARAGRAPH), "откылась")
    button = page.locator("body > .feedback-touch")
    bottom = "getSelection().getRangeAt(0).getBoundingClientRect().bottom"
    box = bounding_box(button)
    assert min(box["height"], box["width"]) >= 44
    assert box["y"] >= page.evaluate(bottom)
    assert 0 <= box["x"] <= PHONE["width"] - box["width"]
    # At the top of the screen the system's menu has no room above the words: the button leaves it some below them.
    page.locator("#outside").evaluate("element => element.remove()")
    style = button.get_attribute("style") or ""
    select(page, at("title"), "Новая")
    expect(button).not_to_have_attribute("style", style)
    assert bounding_box(button)["y"] > page.evaluate(bottom) + 80
    button.tap()
    expect_quoted(page, "Новая")
    expect(button).to_have_count(0)
    dialog = page.get_by_role("dialog")
    dialog.locator("[name=suggestion]").fill("Старая")
    dialog.locator("[type=submit]").tap()
    expect_thanks(page)
    assert page.evaluate("getSelection().isCollapsed")
    expect(button).to_have_count(0)
    assert TypoReport.objects.get().suggestion == "Старая"


def test_the_line_tells_what_then_works(new_page):
    desk, phone = new_page(), new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    without_script = new_page(java_script_enabled=False)
    address = f"/plain/{make_article('tg').pk}/"
    question = "Хато ёфтед?"
    for page, line in (
        (desk, f"{question} Онро ҷудо карда, Ctrl+Enter-ро пахш кунед"),
        (phone, f"{question} Онро ҷудо карда, тугмаи зери онро пахш кунед"),
        (without_script, question),
    ):
        page.goto(address)
        expect_line(page, line)
    without_script.locator("#feedback-form").get_by_role("link").click()
    without_script.get_by_role("radio").nth(2).check()
    without_script.locator("main [name=comment]").fill(question)
    without_script.locator("main form").get_by_role("button").click()
    without_script.wait_for_url("**/thanks/")
    assert TypoReport.objects.get().comment == question


EVERY_BLOCK: list[dict[str, Any]] = [
    block("heading", {"text": "Глава один", "level": "h2"}),
    *RUSSIAN,
    block(
        "facts",
        {"title": "Цифры", "items": [item("<p>Первый <b>факт</b></p>", "one"), item("<p>Второй факт</p>", "two")]},
    ),
    block(
        "table",
        {
            "columns": [{"type": "text", "heading": "Год"}, {"type": "rich_text", "heading": "Событие"}],
            "rows": [{"values": ["2024", "<p>Открыта <i>школа</i></p>"]}, {"values": ["2025", "<p>Открыт музей</p>"]}],
            "caption": "Что было",
        },
    ),
    block("pull_quote", {"text": "Туда пришли читатели."}),
    block("passage", {"text": "<p>Китобхонаи нав.</p><p>Сархати дуюм.</p>", "language": "tg"}),
    block(
        "paragraph",
        '<h2 data-block-key="k1">Глава <b>два</b></h2><p>С примечанием [1] и дальше.</p>'
        "<ul><li>Пункт</li></ul><h3>Глава три</h3><p>Конец.</p>",
    ),
    block("footnotes", {"notes": [item("<p>Само примечание.</p>", "note")]}),
]

READ = """async () => {
    const { anchorOf } = await import("/static/chorsu_feedback/anchors.js");
    const root = document.querySelector("article[data-page-id]");
    return Array.from(root.querySelectorAll("[data-content-path]"), (element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return [element.dataset.contentPath, anchorOf(range, root)?.selected ?? ""];
    });
}"""


def test_the_site_shows_every_leaf_as_the_server_reads_it(newsroom, page, settings):
    real_site(settings)
    article = make_article(body=EVERY_BLOCK, key_points=[{"type": "point", "value": "Коротко"}])
    author = make_person("Мадина Рахимова", about="Пишит о воде.")
    article.author_links.add(PublicationAuthor(person=author))
    article.save_revision().publish()
    page.goto(article.url)
    shown = page.evaluate(READ)
    stored = {leaf.path: leaf.text for leaf in read_page(article) if not leaf.path.endswith("_alt")}
    assert {path: text for path, text in shown if text} == stored
    # A sentence ends with its paragraph, however long the text is.
    open_dialog(page, ".richtext .heading + p:has(.note-ref)", "примечанием")
    expect(page.get_by_role("dialog").locator("[data-feedback=quote]")).to_have_text("С примечанием и дальше.")
    page.keyboard.press("Escape")
    assert report_words(page, at(PARAGRAPH), "откылась", "открылась").step == "A"
    hint = page.locator(HINT)
    open_dialog(page, ".author-about", "Пишит").fill("Пишет")
    press(page)
    expect(hint).to_have_text("Спасибо. Редакция посмотрит.")
    assert [thing for thing, _text in things_with(TypoReport.objects.get(step="").selected, article)] == [author]
    for furniture in ("time", ".kicker", ".meta [data-content-skip]"):
        page.locator(furniture).first.evaluate("element => getSelection().selectAllChildren(element)")
        press(page)
        expect(hint).to_contain_text("Это не текст материала")
    page.goto(article.get_parent().url)
    report = report_words(page, "article .summary", "центре", "середине")
    assert (report.page_id, report.path, report.step) == (article.pk, "lead", "A")
    page.goto(article.url)
    page.locator(".feedback-form a").click()
    expect(page.get_by_role("radio")).to_have_count(sum(len(leaf.starts) for leaf in read_page(article)))


def test_dialog_and_forms_fit_a_phone_right_to_left(newsroom, new_page, settings):
    real_site(settings)
    article = make_article("fa", title="کتابخانه", lead="در مرکز شهر گشوده شد.", body=PERSIAN)
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    page.goto(article.url)
    page.touchscreen.tap(5, 5)
    select(page, at(PARAGRAPH), "انجا")
    page.locator("body > .feedback-touch").tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(fits)
    page.goto(f"/feedback/report/{article.pk}/")
    expect(page.get_by_role("radio")).not_to_have_count(0)
    assert page.evaluate(fits)

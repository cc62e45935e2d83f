"""The reader site in a real browser: widths, keyboard, contrast, policy."""

from __future__ import annotations

import re
from itertools import product

from playwright.sync_api import Page, expect

from chorsu_locales.table import LANGUAGES
from tests.browser.conftest import DESK, enter
from tests.browser.whole_site import KINDS
from tests.factories import make_user

NARROW = {"width": 320, "height": 640}
ARTICLE = KINDS["article"].format(code="ru")

# The contrast of every text with what is behind it, by WCAG 2.2's formula; text on pictures does not exist here.
CONTRAST = """() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (element) => {
    for (let node = element; node; node = node.parentElement) {
      const colour = numbers(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, template, noscript")) continue;
    const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.className} ${walker.currentNode.data.trim()}`);
  }
  return poor;
}"""


def problems_of(page: Page, base: str) -> list[str]:
    """Collect what a page complains about, and requests to other hosts."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if "Security" in message.text else None)
    page.on("request", lambda request: problems.append(request.url) if not request.url.startswith(base) else None)
    return problems


def test_no_page_is_wider_than_a_small_phone_breaks_the_policy_or_leaves_the_host(new_page, whole_site, live_server):
    page = new_page(viewport=NARROW)
    problems = problems_of(page, live_server.url)
    widths = {}
    for kind, code in product(("home", "section", "events", "article", "event", "topic", "missing"), ("ru", "fa")):
        page.goto(KINDS[kind].format(code=code), wait_until="load")
        widths[kind, code] = page.evaluate("document.documentElement.scrollWidth")
    assert set(widths.values()) == {320}, widths
    assert problems == []
    page.set_viewport_size(DESK)
    enter(page, make_user(superuser=True))
    problems.clear()
    page.goto(ARTICLE, wait_until="load")
    bar = page.locator("wagtail-userbar")
    bar.get_by_role("button").first.click()
    expect(bar.get_by_role("menuitem").first).to_be_visible()
    assert problems == []


def test_the_keyboard_skips_to_the_content_and_chooses_a_language(page, whole_site):
    page.goto("/ru/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    menu = page.locator("details.languages")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    with page.expect_response(re.compile("/language/fa/")):
        menu.get_by_role("link", name="فارسی").press("Enter")
    expect(page).to_have_url(re.compile(r"/fa/$"))
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/fa/$"))  # remembered


def test_targets_are_large_enough_for_fingers(new_page, whole_site):
    page = new_page(viewport={"width": 360, "height": 740}, has_touch=True)
    page.goto("/ru/analysis/")
    sizes = page.evaluate(
        "[...document.querySelectorAll("
        "'.masthead a, .masthead summary, .way a, .nav a, .footer a:not([href^=mailto]), .filters select, .button')]"
        ".filter((element) => element.checkVisibility()).map((element) => [element.outerHTML.slice(0, 80),"
        " element.getBoundingClientRect().height])"
    )
    assert len(sizes) > 5
    assert [name for name, height in sizes if height < 44] == []


def test_a_video_comes_only_after_a_click(page, whole_site):
    asked: list[str] = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(content_type="text/html", body="the player")

    page.route(re.compile(r"https://"), refuse)
    page.goto(ARTICLE, wait_until="load")
    assert asked == []
    page.locator("a.video-link").click()
    frame = page.locator(".video iframe")
    expect(frame).to_be_focused()
    expect(page.frame_locator(".video iframe").get_by_text("the player")).to_be_visible()
    assert [url for url in asked if "youtube-nocookie.com" in url]


def test_without_script_everything_is_there(new_page, whole_site):
    page = new_page(java_script_enabled=False)
    page.goto(ARTICLE)
    expect(page.locator("a.video-link")).to_have_attribute("href", re.compile("youtube"))
    page.locator("details.languages summary").click()
    expect(page.locator(".languages-panel")).to_be_visible()
    page.goto("/ru/analysis/")
    page.locator("select[name=country]").select_option("tj")
    page.locator(".filters button").click()
    expect(page).to_have_url(re.compile("country=tj"))
    expect(page.locator(".list .headline").first).to_be_visible()


FAMILIES = {"Arab": "Chorsu Persian", "Cyrl": "Chorsu Cyrillic", "Latn": "Chorsu Latin"}
# Letters that a font lacks are drawn with the next one, so their width depends on it. The files are loaded anew: by the
# site's own rules a browser may leave out a font that comes late.
MISSING = """async ([family, weight, text]) => {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  for (const {style} of rules.filter((rule) => rule instanceof CSSFontFaceRule)) {
    if (style.fontFamily.replaceAll('"', "") !== family || !style.fontWeight.startsWith(weight)) continue;
    const file = new URL(style.src.match(/"([^"]+)"/)[1], document.styleSheets[0].href);
    const face = new FontFace(family + weight, `url(${file})`, {unicodeRange: style.unicodeRange});
    document.fonts.add(await face.load());
  }
  const context = document.createElement("canvas").getContext("2d");
  const width = (letter, fallback) => {
    context.font = `40px "${family}${weight}", ${fallback}`;
    return context.measureText(letter).width;
  };
  return [...text].filter((letter) => width(letter, "monospace") !== width(letter, "sans-serif"));
}"""


def test_the_fonts_have_every_letter(page, whole_site):
    page.goto("/ru/")
    missing = {}
    for code, language in LANGUAGES.items():
        letters = "".join(letter for letter in language.alphabet if letter.isalpha())
        persian = language.script == "Arab"
        text = letters if persian else letters + letters.upper() + "0123456789«»“”—"
        # Soft hyphens and signs between words are no letters of another file's.
        text += "\u00ad\u2010\u00a0…?!№"[: 5 if persian else None]
        for weight in ("400", "600"):
            if found := page.evaluate(MISSING, [FAMILIES[language.script], weight, text]):
                missing[code, weight] = found
    assert missing == {}

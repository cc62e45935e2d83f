"""Parted words in a real browser: no word breaks without a hyphen, and who copies or reports sees none."""

from __future__ import annotations

import pytest

from chorsu_articles.models import AnalysisPage
from chorsu_locales.typesetting import SOFT_HYPHEN
from tests.browser.conftest import DESK
from tests.browser.editing import section
from tests.browser.test_feedback import at
from tests.cms.content import block, block_id
from tests.factories import make_article

TEXTS = {
    "tg": "Тадқиқотчиёни донишгоҳҳои байналмилалӣ дар бораи таъминоти хоҷагиҳои деҳқонӣ — бо об — маълумот доданд. ",
    "ky": "Изилдөөчүлөрдүн эл аралык кызматташтыктары айылчарбасындагы кыйынчылыктарды аныктаган. ",
}
BODY = f"body.{block_id('paragraph')}"
# Words that go on in the next line, by whether a hyphen is shown there.
BROKEN = """() => {
  const found = { hyphenated: [], broken: [] };
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.checkVisibility() || node.parentElement.closest("script, .visually-hidden")) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{M}\\u00ad]+/gu)) {
      let last = null;
      for (let at = word.index; at < word.index + word[0].length; at += 1) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = [...range.getClientRects()].findLast((each) => each.width);
        if (!box) continue;
        if (last !== null && Math.abs(box.top - last) > 8) {
          found[node.data[at - 1] === "\\u00ad" ? "hyphenated" : "broken"].push(word[0]);
        }
        last = box.top;
      }
    }
  }
  return found;
}"""
PASTED = """async () => {
  const [item] = await navigator.clipboard.read();
  const read = async (type) => (await item.getType(type)).text();
  return [await read("text/plain"), await read("text/html")];
}"""


def make_parted(code: str) -> AnalysisPage:
    """Return an article of long words in one language."""
    text = TEXTS[code]
    return make_article(
        section(code=code), title=text.strip(" ."), lead=text, body=[block("paragraph", f"<p>{text * 4}</p>")]
    )


@pytest.mark.parametrize("code", ["tg", "ky"])
def test_no_word_breaks_without_a_hyphen(new_page, newsroom, code):
    page = new_page(viewport={"width": 320, "height": 700})
    page.goto(make_parted(code).url)
    found = page.evaluate(BROKEN)
    assert found["broken"] == []
    assert found["hyphenated"]
    # A wide column has words enough for its lines.
    page.set_viewport_size(DESK)
    assert page.evaluate(BROKEN)["broken"] == []
    assert page.locator(".richtext").evaluate("element => getComputedStyle(element).hyphens") == "none"


def test_what_is_copied_and_looked_for_has_none(page, newsroom):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(make_parted("tg").url)
    assert page.evaluate("text => window.find(text)", "байналмилалӣ дар бораи")
    page.evaluate("path => getSelection().selectAllChildren(document.querySelector(path))", at(BODY))
    page.keyboard.press("Control+c")
    text, html = page.evaluate(PASTED)
    assert text.strip() == (TEXTS["tg"] * 4).strip()
    assert TEXTS["tg"].strip() in html
    assert SOFT_HYPHEN not in html

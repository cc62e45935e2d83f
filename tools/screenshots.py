"""`make pictures`: take the pictures of docs/ from a newsroom of their own with the demo."""

from __future__ import annotations

import base64
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import browser  # noqa: E402
import django  # noqa: E402
from django.core.management import call_command  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.abuse.server import running_newsroom  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 860}
PASSWORD = "chorsu-demo-2026"
EDITOR, TAJIK_EDITOR, CHIEF = "malika@demo.example", "sayyora@demo.example", "timur@demo.example"
JOURNALIST, TRANSLATOR = "farhod@demo.example", "nozanin@demo.example"
# The README's first picture: what stands below each part. The last is a phone's, beside all others.
WALK = {
    "writing": "A journalist writes",
    "approval": "Somebody else approves",
    "translating": "A translator sees which words changed",
    "search": "A reader finds it without Tajik letters …",
    "phone-report": "… and reports a typo",
}
# Headline, lead and paragraphs of a new text; the demo's translations say the first paragraph, and nearly the second.
SAID_BEFORE = (
    "Куда ещё ходит поезд",
    "Станции, до которых не доехать иначе.",
    "Половина пассажиров выходит на станциях, куда ничто другое не ходит.",
    "Поезд отходит в 20:40, когда жара уже ушла из стен вокзала.",
)
QUALITY, WALK_QUALITY = 82, 74


def main() -> int:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        # Two messages fail on the way, of this process.
        os.environ["NEWSROOM_DATA"] = folder
        with running_newsroom(data=Path(folder)) as base:
            take(base)
    return 0


def take(base: str) -> None:
    """Take every picture from the newsroom at an address."""
    with opened(base) as desk, tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        save(newest(desk.visit("/tg/analysis/")), "article")
        save(newest(desk.visit("/fa/analysis/", viewport=PHONE, color_scheme="dark")), "phone")
        # Another script, direction, calendar of words and numerals.
        save(desk.visit("/fa/"), "languages")
        # What a Russian keyboard finds in Tajik.
        save(desk.visit("/tg/search/?q=точикистон", locale="ru-RU"), "search")
        report(newest(desk.visit("/en/analysis/")), "report")
        report(newest(desk.visit("/en/analysis/", viewport=PHONE)), "phone-report", folder)
        save(desk.signed_in(EDITOR, "/admin/translations/"), "desk")
        translating(desk)
        memory(desk)
        approval(desk)
        writing(desk, folder)
        walk(desk.chromium, folder)
    # Django's database and Playwright's event loop don't go together in one thread.
    fail_messages()
    call_command("import_archive", ROOT / "tests" / "archive" / "data" / "polylang.xml", verbosity=0)
    with opened(base) as desk:
        save(desk.signed_in(CHIEF, "/admin/reports/messages/"), "messages")
        save(desk.signed_in(CHIEF, "/admin/archive/1/"), "archive")


@dataclass(frozen=True, slots=True)
class Desk:
    """A browser, and the newsroom's address."""

    chromium: Browser
    base: str

    def visit(self, path: str, **options: Any) -> Page:
        """Return a page of a reader: on a desk, light, where ``options`` don't say otherwise."""
        context = {"viewport": DESK, "color_scheme": "light", "locale": "en-US"} | options
        page = self.chromium.new_context(base_url=self.base, **context).new_page()
        page.goto(path)
        page.wait_for_load_state("networkidle")
        # What readers of one's own newsroom see.
        page.evaluate("document.querySelector('.demo-notice')?.remove()")
        return page

    def signed_in(self, account: str, path: str = "/admin/") -> Page:
        """Return a page of somebody who has signed in to the admin."""
        page = self.visit("/admin/login/")
        page.locator("#id_username").fill(account)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        page.wait_for_url("**/admin/")
        page.goto(path)
        page.wait_for_load_state("networkidle")
        return page


@contextmanager
def opened(base: str) -> Iterator[Desk]:
    """Open a browser for the newsroom at an address."""
    with sync_playwright() as playwright:
        chromium = browser.launch(playwright)
        yield Desk(chromium, base)
        chromium.close()


def newest(section: Page) -> Page:
    """Open the newest article of a section."""
    section.get_by_role("main").get_by_role("heading", level=2).first.get_by_role("link").click()
    section.wait_for_load_state("networkidle")
    return section


def report(page: Page, name: str, folder: Path = FOLDER) -> None:
    """Picture a reader who selected a misspelt word, pressed Ctrl+Enter and wrote what it should be."""
    word = page.locator("[data-content-path^='body'] p").first.evaluate(
        """paragraph => {
            const text = paragraph.firstChild;
            const word = text.data.match(/\\b[a-z]{7,}/)[0];
            const wrong = word.slice(0, 3) + word[4] + word[3] + word.slice(5);
            text.data = text.data.replace(word, wrong);
            const start = text.data.indexOf(wrong);
            getSelection().setBaseAndExtent(text, start, text, start + word.length);
            return word;
        }"""
    )
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").get_by_role("textbox").first.fill(word)
    save(page, name, folder)


def writing(desk: Desk, folder: Path) -> None:
    """Picture a draft at its text, as its author opens it."""
    page = desk.signed_in(JOURNALIST)
    page.get_by_role("region", name="Lately live").get_by_role("list").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("region", name="Text", exact=True).evaluate("(text) => text.scrollIntoView()")
    save(page, "writing", folder)


def walk(chromium: Browser, folder: Path) -> None:
    """Compose the README's first picture of those that lie in docs, and of those in a folder."""
    figures = ""
    for name, words in WALK.items():
        file = next(path for path in (folder / f"{name}.jpg", FOLDER / f"{name}.jpg") if path.exists())
        data = base64.b64encode(file.read_bytes()).decode()
        figures += f'<figure><img src="data:image/jpeg;base64,{data}"><figcaption>{words}</figcaption></figure>'
    page = chromium.new_context(viewport={"width": 1600, "height": 900}).new_page()
    page.set_content(
        f"""<style>
            body {{ margin: 0; background: #eceae4; font: 600 22px/1.2 system-ui, sans-serif; color: #222; }}
            main {{ display: inline-grid; grid-template: 1fr 1fr / 580px 580px 389px; gap: 20px; padding: 20px;
                box-sizing: border-box; }}
            figure {{ margin: 0; }}
            figure:last-child {{ grid-area: 1 / 3 / 3; }}
            img {{ display: block; inline-size: 100%; border-radius: 6px; box-shadow: 0 1px 5px #0004; }}
            figcaption {{ padding: 10px 4px 0; }}
        </style><main>{figures}</main>"""
    )
    page.get_by_role("main").screenshot(path=FOLDER / "walk.jpg", type="jpeg", quality=WALK_QUALITY)
    page.context.close()


def translating(desk: Desk) -> None:
    """Picture a translation whose source has changed, at the paragraph that is to do."""
    page = desk.signed_in(TRANSLATOR, "/admin/translations/")
    page.get_by_role("link", name="Outdated").first.click()
    page.get_by_role("link", name="Translate the changes").click()
    page.wait_for_load_state("networkidle")
    page.locator(".chorsu-units__cells ins").first.scroll_into_view_if_needed()
    save(page, "translating")


def memory(desk: Desk) -> None:
    """Picture a translation that was just begun: a paragraph from memory, and a suggestion from what is similar."""
    page = desk.signed_in(JOURNALIST)
    page.get_by_role("region", name="Write").get_by_role("link", name="Article Русский").click()
    page.get_by_role("textbox", name="Headline").click()
    for words in SAID_BEFORE:
        page.keyboard.insert_text(words)
        page.keyboard.press("Enter")
    page.wait_for_url("**/edit/")
    page.get_by_text("Saved", exact=True).wait_for()
    begin = re.sub(r".*/pages/(\d+)/edit/", r"/admin/translations/\1/start/tg/", page.url)
    page.context.close()
    page = desk.signed_in(TRANSLATOR, begin)
    page.get_by_role("button", name="Begin the translation").click()
    page.wait_for_load_state("networkidle")
    text = page.get_by_role("region", name="Text", exact=True)
    text.get_by_text(SAID_BEFORE[-1]).last.click()
    text.get_by_text("%", exact=False).first.wait_for()
    text.evaluate("(text) => text.scrollIntoView()")
    page.evaluate("scrollBy(0, -120)")
    save(page, "memory")


def approval(desk: Desk) -> None:
    """Picture a text that waits for approval, as its approver opens it."""
    page = desk.signed_in(TAJIK_EDITOR)
    page.get_by_role("region", name="Awaiting your approval").get_by_role("list").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Approve", exact=False).first.wait_for()
    save(page, "approval")


def fail_messages() -> None:
    """Write two messages down and try them while the mail server is away."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.development"
    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from chorsu_delivery import services  # noqa: PLC0415 - models need the set-up

    settings.MAILERS["server"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "localhost", "port": 1, "timeout": 5},
    }
    # What goes to the demo's own addresses no server is given.
    for name, subject in (("malika", "A text waits for your approval"), ("sayyora", "Your text was approved")):
        recipient = f"{name}@newsroom.test"
        message = services.send(channel="mail", recipient=recipient, subject=subject, body=subject, key="picture")
        services.deliver_one(message.pk)


def save(page: Page, name: str, folder: Path = FOLDER) -> None:
    """Write the picture and close its window."""
    page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=QUALITY, animations="disabled")
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())

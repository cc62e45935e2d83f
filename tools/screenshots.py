"""`make pictures`: take the pictures of docs/ from a newsroom of their own with the demo."""

from __future__ import annotations

import base64
import os
import re
import sys
import tempfile
from pathlib import Path

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
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.ARGUMENTS)
        reader(chromium, base, name="article", section="/tg/analysis/", size=DESK, scheme="light")
        reader(chromium, base, name="phone", section="/fa/analysis/", size=PHONE, scheme="dark")
        front(chromium, base)
        found(chromium, base)
        report(chromium, base, name="report", size=DESK)
        admin(chromium, base, name="desk", path="/admin/translations/")
        translating(chromium, base)
        memory(chromium, base)
        approval(chromium, base)
        with tempfile.TemporaryDirectory() as folder:
            report(chromium, base, name="phone-report", size=PHONE, folder=Path(folder))
            writing(chromium, base, Path(folder))
            walk(chromium, Path(folder))
        chromium.close()
    # Django's database and Playwright's event loop don't go together in one thread.
    fail_messages()
    call_command("import_archive", ROOT / "tests" / "archive" / "data" / "polylang.xml", verbosity=0)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.ARGUMENTS)
        admin(chromium, base, name="messages", path="/admin/reports/messages/", account=CHIEF)
        admin(chromium, base, name="archive", path="/admin/archive/1/", account=CHIEF)
        chromium.close()


def reader(chromium: Browser, base: str, *, name: str, section: str, size: dict[str, int], scheme: str) -> None:
    """Picture the newest article of a section."""
    page = chromium.new_context(base_url=base, viewport=size, color_scheme=scheme).new_page()
    page.goto(section)
    page.get_by_role("main").get_by_role("heading", level=2).first.get_by_role("link").click()
    page.wait_for_load_state("networkidle")
    save(page, name)


def front(chromium: Browser, base: str) -> None:
    """Picture the Persian front page: another script, direction, calendar of words and numerals."""
    page = chromium.new_context(base_url=base, viewport=DESK, color_scheme="light").new_page()
    page.goto("/fa/")
    page.wait_for_load_state("networkidle")
    save(page, "languages")


def found(chromium: Browser, base: str) -> None:
    """Picture what a Russian keyboard finds in Tajik."""
    page = chromium.new_context(base_url=base, viewport=DESK, color_scheme="light", locale="ru-RU").new_page()
    page.goto("/tg/search/?q=точикистон")
    page.wait_for_load_state("networkidle")
    save(page, "search")


def report(chromium: Browser, base: str, *, name: str, size: dict[str, int], folder: Path = FOLDER) -> None:
    """Picture a reader who selected a misspelt word, pressed Ctrl+Enter and wrote what it should be."""
    page = chromium.new_context(base_url=base, viewport=size, color_scheme="light").new_page()
    page.goto("/en/analysis/")
    page.get_by_role("main").get_by_role("heading", level=2).first.get_by_role("link").click()
    page.wait_for_load_state("networkidle")
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


def writing(chromium: Browser, base: str, folder: Path) -> None:
    """Picture a draft at its text, as its author opens it."""
    page = signed_in(chromium, base, JOURNALIST)
    page.goto("/admin/")
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


def translating(chromium: Browser, base: str) -> None:
    """Picture a translation whose source has changed, at the paragraph that is to do."""
    page = signed_in(chromium, base, TRANSLATOR)
    page.goto("/admin/translations/")
    page.get_by_role("link", name="Outdated").first.click()
    page.get_by_role("link", name="Translate the changes").click()
    page.wait_for_load_state("networkidle")
    page.locator(".chorsu-units__cells ins").first.scroll_into_view_if_needed()
    save(page, "translating")


def memory(chromium: Browser, base: str) -> None:
    """Picture a translation that was just begun: a paragraph from memory, and a suggestion from what is similar."""
    page = signed_in(chromium, base, JOURNALIST)
    page.goto("/admin/")
    page.get_by_role("region", name="Write").get_by_role("link", name="Article Русский").click()
    page.get_by_role("textbox", name="Headline").click()
    for words in SAID_BEFORE:
        page.keyboard.insert_text(words)
        page.keyboard.press("Enter")
    page.wait_for_url("**/edit/")
    page.get_by_text("Saved", exact=True).wait_for()
    begin = re.sub(r".*/pages/(\d+)/edit/", r"/admin/translations/\1/start/tg/", page.url)
    page.context.close()
    page = signed_in(chromium, base, TRANSLATOR)
    page.goto(begin)
    page.get_by_role("button", name="Begin the translation").click()
    page.wait_for_load_state("networkidle")
    text = page.get_by_role("region", name="Text", exact=True)
    text.get_by_text(SAID_BEFORE[-1]).last.click()
    text.get_by_text("%", exact=False).first.wait_for()
    text.evaluate("(text) => text.scrollIntoView()")
    page.evaluate("scrollBy(0, -120)")
    save(page, "memory")


def approval(chromium: Browser, base: str) -> None:
    """Picture a text that waits for approval, as its approver opens it."""
    page = signed_in(chromium, base, TAJIK_EDITOR)
    page.goto("/admin/")
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


def admin(chromium: Browser, base: str, *, name: str, path: str, account: str = EDITOR) -> None:
    """Picture a page of the admin."""
    page = signed_in(chromium, base, account)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    save(page, name)


def signed_in(chromium: Browser, base: str, account: str) -> Page:
    """Return a page of somebody who has signed in to the admin."""
    page = chromium.new_context(base_url=base, viewport=DESK, locale="en-US").new_page()
    page.goto("/admin/login/")
    page.locator("#id_username").fill(account)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/admin/")
    return page


def save(page: Page, name: str, folder: Path = FOLDER) -> None:
    """Write the picture and close its window."""
    page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=QUALITY, animations="disabled")
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())

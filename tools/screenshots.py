"""Take the pictures of docs/ from a running newsroom with the demo: `make run`, then tools/screenshots.py [ADDRESS].

Two messages fail on the way, so $NEWSROOM_DATA must be the running newsroom's.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import browser
import django
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 860}
PASSWORD = "chorsu-demo-2026"
EDITOR, TAJIK_EDITOR, CHIEF = "malika@demo.example", "sayyora@demo.example", "timur@demo.example"
TRANSLATOR = "nozanin@demo.example"


def main() -> int:
    """Take every picture; the address is that of `make run` unless another is given."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
        reader(chromium, base, name="article", section="/tg/analysis/", size=DESK, scheme="light")
        reader(chromium, base, name="phone", section="/fa/analysis/", size=PHONE, scheme="dark")
        front(chromium, base)
        found(chromium, base)
        report(chromium, base)
        admin(chromium, base, name="desk", path="/admin/translations/")
        translating(chromium, base)
        approval(chromium, base)
        chromium.close()
    # Django's database and Playwright's event loop don't go together in one thread.
    fail_messages()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
        admin(chromium, base, name="messages", path="/admin/reports/messages/", account=CHIEF)
        chromium.close()
    return 0


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


def report(chromium: Browser, base: str) -> None:
    """Picture a reader who selected a misspelt word, pressed Ctrl+Enter and wrote what it should be."""
    page = chromium.new_context(base_url=base, viewport=DESK, color_scheme="light").new_page()
    page.goto("/en/analysis/")
    page.get_by_role("main").get_by_role("heading", level=2).first.get_by_role("link").click()
    page.wait_for_load_state("networkidle")
    page.locator("[data-content-path^='body'] p").first.evaluate(
        """paragraph => {
            const text = paragraph.firstChild;
            text.data = text.data.replace("observer", "obsrever");
            const start = text.data.indexOf("obsrever");
            getSelection().setBaseAndExtent(text, start, text, start + 8);
        }"""
    )
    page.keyboard.press("Control+Enter")
    page.get_by_role("dialog").get_by_role("textbox").first.fill("observer")
    save(page, "report")


def translating(chromium: Browser, base: str) -> None:
    """Picture a translation whose source has changed, at the paragraph that is to do."""
    page = signed_in(chromium, base, TRANSLATOR)
    page.goto("/admin/translations/")
    page.get_by_role("link", name="Outdated").first.click()
    page.get_by_role("link", name="Translate the changes").click()
    page.wait_for_load_state("networkidle")
    page.locator(".chorsu-units__cells ins").first.scroll_into_view_if_needed()
    save(page, "translating")


def approval(chromium: Browser, base: str) -> None:
    """Picture a text that waits for approval, as its approver opens it."""
    page = signed_in(chromium, base, TAJIK_EDITOR)
    page.goto("/admin/")
    page.get_by_role("region", name="Awaiting your review").get_by_role("table").get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("footer").get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Approve", exact=False).first.wait_for()
    save(page, "approval")


def fail_messages() -> None:
    """Write two messages down and try them while the mail server is away."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from chorsu_delivery import services  # noqa: PLC0415 - models need the set-up

    settings.MAILERS["server"] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "localhost", "port": 1, "timeout": 5},
    }
    for subject, recipient in (("A text waits for your approval", EDITOR), ("Your text was approved", TAJIK_EDITOR)):
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


def save(page: Page, name: str) -> None:
    """Write the picture and close its window."""
    page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=82, animations="disabled")
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())

"""Take the pictures of docs/ from a running newsroom with the demo: `make run`, then tools/screenshots.py [ADDRESS]."""

from __future__ import annotations

import sys
from pathlib import Path

import browser
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "pictures"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 860}
EDITOR = ("malika@demo.example", "chorsu-demo-2026")


def main() -> int:
    """Take every picture; the address is that of `make run` unless another is given."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=["--no-sandbox"])
        reader(chromium, base, name="article", section="/tg/analysis/", size=DESK, scheme="light")
        reader(chromium, base, name="phone", section="/fa/analysis/", size=PHONE, scheme="dark")
        desk(chromium, base)
        chromium.close()
    return 0


def reader(chromium: Browser, base: str, *, name: str, section: str, size: dict[str, int], scheme: str) -> None:
    """Picture the newest article of a section."""
    page = chromium.new_context(base_url=base, viewport=size, color_scheme=scheme).new_page()
    page.goto(section)
    page.get_by_role("main").get_by_role("heading", level=2).first.get_by_role("link").click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=82)
    page.context.close()


def desk(chromium: Browser, base: str) -> None:
    """Picture the translators' desk as an editor sees it."""
    page = chromium.new_context(base_url=base, viewport=DESK, locale="en-US").new_page()
    page.goto("/admin/login/?next=/admin/translations/")
    page.locator("#id_username").fill(EDITOR[0])
    page.locator("#id_password").fill(EDITOR[1])
    page.locator("button[type=submit]").click()
    page.wait_for_url("**/admin/translations/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / "desk.jpg", type="jpeg", quality=82)
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())

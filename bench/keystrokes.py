"""How long a keystroke takes in the middle of a long text, in Chromium: from the key to the picture on the screen.

Usage: keystrokes.py [--paragraphs 60] [--keys 300]

The text is one block of the article's editor, on Django's server for tests and SQLite in a temporary folder. It fails
where the median of the milliseconds is above 50.
"""

from __future__ import annotations

import sys
import tempfile

from _common import chromium, read_options, set_up, show, spread

LIMIT_MS = 50
WORDS = "Water users of the Upper Canal adopted a new schedule on Thursday after a long argument on the bank. "
# A frame is drawn between the callback and the message that it sends.
WATCH = """() => {
    window.times = [];
    window.addEventListener("keydown", () => {
        const begun = performance.now();
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => window.times.push(performance.now() - begun);
            port2.postMessage(null);
        });
    }, { capture: true });
}"""


def main() -> int:
    """Write a text, type into it, and print the times and JSON; return 1 where they are too long."""
    options = read_options(__doc__, paragraphs=60, keys=300)
    with tempfile.TemporaryDirectory() as folder:
        # Playwright keeps an event loop in this thread.
        set_up(folder, DATABASE_URL="", DJANGO_ALLOW_ASYNC_UNSAFE="true")
        times = measure(options.paragraphs, options.keys)
    found = spread(times)
    show("keystrokes", [{"paragraphs": options.paragraphs, "keys": options.keys} | found])
    return int(found["median_ms"] > LIMIT_MS)


def measure(paragraphs: int, keys: int) -> list[float]:
    """Return the milliseconds of each keystroke in the middle of a text of so many paragraphs."""
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.testcases import LiveServerThread  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    from chorsu_articles.models import AnalysisPage, SectionPage  # noqa: PLC0415
    from cms.models import User  # noqa: PLC0415

    text = f"<p>{WORDS * 3}</p>" * paragraphs
    article = AnalysisPage(title="Water", lead="A lead.", live=False, body=[("paragraph", text)])
    SectionPage.objects.get(kind="analysis", locale__language_code="en").add_child(instance=article)
    client = Client()
    client.force_login(User.objects.create_superuser("writer", "writer@newsroom.example", "a-long-password"))
    server = LiveServerThread("localhost", StaticFilesHandler, connections_override={})
    server.start()
    server.is_ready.wait()
    name = settings.SESSION_COOKIE_NAME
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": "http://localhost"}])
        page.goto(f"http://localhost:{server.port}/admin/pages/{article.pk}/edit/")
        page.locator("[data-contentpath=body] [data-block]").nth(paragraphs // 2).click()
        page.evaluate(WATCH)
        typed = (WORDS * (keys // len(WORDS) + 1))[:keys]
        for number, letter in enumerate(typed, 1):
            page.keyboard.type(letter)
            page.wait_for_function("(number) => window.times.length >= number", arg=number)
        times: list[float] = page.evaluate("window.times")
        browser.close()
    server.terminate()
    return times


if __name__ == "__main__":
    sys.exit(main())

"""A person without a mouse: what the tests that walk by keyboard share."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 120


def tab_to(control: Locator, key: str = "Tab", most: int = MOST_TABS) -> int:
    """Go to a control from wherever the focus is, and return how many presses that took."""
    expect(control).to_have_count(1)
    keyboard = control.page.keyboard
    for presses in range(most):
        if control.evaluate("(element) => element === document.activeElement"):
            return presses
        keyboard.press(key)
    raise AssertionError(f"{control} is not reached by {most} presses of {key}: {focused(control.page)} has the focus.")


def follow(control: Locator, key: str = "Tab", most: int = MOST_TABS) -> int:
    """Go to a link or button and press it; return how many presses it took to get there."""
    presses = tab_to(control, key, most)
    control.page.keyboard.press("Enter")
    return presses


def focused(page: Page) -> str:
    """Return the beginning of what has the focus, for a failure's message."""
    found: str = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    return found

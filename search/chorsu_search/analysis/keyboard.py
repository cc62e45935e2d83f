"""Texts typed with the wrong keyboard layout, as they were meant."""

from __future__ import annotations

from chorsu_locales.selectors import get_language_row


def other_layouts(text: str, code: str) -> list[str]:
    """Return the text as the same keys give it on the layouts that the language's readers mix up.

    "ghbdtn" is "привет". Empty where the language has no keyboard of its own or no key differs.
    """
    readings = [reading for keyboard in get_language_row(code).keyboards for reading in keyboard.readings(text)]
    return [reading for reading in dict.fromkeys(readings) if reading != text.lower()]

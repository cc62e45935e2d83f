"""What somebody meant who typed with the wrong keyboard layout."""

from __future__ import annotations

from locales.analysis import get_analysis


def other_layouts(text: str, code: str) -> list[str]:
    """Return the text as the same keys give it on the other layout, both ways: "ghbdtn" is "привет".

    Empty where the language has no keyboard of its own or no key differs.
    """
    keyboard = get_analysis(code).keyboard
    if keyboard is None:
        return []
    latin, own = keyboard
    tables = (dict(zip(latin, own, strict=True)), dict(zip(own, latin, strict=True)))
    readings = ["".join(table.get(character, character) for character in text.lower()) for table in tables]
    return [reading for reading in dict.fromkeys(readings) if reading != text.lower()]

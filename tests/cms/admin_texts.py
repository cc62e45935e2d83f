"""The texts of the admin's interface, as its pages, dialogues and scripts' data hold them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

# Attributes that a person reads or hears.
SPOKEN = ("title", "placeholder", "aria-label", "alt", "label", "data-label")
# Keys of what Wagtail's scripts are given: menus, blocks of a stream, choosers.
KEYS = frozenset({"label", "helpText", "help_text", "title", "text", "description", "heading", "placeholder"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
SILENT = frozenset({"style", "textarea", "svg", "code"})


class Texts(HTMLParser):
    """Collects what is read of a page in its own language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[tuple[str, bool, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        inherited = self.open[-1][1] if self.open else False
        silent = inherited or tag in SILENT or "hidden" in values or ("lang" in values and tag != "html")
        if not silent:
            self.found += [values[name] for name in SPOKEN if name in values]
            self.found += [value for name, value in values.items() if name.endswith("tooltip-content-value")]
            if tag == "input" and values.get("type") in {"submit", "button"}:
                self.found.append(values.get("value", ""))
            for value in values.values():
                self.found += in_data(value)
        if tag not in VOID:
            self.open.append((tag, silent, values.get("type", "")))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, *_others in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not data.strip() or not self.open or self.open[-1][1]:
            return
        tag, _silent, kind = self.open[-1]
        if tag == "script":
            if "json" in kind:
                self.found += in_data(data)
        else:
            self.found.append(data)


def texts_of(answer: str) -> Iterator[str]:
    """Yield the texts of a page, or of the JSON that a dialogue is."""
    if answer.startswith(("{", "[")):
        found = list(in_data(answer))
    else:
        parser = Texts()
        parser.feed(answer)
        found = parser.found
    for text in found:
        text = " ".join(text.split())  # noqa: PLW2901
        if text and not text.startswith("{"):
            yield text


def in_data(value: str) -> list[str]:
    """Return the texts in an attribute's or answer's JSON, if it is any."""
    if value[:1] not in "{[" or len(value) < 3:
        return []
    try:
        data = json.loads(value)
    except ValueError:
        return []
    return list(_said(data, named=False))


def _said(data: Any, *, named: bool) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _said(value, named=key in KEYS)
    elif isinstance(data, list):
        for value in data:
            yield from _said(value, named=named)
    elif isinstance(data, str):
        if data.lstrip().startswith("<"):
            yield from texts_of(data.lstrip())
        elif named:
            yield data

"""Run the checks."""

from __future__ import annotations

from dataclasses import dataclass

from wagtail.models import Page

from chorsu_translation.findings.alignment import Alignment, Pair, side_by_side
from chorsu_translation.findings.registry import Check, registered_checks
from chorsu_translation.snapshots import unit_hash

MOST = 500  # of a page that is another article altogether nobody reads more
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found at one place of a translation.

    ``message`` tells the translator what is wrong, ``excerpt`` is the beginning of the text there. ``text_hash`` is
    that of what both sides say: a finding that somebody let stand is open again when it changes. ``untranslated``: it
    keeps the page from being published, and nobody lets it stand. A passage that is marked as another language isn't.
    """

    check: str
    label: str
    path: str
    index: int
    message: str
    excerpt: str
    text_hash: str
    untranslated: bool

    @property
    def key(self) -> tuple[str, str, int]:
        """Return which check it is, and where."""
        return self.check, self.path, self.index


def find(source: Page, target: Page) -> list[Finding]:
    """Return what the checks find in a translation; both pages are specific, in memory.

    A check has one finding a unit at most, in the words of the active language. The order is that of the texts;
    at one place what isn't translated comes first.
    """
    pages = side_by_side(source, target)
    found: dict[tuple[str, str, int], tuple[Check, Pair, list[str]]] = {}
    for check in registered_checks():
        for pair, message in check.function(pages):
            key = (check.name, pair.path, pair.index)
            if key in found:
                found[key][2].append(message)
            elif len(found) < MOST:
                found[key] = (check, pair, [message])
    order = {(unit.path, unit.index): number for number, unit in enumerate(pages.units)}
    findings = [_finding(pages, check, pair, " ".join(messages)) for check, pair, messages in found.values()]
    return sorted(findings, key=lambda each: (order.get((each.path, each.index), len(order)), not each.untranslated))


def _finding(pages: Alignment, check: Check, pair: Pair, message: str) -> Finding:
    text = (pair.target or pair.source).text if pair.target or pair.source else ""  # type: ignore[union-attr]
    excerpt = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return Finding(
        check.name,
        str(check.label),
        pair.path,
        pair.index,
        message,
        excerpt,
        unit_hash("\0".join(side.html if side else "" for side in (pair.source, pair.target))),
        check.untranslated and (pair.target is None or pair.target.language == pages.target_code),
    )

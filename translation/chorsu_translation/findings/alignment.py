"""The texts of a translation beside those of its source, place by place."""

from __future__ import annotations

from dataclasses import dataclass, field

from wagtail.models import Page

from chorsu_editorial.reading import Leaf, all_leaves, units
from chorsu_translation.snapshots import counted_paths


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a pair: readable text, inner HTML, the language it is in, and what it is for (``Leaf.role``)."""

    text: str
    html: str
    language: str
    role: str = "body"
    public: bool = True


@dataclass(frozen=True, slots=True)
class Pair:
    """A place of the translation: its content path, the index of the unit, and what stands there on each side."""

    path: str
    index: int
    source: Text | None
    target: Text | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two pages side by side. ``source_code`` and ``target_code`` are their languages.

    ``pairs``: units that have a counterpart. Where a text has another number of paragraphs than its source, the whole
    text is one pair, with index 0, and stands in ``uneven`` too.
    ``units``: every unit of the translation by itself, with its counterpart where it has one.
    ``missing``, ``extra``: texts that only the source, or only the translation, has.
    """

    source_page: Page
    target_page: Page
    source_code: str
    target_code: str
    pairs: list[Pair] = field(default_factory=list)
    units: list[Pair] = field(default_factory=list)
    uneven: list[tuple[Pair, int, int]] = field(default_factory=list)
    missing: list[Pair] = field(default_factory=list)
    extra: list[Pair] = field(default_factory=list)


def side_by_side(source: Page, target: Page) -> Alignment:
    """Return two specific pages in memory side by side, in the reading order of the translation."""
    found = Alignment(source, target, source.locale.language_code, target.locale.language_code)
    originals = _by_place(source)
    for place, leaf in _by_place(target).items():
        original = originals.pop(place, None)
        ours = _texts(leaf, found.target_code)
        theirs = _texts(original, found.source_code) if original else []
        if not theirs:
            found.units.extend(Pair(leaf.path, index, None, text) for index, text in enumerate(ours))
            found.extra.append(Pair(leaf.path, 0, None, _joined(ours)))
        elif len(ours) == len(theirs):
            pairs = [Pair(leaf.path, index, theirs[index], text) for index, text in enumerate(ours)]
            found.units.extend(pairs)
            found.pairs.extend(pairs)
        else:
            same = {text.text: text for text in theirs}
            found.units.extend(Pair(leaf.path, index, same.get(text.text), text) for index, text in enumerate(ours))
            whole = Pair(leaf.path, 0, _joined(theirs), _joined(ours))
            found.pairs.append(whole)
            found.uneven.append((whole, len(theirs), len(ours)))
    for leaf in originals.values():
        if texts := _texts(leaf, found.source_code):
            found.missing.append(Pair(leaf.path, 0, _joined(texts), None))
    return found


def _texts(leaf: Leaf, page_language: str) -> list[Text]:
    language = leaf.language or page_language
    return [Text(unit.text, unit.html, language, leaf.role, leaf.public) for unit in units(leaf)]


def _joined(texts: list[Text]) -> Text:
    first = texts[0]
    text, html = (" ".join(getattr(each, name) for each in texts) for name in ("text", "html"))
    return Text(text, html, first.language, first.role, first.public)


def _by_place(page: Page) -> dict[str, Leaf]:
    """Return the compared leaves by what their places have in common with those of a translation."""
    # With those that are empty, so that every child row counts.
    leaves = [leaf for leaf in all_leaves(page, include_empty=True) if leaf.compared]
    places = counted_paths((leaf.path for leaf in leaves), type(page))
    return {place: leaf for place, leaf in zip(places, leaves, strict=True) if leaf.text}

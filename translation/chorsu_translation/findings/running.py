"""The texts of a translation beside those of its source, the registered checks, and their run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from chorsu_editorial.alignment import divided_as
from chorsu_editorial.markup import without_emphasis
from chorsu_editorial.reading import Leaf, all_leaves, units
from chorsu_translation.snapshots import counted_paths, unit_hash

MOST = 500  # of a page that is another article altogether nobody reads more
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a pair: readable text, inner HTML, and the language it is in.

    ``text`` is in NFC with white space folded, ``html`` in canonical form: what was typed is the leaf's ``source``
    (``chorsu_editorial.reading``).
    """

    text: str
    html: str
    language: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit of the translation: its content path and index, and its text on both sides."""

    path: str
    index: int
    source: Text | None
    target: Text | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two pages side by side; text blocks that hold as many paragraphs together are divided as in the translation.

    ``pairs``: units that have a counterpart. Where a leaf has another number of paragraphs than its source, the whole
    leaf is one pair, with index 0, and stands in ``uneven`` too, with both numbers. ``units``: every unit of the
    translation, with its counterpart where it has one. ``missing``, ``extra``: leaves that only the source, or only the
    translation, has. ``empty``: paths of what is missing because its field is there and empty. Texts of fields in the
    page's ``own_texts`` are no pairs, uneven or extra.
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
    empty: set[str] = field(default_factory=set)


def side_by_side(source: Page, target: Page) -> Alignment:
    """Return two specific pages in memory side by side, in the reading order of the translation."""
    found = Alignment(source, target, source.locale.language_code, target.locale.language_code)
    originals, leaves, own = _by_place(source), _by_place(target), getattr(target, "own_texts", ())
    units_of = {place: _texts(leaf, found.target_code) for place, leaf in leaves.items()}
    sources = {place: _texts(leaf, found.source_code) for place, leaf in originals.items()}
    sources = divided_as(sources, {place: len(texts) for place, texts in units_of.items()})
    for place, leaf in leaves.items():
        if not leaf.text:
            continue
        ours, theirs = units_of[place], sources.pop(place, [])
        is_own = leaf.path.partition(".")[0] in own
        if not theirs:
            found.units.extend(Pair(leaf.path, index, None, text) for index, text in enumerate(ours))
            found.extra.extend([] if is_own else [Pair(leaf.path, 0, None, _joined(ours))])
        elif len(ours) == len(theirs):
            pairs = [Pair(leaf.path, index, theirs[index], text) for index, text in enumerate(ours)]
            found.units.extend(pairs)
            found.pairs.extend([] if is_own else pairs)
        else:
            same = {text.text: text for text in theirs}
            found.units.extend(Pair(leaf.path, index, same.get(text.text), text) for index, text in enumerate(ours))
            if not is_own:
                whole = Pair(leaf.path, 0, _joined(theirs), _joined(ours))
                found.pairs.append(whole)
                found.uneven.append((whole, len(theirs), len(ours)))
    for place, leaf in originals.items():
        if texts := sources.get(place):
            found.missing.append(Pair(leaf.path, 0, _joined(texts), None))
            found.empty.update({leaf.path} if place in leaves else ())
    return found


def _texts(leaf: Leaf, page_language: str) -> list[Text]:
    language = leaf.language or page_language
    return [Text(unit.text, unit.html, language) for unit in units(leaf)]


def _joined(texts: list[Text]) -> Text:
    first = texts[0]
    text, html = (" ".join(getattr(each, name) for each in texts) for name in ("text", "html"))
    return Text(text, html, first.language)


def _by_place(page: Page) -> dict[str, Leaf]:
    """Return the compared leaves, empty ones too, by the paths that both pages have in common."""
    leaves = [leaf for leaf in all_leaves(page, include_empty=True) if leaf.compared]
    places = counted_paths((leaf.path for leaf in leaves), type(page))
    return dict(zip(places, leaves, strict=True))


Found = Iterable[tuple[Pair, str]]
CheckFunction = Callable[[Alignment], Found]


@dataclass(frozen=True, slots=True)
class Check:
    """A check. ``untranslated``: what it finds isn't translated, and keeps the page from being published."""

    name: str
    label: Any
    function: CheckFunction
    untranslated: bool = False


_checks: dict[str, Check] = {}


def register_check(name: str, label: Any, *, untranslated: bool = False) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function as a check of every translation.

    It is given the two pages side by side and yields pairs, each with a sentence that tells the translator what is
    wrong there. It must read nothing but what it is given, and take linear time. ``name`` is stored where a person lets
    a finding stand: at most 64 characters, never changed. Raises ``ValueError`` for a name that another check has.
    """

    def register(function: CheckFunction) -> CheckFunction:
        if name in _checks or not 0 < len(name) <= 64:
            message = f"A check of translations can't be called {name!r}: the name is too long, or another one has it."
            raise ValueError(message)
        _checks[name] = Check(name, label, function, untranslated)
        return function

    return register


def unregister_check(name: str) -> None:
    """Remove a check, for example to replace it by one of the same name."""
    _checks.pop(name, None)


def registered_checks() -> list[Check]:
    return list(_checks.values())


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found in a unit of a translation.

    ``message`` tells the translator what is wrong, ``excerpt`` is the beginning of the text. ``text_hash`` is that of
    both sides without emphasis, or of the place where there is no text: a finding that a person let stand, or
    explained, is open again when it changes, and not when the text moves. ``untranslated``: it keeps the page
    from being published, and can't be let stand. ``to_do``: nobody has begun it: a copy of the source, or empty.
    """

    check: str
    label: str
    path: str
    index: int
    message: str
    excerpt: str
    text_hash: str
    untranslated: bool
    to_do: bool = False

    @property
    def key(self) -> tuple[str, str, int]:
        return self.check, self.path, self.index

    @property
    def of_text(self) -> tuple[str, str]:
        return self.check, self.text_hash


def _is_copy(pair: Pair) -> bool:
    return pair.source is not None and pair.target is not None and pair.source.text == pair.target.text


def find(source: Page, target: Page) -> list[Finding]:
    """Return the findings in a translation, in the order of its texts; a check has at most one per unit.

    A unit that is still a copy of its source, and should be translated, has this one finding alone.
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
    findings = []
    copies = {pair for check, pair, _messages in found.values() if check.untranslated and _is_copy(pair)}
    for check, pair, messages in found.values():
        if pair in copies and not check.untranslated:
            continue
        shown = pair.target or pair.source
        text = shown.text if shown else ""
        sides = [without_emphasis(side.html, targets=True) if side else "" for side in (pair.source, pair.target)]
        findings.append(
            Finding(
                check.name,
                str(check.label),
                pair.path,
                pair.index,
                " ".join(messages),
                excerpt=text if len(text) <= SHOWN else f"{text[:SHOWN]}…",
                text_hash=unit_hash("\0".join(sides) if shown else pair.path),
                untranslated=check.untranslated and (pair.target is None or pair.target.language == pages.target_code),
                to_do=pair in copies or (pair.target is None and pair.path in pages.empty),
            )
        )
    order = {(unit.path, unit.index): number for number, unit in enumerate(pages.units)}
    return sorted(findings, key=lambda each: (order.get((each.path, each.index), len(order)), not each.untranslated))

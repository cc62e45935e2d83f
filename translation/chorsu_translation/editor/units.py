"""The units of a source beside those of its translation: their fields in the form, and what is still to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from wagtail.models import Page, Revision, TranslatableMixin

from chorsu_editorial import links
from chorsu_editorial.alignment import AlignedUnit, Units, align, divided_otherwise, runs, text_of
from chorsu_editorial.markup import readable_text, without_emphasis
from chorsu_editorial.reading import child_relations, child_rows, load_child_rows, row_key, text_relations
from chorsu_translation.drafts import text_key, unconfirmed
from chorsu_translation.memory.wording import cut
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink, UnitDraft, UnitMark
from chorsu_translation.pages import current_text
from chorsu_translation.published import carried_baseline
from chorsu_translation.snapshots import (
    Snapshot,
    count_words,
    paths_in_page,
    paths_of_values,
    said_hash,
    sizes_of,
    take_snapshot,
    text_at,
    texts_by_path,
    unit_key,
    units_since,
    version_with,
)


class FormPaths:
    """The content paths of a source as its translation's edit form has them: child rows are counted from 0.

    A row with a translation key stands where the translation has the row with that key, others as in the source.
    """

    def __init__(self, source: Page, target: Page) -> None:
        self.source, self.target = source, target
        self.known = paths_in_page(source)

    def __getitem__(self, path: str) -> str:
        """Return the form's path of a unit; the path itself where no child row is in it, or the row is gone."""
        parts = self.known.get(path, path).split(".")
        rows: tuple[Any, Any] = (self.source, self.target)
        for at in range(0, len(parts) - 2, 2):
            if parts[at] not in child_relations(type(rows[0])):
                break
            ours, theirs = ([] if row is None else child_rows(row, parts[at]) for row in rows)
            keys = [row_key(row) or f"new{number}" for number, row in enumerate(ours)]
            if parts[at + 1] not in keys:
                break
            number = keys.index(parts[at + 1])
            row = ours[number]
            if isinstance(row, TranslatableMixin):
                there = [row_key(each) for each in theirs]
                number = there.index(row_key(row)) if row_key(row) in there else len(there)
            parts[at + 1] = str(number)
            rows = row, theirs[number] if number < len(theirs) else None
        return ".".join(parts)


def units_by_form(version: Page, source: Page) -> Units:
    """Return the units of a version of a translation; those of child rows have the paths of the source's rows.

    A snapshot counts rows with text alone, so its first row may be any row of a translation that began empty.
    """
    units = take_snapshot(version).units
    if not text_relations(type(version)):
        return units
    theirs, ours = FormPaths(source, version), FormPaths(version, version)
    paths = {theirs[path]: path for path in theirs.known}
    taken = set(paths.values())
    found: Units = []
    for path, index, html in units:
        own = str(path)
        # A row beside which the source has none must not stand for another one's.
        found.append([paths.get(ours[own], f"+{own}" if own in taken else own), index, html])
    return found


# A content path and index; where blocks are joint, the name of their text and the number in it.
Place = tuple[str, int]
Texts = dict[str, list[str]]


class JointBlocks:
    """Blocks among which one text was divided in several ways: ``[path]`` is the one that stands for all of them."""

    def __init__(self) -> None:
        self._next: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        passed = []
        while path in self._next:
            passed.append(path)
            path = self._next[path]
        # Else each lookup would walk the whole chain of blocks.
        self._next.update(dict.fromkeys(passed, path))
        return path

    def join(self, paths: Iterable[str]) -> None:
        ends = list(dict.fromkeys(self[path] for path in paths))
        self._next.update(dict.fromkeys(ends[1:], ends[0]))

    def texts(self, units: Units) -> Texts:
        """Return the inner HTML of the units of a version by the text that they stand in."""
        return texts_by_path([[self[str(path)], index, html] for path, index, html in units])

    def places(self, units: Units) -> dict[Place, Place]:
        """Return, for the places of the units of a version, the text of each and its number there."""
        numbers: Counter[str] = Counter()
        found: dict[Place, Place] = {}
        for path, index, _html in units:
            text = self[str(path)]
            found[str(path), int(index)] = text, numbers[text]
            numbers[text] += 1
        return found


@dataclass(frozen=True)
class TextVersions:
    """The texts (leaves, or ``JointBlocks``) of the source and the translation, now and at the baseline.

    ``source_shown`` is what the source said when the translation was saved last, empty if that is what it says now.
    ``declared``: a person vouched for the baseline. Units that are asked about stand at places of ``JointBlocks``.
    """

    source: Texts
    source_then: Texts
    source_shown: Texts
    target: Texts
    target_then: Texts
    declared: bool

    @cached_property
    def _shown_numbers(self) -> tuple[dict[Place, int], dict[Place, int]]:
        """Return the number in ``source_shown`` of units of the source now, and of those at the baseline."""
        shown = _as_units(self.source_shown)
        now = align(shown, _as_units(self.source))
        then = align(_as_units(self.source_then), shown)
        return (
            {(each.path, each.index): each.former[1] for each in now if each.former and each.former[0] == each.path},
            {each.former: each.index for each in then if each.former and each.former[0] == each.path and each.html},
        )

    def follows_shown(self, text: str) -> bool:
        """Return whether a text has as many paragraphs as in ``source_shown``, and not as in the source now."""
        there, now = self.target.get(text, []), self.source.get(text, [])
        return len(there) != len(now) and len(there) == len(self.source_shown.get(text, []))

    def in_target(self, each: AlignedUnit) -> tuple[str, int | None]:
        """Return the text of the translation that has the unit, and its number there.

        If the text is unchanged since the baseline, use the baseline's order; if it has as many paragraphs as the
        source had when the translation was saved last, use the order of that time; otherwise the source's order now.
        """
        text, number = each.former or (each.path, None)
        there = self.target.get(text, [])
        if there == self.target_then.get(text, []) and len(there) == len(self.source_then.get(text, [])):
            return text, number
        number = each.index
        if self.follows_shown(each.path):
            now, then = self._shown_numbers
            number = (then if each.state == "removed" else now).get((each.path, each.index))
        return each.path, number if number is not None and number < len(self.target.get(each.path, [])) else None


def _as_units(texts: Texts) -> Units:
    return [[text, index, html] for text, found in texts.items() for index, html in enumerate(found)]


def order_taken_over(places: list[int]) -> list[bool]:
    """Return, for the places that units of the source have in the translation, which stand behind the unit before."""
    ranks = {place: rank for rank, place in enumerate(sorted(set(places)))}
    return [ranks[place] == (ranks[before] + 1 if before >= 0 else 0) for before, place in pairwise([-1, *places])]


def is_done(
    each: AlignedUnit, text: str, at: int | None, texts: TextVersions, before: Texts, *, in_order: bool
) -> bool:
    """Return whether a unit, translated in a text as number ``at``, is done; ``before`` is from before it was so."""
    there, then = texts.target.get(text, []), before.get(text, [])
    now = len(texts.source.get(text, []))
    if each.state == "removed":
        return at is None or len(there) == now or there[at] not in then
    html = there[at] if at is not None else ""
    copied = without_emphasis(html) == without_emphasis(each.html) and any(letter.isalpha() for letter in html)
    if each.state == "unchanged":
        return bool(there) and (not copied or (texts.declared and html in then))
    place = each.former
    earlier = before.get(place[0], []) if place else []
    former = earlier[place[1]] if place and place[1] < len(earlier) else ""
    if copied or not html or (place and former in ("", each.was)):
        # Not translated yet, or then: so nobody knows from which text of the source it is.
        return False
    if each.state == "moved" and place:
        return in_order and (place == (text, at) or former == html or (place[0] != text and html not in then))
    short = len(there) < now and not texts.follows_shown(text)
    if place is None and (not before or short):
        return False
    return html not in then


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """A unit of the source, and where the latest version of the target has its translation.

    That is in the leaf ``beside``, which isn't the source's where both divide the text otherwise among blocks, at the
    index ``at``; there it says ``html``. ``key`` is the hash of what the source's text, or its former one, says, by
    which the unit is marked as done. ``draft``: nobody has looked at the translation, so the unit isn't done.
    """

    source: AlignedUnit
    beside: str
    at: int | None
    done: bool
    marked: bool
    words: int
    key: str
    html: str = ""
    draft: UnitDraft | None = None


@dataclass(frozen=True, slots=True)
class Bitext:
    """A source as its readers see it (unpublished: its latest version) beside the latest version of a translation.

    ``text`` and ``version`` are the two in memory, ``baseline`` is the one that this version carries, ``counts`` says
    how many units each leaf of the translation has.
    """

    link: TranslationLink
    source: Page
    text: Page
    version: Page
    snapshot: Snapshot
    baseline: Baseline | None
    units: list[TranslationUnit]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def behind(self) -> bool:
        """Return whether the source says something else than this version was brought up to date with."""
        baseline = None if self.link.adapted else self.baseline
        return baseline is not None and baseline.digest != self.snapshot.digest

    @property
    def open_changes(self) -> list[TranslationUnit]:
        return [unit for unit in self.units if unit.source.state != "unchanged" and not unit.done]


def editor_url(target: Page) -> str:
    """Return the URL at which the editor of a translation goes to the first unit that is to do."""
    return to_do_in(links.editor_url(target))


def to_do_in(edit_address: str) -> str:
    return f"{edit_address}#translation-to-do"


def bitext_of(target: Page) -> Bitext | None:
    """Return the latest version of a translation beside its source, or None where it has none."""
    link = TranslationLink.objects.select_related("source__locale").filter(target=target.pk).first()
    if link is None or link.source is None:
        return None
    text, version = current_text(link.source), target.specific.get_latest_revision_as_object()
    load_child_rows(text, version)
    snapshot = take_snapshot(text)
    baseline = carried_baseline(target, target.latest_revision_id)
    latest = units_by_form(version, text)
    history = _History(target, link.source, text, baseline, snapshot)
    old = baseline.units if baseline and not link.adapted else snapshot.units
    shown, aligned, blocks = history.shown(), align(old, snapshot.units), history.blocks
    for each in aligned:
        # It left its block and didn't move: the block was split there, or two were joined.
        if each.former and each.former[0] != each.path and each.state in {"unchanged", "changed"}:
            blocks.join([each.former[0], each.path])
    counts = sizes_of(latest)
    for former in (old, shown, snapshot.units):
        for one, other in divided_otherwise(sizes_of(former), counts):
            blocks.join([*one, *other])
    texts = TextVersions(
        source=blocks.texts(snapshot.units),
        source_then=blocks.texts(old),
        source_shown=blocks.texts(shown),
        target=blocks.texts(latest),
        target_then=history.before(None),
        declared=baseline is not None and baseline.how != Baseline.How.STARTED,
    )
    now, then = blocks.places(snapshot.units), blocks.places(old)
    in_leaves = {at: place for place, at in blocks.places(latest).items()}
    said = {(str(path), int(index)): str(html) for path, index, html in latest}
    stands = []
    for each in aligned:
        name, number = (then if each.state == "removed" else now)[each.path, each.index]
        joint = replace(each, path=name, index=number, former=then[each.former] if each.former else None)
        name, at = texts.in_target(joint)
        stands.append((each, joint, name, at, in_leaves[name, at] if at is not None else None))
    order = {(str(path), int(index)): number for number, (path, index, _html) in enumerate(latest)}
    there = [place for each, *_, place in stands if place and each.state != "removed"]
    in_order = dict(zip(there, order_taken_over([order[place] for place in there]), strict=True))
    marks = UnitMark.objects.filter(target=target.pk).values_list("path", "source_hash", "kept")
    marked_texts = {(text_of(path), key, kept) for path, key, kept in marks}
    values, drafts = paths_of_values(text), unconfirmed(target)
    units = []
    for each, joint, name, at, place in stands:
        gone = each.state == "removed"
        key = said_hash(each.was if gone else each.html)
        marked = (text_of(each.path), key, gone) in marked_texts
        html = texts.target.get(name, [])
        is_value = each.path in values and bool(html) and (each.state == "unchanged" or each.html in html)
        done = link.adapted or marked or is_value
        if not done:
            ordered = place is not None and in_order.get(place, False)
            done = is_done(joint, name, at, texts, history.before(each), in_order=ordered)
        beside, index = place or (each.path, None)
        now_there = said[place] if place else ""
        draft = drafts.get(text_key(now_there)) if drafts and now_there else None
        done, marked = done and not draft, marked and not draft
        words = count_words(each.html)
        units.append(TranslationUnit(each, beside, index, done, marked, words, key, now_there, draft))
    return Bitext(link, link.source, text, version, snapshot, baseline, units, counts)


def text_since(source: Page, digest: str) -> datetime | None:
    """Return since when the text of a source with this digest is published, None where it isn't published now."""
    return PublishedUnits.objects.filter(page=source, digest=digest).values_list("since", flat=True).first()


def changes_since(*, source: Page, seen: str) -> list[str]:
    """Return, as inner HTML, what differs in a source since its version with this digest; empty if that is too old."""
    version = version_with(source, seen)
    if version is None:
        return []
    units = align(take_snapshot(version).units, take_snapshot(current_text(source)).units)
    return [unit.html or unit.was for unit in units if unit.state != "unchanged"]


def changed_sentences(target: Page) -> list[tuple[str, str]]:
    """Return, as plain text, what a translation doesn't follow yet: sentences of its live source as they were and are.

    What is new has an empty first text, what is gone an empty second one. ``own_texts`` of the page are left out.
    """
    bitext = bitext_of(target)
    if bitext is None or not bitext.source.live:
        return []
    language = bitext.source.locale.language_code
    own_texts = getattr(bitext.text, "own_texts", ())
    followed = [unit for unit in bitext.open_changes if unit.source.path.partition(".")[0] not in own_texts]
    changed: list[tuple[str, str]] = []
    for unit in followed:
        before, after = (
            [readable_text(sentence, rich=True).strip() for sentence in cut(html, language)]
            for html in (unit.source.was, unit.source.html)
        )
        changed += [
            (" ".join(before[run.i1 : run.i2]), " ".join(after[run.j1 : run.j2]))
            for run in runs(before, after)
            if not run.equal
        ]
    return changed


class _History:
    """The versions of a translation from before its source said what it says now.

    What differs from them was written since. The version of the baseline is no help: between a translation's beginning
    and the first change of its source all of it is written. Each unit of the source has its own moment, so that a
    change elsewhere doesn't ask again for what was translated before it.
    """

    def __init__(self, target: Page, source: Page, text: Page, baseline: Baseline | None, snapshot: Snapshot) -> None:
        self.target, self.source, self.text = target, source, text
        self.bound = baseline.revision if baseline else None
        self.behind = baseline is not None and baseline.digest != snapshot.digest
        since = text_since(source, snapshot.digest) or source.latest_revision_created_at
        self.since = since if self.behind else None
        self.units_since = units_since(source, snapshot) if self.behind else {}
        self.blocks = JointBlocks()
        # Several moments may have the same version.
        self.versions: dict[datetime | None, Revision | None] = {}
        self.texts: dict[Revision | None, Texts] = {}

    def before(self, unit: AlignedUnit | None) -> Texts:
        """Return the texts from before the source said a unit, or without one its text as a whole."""
        moment = self.since
        if unit is not None and unit.state in {"changed", "new", "moved"}:
            moment = self.units_since.get(unit_key(unit.path, unit.html), moment)
        if moment not in self.versions:
            self.versions[moment] = self._version(moment)
        version = self.versions[moment]
        if version not in self.texts:
            units = units_by_form(version.as_object(), self.text) if version else []
            self.texts[version] = self.blocks.texts(units)
        return self.texts[version]

    def shown(self) -> Units:
        """Return what the source said when the translation was saved last, where it says something else now."""
        saved = self.target.latest_revision_created_at
        if not self.behind or saved is None or self.since is None or saved >= self.since:
            return []
        return text_at(self.source, saved)

    def _version(self, moment: datetime | None) -> Revision | None:
        if moment is None or (self.bound is not None and moment <= self.bound.created_at):
            return self.bound
        earlier = self.target.revisions.filter(created_at__lt=moment).order_by("-created_at", "-pk").first()
        return max(filter(None, (self.bound, earlier)), key=lambda each: (each.created_at, each.pk), default=None)

"""How much of a text its approver changed, and whether that is little enough to approve it.

Measured is what one person changed since the submission: the revisions saved after it are taken in the order in which
they were saved, and each run of this person's revisions is compared with the version before it. Revisions that no
person saved count for whoever approves.

**Words.** Paragraphs, headings and list items that stand in both versions, wherever, are left out; the words of the
others are compared by ``alignment.runs`` in reading order. A word that was
taken out, put in or replaced by another counts once, punctuation belongs to its word, and a tag (bold, a list) counts
as a word. The share is their number relative to the words that readers see of the submitted version. Passages too long
to compare (``COMPARED_PAIRS``) count whole.

**Facts** are never mended alone, however few words they take: those of ``stated_facts``, and

- the order of blocks and paragraphs;
- whatever else the page says: pictures, links, embeds, tables, dates, authors, topics, texts that readers may not see.
  The schedule is left out: it says when, and the approval covers it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Literal

from django.db import models
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from chorsu_editorial.alignment import runs, tokens
from chorsu_editorial.differences import field_label
from chorsu_editorial.hashing import content_parts
from chorsu_editorial.leaves import Leaf, all_leaves, without_texts
from chorsu_editorial.links import is_in_table
from chorsu_editorial.richtext import canonical_html, canonical_text
from chorsu_editorial.stated_facts import Fact, Passage, changed_facts, small_words

# Two passages of 2,000 different words each take half a second.
COMPARED_PAIRS = 4_000_000

# Tags that only shape a text. Any other (a link, an embed, a picture) is content of its own.
_SHAPES = frozenset(
    {"b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "s"}
    | {"small", "span", "strong", "sub", "sup", "u", "ul"}
)
_NO_WORDS = frozenset({"<p>", "</p>", "<br>", "</br>"})
_TAG = re.compile(r"</?([a-z0-9-]+)(?:[^a-z0-9<>-][^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Measure:
    """What was changed: ``words`` of ``of`` words, ``facts`` of which kinds, and the names of ``other`` content."""

    words: int = 0
    of: int = 0
    facts: frozenset[Fact | Literal["order"]] = frozenset()
    other: tuple[str, ...] = ()

    @property
    def percent(self) -> float:
        """Return the words in per cent; of a text without words one word is infinitely much."""
        if not self.words:
            return 0.0
        return 100 * self.words / self.of if self.of else float("inf")

    def within(self, percent: float) -> bool:
        """Return whether somebody who changed this much may approve, where ``percent`` of the words are allowed."""
        return not self.facts and not self.other and self.percent <= percent

    def __add__(self, more: Measure) -> Measure:
        other = tuple(dict.fromkeys((*self.other, *more.other)))
        return Measure(self.words + more.words, self.of or more.of, self.facts | more.facts, other)


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph, heading or list item, or a tag around them, as canonical HTML."""

    html: str
    kind: str
    language: str

    @property
    def text(self) -> str:
        return unescape(_TAG.sub(" ", self.html))


def share_of_changes(user: Any, *, submitted: Revision, latest: Revision) -> Measure:
    """Return what a user changed from the submitted revision to the latest one."""
    later = list(
        Revision.objects.filter(
            base_content_type_id=submitted.base_content_type_id,
            object_id=submitted.object_id,
            created_at__gt=submitted.created_at,
            created_at__lte=latest.created_at,
        )
        .order_by("created_at", "pk")
        .values_list("pk", "user_id")
    )
    own = {user.pk, None}
    if not any(user_id in own for _pk, user_id in later):
        return Measure()
    chain = [(submitted.pk, None), *later]
    total = Measure(of=_count_words(submitted.as_object()))
    start = 0
    for number, (pk, user_id) in enumerate(chain):
        if number and user_id in own:
            ends = number + 1 == len(chain) or chain[number + 1][1] not in own
            if ends:
                total += measure(*(_version(key) for key in (chain[start][0], pk)))
                start = number
        else:
            start = number
    return total


def measure(before: Page, after: Page) -> Measure:
    """Compare two versions of a page; ``of`` are the words of the first."""
    old, new = list(all_leaves(before, include_empty=True)), list(all_leaves(after, include_empty=True))
    old_lines, new_lines = (list(_lines(leaf for leaf in side if leaf.public)) for side in (old, new))
    gone, come = _unmatched(old_lines, new_lines)
    facts: set[Fact | Literal["order"]] = set()
    ordinary = small_words(line.text for line in (*old_lines, *new_lines))
    for language in {line.language for line in (*gone, *come)}:
        taken, given = (
            [Passage(line.text, line.kind) for line in side if line.language == language] for side in (gone, come)
        )
        facts |= changed_facts(taken, given, language or after.locale.language_code, ordinary=ordinary)
    if _order(old_lines, new_lines) or _block_order(before, after):
        facts.add("order")
    other = _other(before, after, old, new, (old_lines, new_lines))
    return Measure(_changed_words(gone, come), _words_of(old_lines), frozenset(facts), other)


def _version(pk: int) -> Page:
    page: Page = Revision.objects.get(pk=pk).as_object()
    return page


def _count_words(page: Page) -> int:
    return _words_of(_lines(leaf for leaf in all_leaves(page) if leaf.public))


def _words_of(lines: Iterable[_Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def _lines(leaves: Iterable[Leaf]) -> Iterator[_Line]:
    for leaf in leaves:
        language = leaf.language or ""
        kind = leaf.role if leaf.role in {"headline", "people", "quotation"} else ""
        if leaf.kind == "text":
            for text in canonical_text(leaf.source).split("\n"):
                if text.strip():
                    yield _Line(escape(text.strip(), quote=False), kind, language)
            continue
        depth = 0
        for html in canonical_html(leaf.source).split("\n"):
            depth += (html == "<blockquote>") - (html == "</blockquote>")
            if html:
                yield _Line(html, "quotation" if depth and not kind else kind, language)


def _unmatched(old: list[_Line], new: list[_Line]) -> tuple[list[_Line], list[_Line]]:
    """Return the lines that stand in one version only, in reading order."""
    same = Counter(old) & Counter(new)

    def rest(lines: list[_Line]) -> Iterator[_Line]:
        left = Counter(same)
        for line in lines:
            if left[line]:
                left[line] -= 1
            else:
                yield line

    return list(rest(old)), list(rest(new))


def _changed_words(gone: list[_Line], come: list[_Line]) -> int:
    old, new = (
        [token for line in lines for token in tokens(line.html) if not (token.isspace() or token in _NO_WORDS)]
        for lines in (gone, come)
    )
    found = runs(old, new, compared=COMPARED_PAIRS)
    return sum(max(i2 - i1, j2 - j1) for equal, i1, i2, j1, j2 in found if not equal)


def _order(old: list[_Line], new: list[_Line]) -> bool:
    """Return whether paragraphs that stand once in both versions stand in another order."""
    counts = Counter(old), Counter(new)

    def common(lines: list[_Line]) -> list[_Line]:
        return [line for line in lines if counts[0][line] == counts[1][line] == 1]

    return common(old) != common(new)


def _block_order(before: Page, after: Page) -> bool:
    for field in after._meta.get_fields():
        if isinstance(field, StreamField):
            values = [field.get_prep_value(getattr(page, field.name)) for page in (before, after)]
            old, new = ([block["id"] for block in value] for value in values)
            kept = set(old) & set(new)
            if [key for key in old if key in kept] != [key for key in new if key in kept]:
                return True
    return False


def _other(
    before: Page, after: Page, old: list[Leaf], new: list[Leaf], lines: tuple[list[_Line], list[_Line]]
) -> tuple[str, ...]:
    """Return the names of the fields whose content beside their public words differs."""
    found: list[str] = []
    closed = [
        {leaf.path: leaf.source for leaf in leaves if leaf.source and (not leaf.public or is_in_table(leaf.path))}
        for leaves in (old, new)
    ]
    found += sorted({path.partition(".")[0] for path, _text in closed[0].items() ^ closed[1].items()})
    links = [Counter(tag for line in side for tag in _content_tags(line.html)) for side in lines]
    if links[0] != links[1]:
        found += [leaf.path.partition(".")[0] for leaf in new if leaf.kind == "rich_text"][:1]
    shapes = [_shape(page) for page in (before, after)]
    found += [name for name in shapes[1] if shapes[0].get(name) != shapes[1][name]]
    return tuple(dict.fromkeys(field_label(after, name) for name in found))


def _content_tags(html: str) -> Iterator[str]:
    return (match.group() for match in _TAG.finditer(html) if match.group(1) not in _SHAPES)


def _shape(page: Page) -> dict[str, Any]:
    """Return the content of a page without its texts, and without blocks that are nothing but a text."""
    empty = without_texts(page)
    parts = content_parts(empty, everything=True)
    for field in page._meta.get_fields():
        if isinstance(field, models.DateTimeField) and parts.get(field.name):
            # The editor's form knows no seconds: to save it, with a comment only, is no change of a time.
            parts[field.name] = parts[field.name][:16]
        if isinstance(field, StreamField) and field.name in parts:
            parts[field.name] = [block for block in parts[field.name] if block[1] not in ("", None)]
    return parts

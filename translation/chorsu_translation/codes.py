"""The inner HTML of a unit as texts and codes, for files and machines, which mustn't change its tags; safe XML."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from html import escape
from typing import IO, Any, Literal, NamedTuple

from django.utils.translation import gettext as _

from chorsu_editorial.markup import VOID, readable_text, tokens
from chorsu_locales.text import nfc

# What XML can't hold, not even as a reference; none of it can be seen.
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK_CODE = re.compile('<x id="br-[0-9]{1,9}"/>')
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_comments": True, "remove_pis": True}
Code = tuple[Literal["begin", "end", "single"], str]  # the tags of a pair have one number: "b-1" is the first <b>


class FileError(ValueError):
    """A file can't be read; the message is a sentence for people."""


class CodesChangedError(ValueError):
    """A translation hasn't the codes of its source; the message is a sentence for people."""


class Coded(NamedTuple):
    """A text with ``<g id="b-1">…</g>`` for a pair of tags and ``<x id="br-1"/>`` for a single one, as in XLIFF 1.2.

    ``marked`` is escaped, without what XML can't hold; ``tags`` are those that the codes stand for.
    """

    marked: str
    tags: Mapping[Code, str]

    def restore(self, marked: str) -> str:
        """Return the inner HTML of a translation with the codes of this text. Raises ``CodesChangedError``."""
        found = list(_pieces(marked))
        wanted, given = Counter(list(self.tags)), Counter(code for code, _text in found if code)
        if wrong := [*(wanted - given), *(given - wanted)]:
            tags = ", ".join(dict.fromkeys(f"<{number.rpartition('-')[0]}>" for _kind, number in wrong))
            raise CodesChangedError(_("Tags are missing, too many or in a wrong place: %(tags)s") % {"tags": tags})
        return "".join(self.tags[code] if code else escape(nfc(text), quote=False) for code, text in found)


def _pieces(marked: str) -> Iterator[tuple[Code | None, str]]:
    """Yield codes and texts; an end that isn't that of the last begin, and other tags, are codes that no text has."""
    opened: list[str] = []
    for token in tokens(FORBIDDEN.sub("", marked)):
        number = token.attributes.get("id", "")
        if not token.name:
            yield None, token.text
        elif token.kind == "begin":
            yield ("begin" if token.name == "g" else "single", number or f"{token.name}-"), ""
        if token.name == "g" and token.kind == "begin":
            opened.append(number)
        if token.name == "g" and (token.kind == "end" or token.closed):
            last = opened.pop() if opened else ""
            yield ("end", last if last and number in {"", last} else "g-"), ""


def readable_words(marked: str) -> str:
    """Return what a reader reads of a text with codes; a line break is a space."""
    return readable_text(_BREAK_CODE.sub("<br>", marked), rich=True)


def to_codes(html: str, like: Coded | None = None) -> Coded:
    """Return the canonical inner HTML of a unit with codes for tags; a tag without its partner is a single one.

    ``like``: the source, whose numbers the same tags of a translation have; the others of a name follow in order.
    """
    html = FORBIDDEN.sub("", html)
    parts: list[str] = []
    tags: dict[Code, str] = {}
    opened: list[tuple[str, str, int]] = []
    numbers, free = Counter[str](), defaultdict[str, list[str]](list)
    there = {html[token.start : token.end] for token in tokens(html)} if like else set()
    for (kind, number), tag in like.tags.items() if like else ():
        if kind != "end":
            name = number.rpartition("-")[0]
            numbers[name] += 1
            free[tag if tag in there else name].append(number)
    for token in tokens(html):
        written = html[token.start : token.end]
        if token.kind in {"text", "rest"}:
            parts.append(escape(token.text, quote=False))
        elif token.kind == "end" and opened and opened[-1][0] == token.name:
            _name, number, at = opened.pop()
            tags["begin", number], tags["end", number] = tags.pop(("single", number)), written
            parts[at] = f'<g id="{escape(number)}">'
            parts.append("</g>")
        else:
            if not (known := free[written] or free[token.name]):
                numbers[token.name] += 1
            number = known.pop(0) if known else f"{token.name}-{numbers[token.name]}"
            if token.kind == "begin" and token.name not in VOID:
                opened.append((token.name, number, len(parts)))
            tags["single", number] = written
            parts.append(f'<x id="{escape(number)}"/>')
    return Coded("".join(parts), tags)


def elements(
    stream: IO[bytes], roots: Collection[str], other_root: str, *, limits: tuple[int, int], doctype: bool = False
) -> Iterator[tuple[str, Any]]:
    """Yield the elements of the root's own namespace as they end, with their names; raise ``FileError``, also late.

    ``limits`` are bytes and events. ``doctype``: a document type may be named; it isn't loaded, and declares nothing.
    """
    from lxml import etree  # noqa: PLC0415 - without it the site has to come as far as its checks: E002

    if stream.seek(0, os.SEEK_END) > limits[0]:
        raise FileError(_("The file is too large."))
    stream.seek(0)
    try:
        events = etree.iterparse(stream, ("start", "end"), **_SAFE)
        root = next(events)[1]
        # Behind a document type that declares nothing there is no "]>": in elements ">" is a reference.
        document = root.getroottree()
        if document.docinfo.internalDTD is not None and (not doctype or "]>" in etree.tostring(document, encoding=str)):
            raise FileError(_("The file declares a document type. Save it without one."))
        if root.tag not in roots:
            raise FileError(other_root)
        namespace = root.tag[: root.tag.rfind("}") + 1]
        for number, (event, element) in enumerate(events):
            if number > limits[1]:
                raise FileError(_("The file is too large."))
            if event == "end" and element.tag.startswith(namespace):
                yield element.tag.removeprefix(namespace), element
    except etree.XMLSyntaxError as error:
        raise FileError(_("The file isn't XML, or it is damaged.")) from error

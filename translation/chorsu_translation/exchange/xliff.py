"""XLIFF 1.2 and 2.1. docs/decisions/xliff.md says why they look as they do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import IO, Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from chorsu_translation.codes import FORBIDDEN, FileError, elements
from chorsu_translation.findings import Name

MOST_BYTES, MOST_EVENTS, MOST_FILES = 20_000_000, 600_000, 50
_ROOTS = {f"{{urn:oasis:names:tc:xliff:document:{version}}}xliff" for version in ("1.2", "2.0")}
_SOURCES = "x:source | x:segment/x:source | x:ignorable/x:source"
_TARGETS = "x:target | x:segment/x:target | x:ignorable/x:target | x:ignorable[not(x:target)]/x:source"
_HELD = 'canCopy="no" canDelete="no"'
_PROTECTED = {"<g ": f"<pc {_HELD} ", "</g>": "</pc>", "<x ": f"<ph {_HELD} "}  # texts are escaped, so none has these
# What codes begin with in ``Coded.marked``, by the inline elements of both; texts in the empty ones are the text's.
_BEGINS = dict.fromkeys(("g", "pc", "bx", "sc"), '<g id="{}">') | dict.fromkeys(("ex", "ec"), '</g id="{}">')
_BEGINS |= dict.fromkeys(("source", "target", "mrk", "sm", "em", "cp"), "")


class Unit(NamedTuple):
    """A unit with its texts as ``Coded.marked``; ``context`` tells where it is, no target is no translation."""

    id: str
    source: str
    target: str = ""
    done: bool = False
    context: str = ""
    notes: Sequence[str] = ()
    hits: Sequence[Name] = ()


class File(NamedTuple):
    """The units of an article, and the BCP 47 tags of the languages."""

    article: str
    source_language: str
    target_language: str
    units: Sequence[Unit]


def write(files: Sequence[File], *, version: str) -> bytes:
    """Return a document of version 1.2 or 2.1; its files have one pair of languages."""
    text: str = render_to_string(f"chorsu_translation/exchange/xliff-{version}.xml", {"files": files})
    for mark, element in _PROTECTED.items() if version == "2.1" else ():
        text = text.replace(mark, element)
    return FORBIDDEN.sub("", text).encode()


def read(stream: IO[bytes]) -> list[File]:
    """Return the files of a document, without the units that mustn't be translated. Raises ``FileError``."""
    files: list[File] = []
    units: list[Unit] = []
    other = _("The file isn't in XLIFF 1.2, 2.0 or 2.1.")
    for name, element in elements(stream, _ROOTS, other, limits=(MOST_BYTES, MOST_EVENTS)):
        if name in {"unit", "trans-unit"}:
            if element.xpath("string(ancestor-or-self::*[@translate][1]/@translate)") != "no":
                units.append(_read_unit(element))
            element.clear()
        elif name == "file":
            root = element.getparent()
            source = root.get("srcLang") or element.get("source-language", "")
            target = root.get("trgLang") or element.get("target-language", "")
            files.append(File(element.get("original", ""), source, target, units))
            units = []
    if not 0 < len(files) <= MOST_FILES:
        raise FileError(_("The file is too large.") if files else _("The file has no text in it."))
    return files


def _read_unit(element: Any) -> Unit:
    """Return a unit whose segments are joined; it has a translation if each of them has one."""
    names = {"x": element.tag[1:].partition("}")[0]}
    sources, targets = (element.xpath(path, namespaces=names) for path in (_SOURCES, _TARGETS))
    return Unit(element.get("id", ""), _marked(sources), _marked(targets) if len(sources) == len(targets) else "")


def _marked(texts: Iterable[Any]) -> str:
    from lxml import etree  # noqa: PLC0415

    parts: list[str] = []
    for element in texts:
        # Written as text, each would declare all namespaces of the document again.
        for event, each in etree.iterwalk(element, events=("start", "end")):
            name = etree.QName(each).localname
            if event == "start":
                begin = _BEGINS.get(name, '<x id="{}"/>').format(escape(each.get("startRef") or each.get("id", "")))
                parts += begin, escape(each.text or "", quote=False)
            else:
                tail = "" if each is element else each.tail
                parts += "</g>" if name in {"g", "pc"} else "", escape(tail or "", quote=False)
    return "".join(parts)

"""What a format makes of an archive: the one protocol between those who read files and those who write articles.

A format is a class with the methods of ``Format``; a site adds its own by ``CHORSU_ARCHIVE["FORMATS"]``. All texts are
as the source wrote them: who writes articles cleans, cuts and normalises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from chorsu_archive.conf import get_settings
from chorsu_locales.normal_form import permitted

# Before the key of a medium where raw blocks name it.
MEDIUM = "medium:"
# Of a live text; ``private`` is shown to nobody, ``scheduled`` waits for its date.
Status = Literal["live", "draft", "private", "scheduled"]
# Whether items of a kind come by themselves, only where somebody chose a section for the kind, or never: these are
# messages, orders and the like, which people sent in confidence.
Admission = Literal["by_itself", "by_choice", "never"]


# What the placeholders of a sentence stand for: one value, or several by name.
Values = str | int | Mapping[str, Any] | None
PLACEHOLDER = re.compile(r"%(?:\([a-z]{1,20}\))?[ds]")


def sentence_of(text: str, values: Values = None) -> str:
    """Return a sentence of the catalogues in the active language, with its values; of another text, itself.

    A value called ``reason`` is a text of the catalogues too.
    """
    translated = gettext(text) if text else ""
    if isinstance(values, Mapping) and "reason" in values:
        values = {**values, "reason": gettext(str(values["reason"]))}
    try:
        return translated if values is None else translated % values
    except (KeyError, TypeError, ValueError):  # another version wrote it
        return translated


class ArchiveError(Exception):
    """An archive, or one file of it, can't be read; the message is a sentence for whoever brought it.

    ``text`` and ``values`` are as those of a ``Note``.
    """

    def __init__(self, text: str = "", values: Values = None) -> None:
        super().__init__(text, values)
        self.text, self.values = text, values

    def __str__(self) -> str:
        return sentence_of(self.text, self.values)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the report tells of an item: it was left out, guessed, leads nowhere, or stays after undoing.

    ``text`` is in English, marked with ``gettext_noop`` and shown in the language of who reads it, ``values`` are those
    of its placeholders, ``words`` are the source's and stand behind it: notes of one text are counted together.
    """

    kind: Literal["dropped", "guessed", "broken", "stays"]
    text: str
    values: Values = None
    words: str = ""

    def __hash__(self) -> int:
        return hash((self.kind, self.text, str(self.values), self.words))

    def __str__(self) -> str:
        return " ".join(filter(None, [sentence_of(self.text, self.values), self.words]))

    @property
    def heading(self) -> str:
        """What it has in common with all of its text."""
        return PLACEHOLDER.sub("…", sentence_of(self.text)).rstrip(": ")

    def stored(self) -> list[Any]:
        """Return what ``Note(*stored)`` makes it of, as JSON can hold it."""
        details = [storable(self.values), permitted(self.words)]
        return [self.kind, permitted(self.text), *(details if self.values is not None or self.words else ())]


def storable(values: Any) -> Any:
    """Return the values of a sentence as JSON and databases can hold them."""
    if isinstance(values, Mapping):
        return {name: storable(value) for name, value in values.items()}
    return values if values is None or isinstance(values, int) else permitted(str(values))


def reason_of(error: Exception) -> tuple[str, Values]:
    """Return what an error says as text and values of a note."""
    if isinstance(error, ArchiveError):
        return error.text, error.values
    # As the catalogues know it.
    with override(None):
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            return "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()), None
        return " ".join(getattr(error, "messages", [])) or str(error) or repr(error), None


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who wrote: ``key`` in the source, such as a login, and the name as it is shown there."""

    key: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A category or tag: ``kind`` is the source's taxonomy; terms of one ``group`` are one in several languages."""

    kind: str
    key: str
    name: str
    language: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or file of the source. ``address`` is the original's; ``page_addresses`` are those of its own page.

    ``language`` is that of title, caption and alternative text, where the source says it. ``data`` is JSON of what our
    own format knows beside: values of columns, and ``tags``.
    """

    key: str
    address: str
    title: str = ""
    caption: str = ""
    alt: str = ""
    credit: str = ""
    page_addresses: tuple[str, ...] = ()
    language: str = ""
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Item:
    """One article in one language.

    ``key`` is its own in the source and stays the same in later exports; items with one ``group`` are translations of
    each other, of which the one in ``original`` (if any says so) was first. ``language`` is empty where the source says
    none. ``texts`` says which source's habits the HTML has: ``wordpress`` (its shortcodes and comments), or plain.
    ``authors`` are keys of contributors, ``terms`` pairs (kind, key), ``picture`` a medium's key. Of ``fields`` one
    with the name of a text field of articles is proposed to go there. ``addresses`` are all under which readers found
    it. ``data`` has what only its own format knows, and ``footnotes`` as WordPress has them.
    """

    key: str
    title: str
    slug: str = ""
    language: str = ""
    group: str = ""
    original: bool = False
    kind: str = ""
    admission: Admission = "by_itself"
    status: Status = "live"
    lead: str = ""
    html: str = ""
    texts: Literal["plain", "wordpress"] = "plain"
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    picture: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """How a person wants an archive read; a format may use some of it.

    ``language`` holds for items that name none. ``media`` is a folder with the source's files, laid out as on its
    server. ``groups`` is a file that says which items are translations of each other, where the archive doesn't.
    """

    language: str = ""
    media: Path | None = None
    groups: Path | None = None


@dataclass(frozen=True, slots=True)
class Addition:
    """What an export of our own has beside articles: a page, a redirect, or a row of a vocabulary or supplement.

    ``of`` is the vocabulary's model, or the ``Supplement``.
    """

    kind: Literal["vocabulary", "structure", "redirect", "supplement"]
    row: Mapping[str, Any]
    of: Any = None


class Archive(Protocol):
    """An opened archive. It is read as often as somebody asks, each time from the beginning, and held in no memory.

    ``identity`` is the same for all exports of one site: its address, or a name. A class that inherits from this one
    writes ``items`` and whatever else its source has; the methods from ``additions`` on are for whole pages, as our own
    export has them.
    """

    identity: str

    def items(self) -> Iterator[Item]:
        """Yield the items in an order that is the same each time. Raises ``ArchiveError``."""
        ...

    def contributors(self) -> Iterator[Contributor]:
        return iter(())

    def terms(self) -> Iterator[Term]:
        return iter(())

    def media(self) -> Iterator[Medium]:
        return iter(())

    def read(self, medium: Medium) -> BinaryIO | None:  # noqa: ARG002
        """Open a medium that the archive itself has, or its folder; None where it has to be fetched."""
        return None

    def additions(self) -> Iterator[Addition]:
        """Yield what it has beside articles, what others refer to or stand below first."""
        return iter(())

    def supplements(self) -> Iterator[Addition]:
        """Yield what may refer to articles, for when these are there."""
        return iter(())

    def parts(self) -> Iterator[tuple[str, int]]:
        """Yield what comes only by a choice, and how many fields and lines that is."""
        return iter(())

    def is_here(self, item: Item) -> bool:  # noqa: ARG002
        """Tell whether an item that no import brought is a page here: then it stays as it is."""
        return False

    def redirect_hosts(self) -> Iterator[str]:
        """Yield the other host that a redirect leads to, for each that leads to one."""
        return iter(())

    def section_of(self, item: Item) -> Any:  # noqa: ARG002
        """Return the section here that an item stood in; None where the mapping decides."""
        return None

    def page_of(self, item: Item, library: Any) -> tuple[Any, list[Note]] | None:  # noqa: ARG002
        """Return a new page without a place, not saved, and what is to be told of it; None to have it made."""
        return None

    def join(self, run: Any, library: Any) -> bool:  # noqa: ARG002
        """Let the next pages name those that came after them; return whether there may be more."""
        return False


class Format(Protocol):
    """A kind of archive. ``name`` is stored; ``label`` is shown."""

    name: str
    label: str | Promise

    def recognises(self, path: Path) -> bool:
        """Tell whether a file or folder is one of this kind, by its first bytes; never reads all of it."""
        ...

    def open(self, path: Path, options: Options) -> Archive:
        """Raises ``ArchiveError``."""
        ...


def format_of(path: Path) -> Format:
    """Return the first of the site's formats that recognises a file or folder. Raises ``ArchiveError``."""
    formats: list[Format] = [import_string(each)() for each in get_settings().formats]
    for each in formats:
        if each.recognises(path):
            return each
    names = ", ".join(str(each.label) for each in formats)
    raise ArchiveError(_("%(name)s is none of these: %(formats)s."), {"name": path.name, "formats": names})

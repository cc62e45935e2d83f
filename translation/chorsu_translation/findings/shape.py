"""Letters of another alphabet, quotation marks and length; texts, paragraphs and files that only one side has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Page

from chorsu_editorial.stated_facts import in_marks
from chorsu_editorial.uses.files import references
from chorsu_locales.selectors import get_language_row, is_known
from chorsu_locales.table.model import Quotes
from chorsu_translation.findings.running import Alignment, Found, Pair, register_check

_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN"})
SHORTEST = 50  # characters of the source: a heading of three words may well become six
LEAST, MOST = 0.55, 1.6
SPEECH = 5  # words
MARKS = '«»“”„‟"‹›「」『』'


@register_check("alphabet", gettext_lazy("Letters of another alphabet"))
def check_alphabet(pages: Alignment) -> Found:
    """Find units with a word that has letters of two scripts."""
    wrong = set(get_language_row(pages.target_code).wrong_letters)
    for pair in pages.units:
        if pair.target is None:
            continue
        mixed = [word for word in _WORD.findall(pair.target.text) if _is_mixed(word) or not wrong.isdisjoint(word)]
        if mixed:
            words = ", ".join(dict.fromkeys(mixed[:5]))
            yield pair, _("Letters of two alphabets in one word: %(words)s") % {"words": words}


def _is_mixed(word: str) -> bool:
    return len({script for letter in word if (script := _script(letter))}) > 1


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    return name if name in _SCRIPTS else ""


@register_check("length", gettext_lazy("Length"))
def check_length(pages: Alignment) -> Found:
    """Find units that are much shorter or longer than the languages account for."""
    for pair in pages.pairs:
        if pair.source is None or pair.target is None or len(pair.source.text) < SHORTEST:
            continue
        expected = [get_language_row(side.language).relative_length for side in (pair.source, pair.target)]
        ratio = len(pair.target.text) / len(pair.source.text) * expected[0] / expected[1]
        if ratio < LEAST:
            yield pair, _("Much shorter than the source.")
        elif ratio > MOST:
            yield pair, _("Much longer than the source.")


@register_check("quotation_marks", gettext_lazy("Quotation marks"))
def check_quotation_marks(pages: Alignment) -> Found:
    """Find units with other marks than those of the language, and with an outer mark that isn't closed."""
    if not is_known(pages.target_code):
        return
    quotes = get_language_row(pages.target_code).quotes
    pattern = f"{quotes.opening}…{quotes.closing}"
    for pair in pages.units:
        if pair.target is None or pair.target.language != pages.target_code:
            continue
        text = pair.target.text
        strange = _strange(text, quotes)
        if strange:
            marks = {"found": " ".join(sorted(strange)), "right": pattern}
            yield pair, _("%(found)s are not the quotation marks of this language: %(right)s") % marks
        elif quotes.opening != quotes.closing and text.count(quotes.opening) != text.count(quotes.closing):
            yield pair, _("A quotation is opened and not closed, or closed and not opened.")
        elif pair.source and not set(text) & set(MARKS) and _quotes_speech(pair.source.text):
            yield pair, _("The source quotes somebody here, and the translation has no quotation marks.")


def _strange(text: str, quotes: Quotes) -> set[str]:
    """Return the marks that aren't the language's, and inner ones that no outer ones surround."""
    inner = {quotes.inner_opening, quotes.inner_closing} - {quotes.opening, quotes.closing}
    found: set[str] = set()
    depth = 0
    for place, mark in enumerate(text):
        if mark == quotes.opening:
            depth += 1
        elif mark == quotes.closing:
            depth -= 1
        elif mark in MARKS and (mark not in inner or depth < 1) and not _is_inch(text, place):
            found.add(mark)
    return found


def _is_inch(text: str, place: int) -> bool:
    return text[place] == '"' and text[place - 1 : place].isdecimal()


def _quotes_speech(text: str) -> bool:
    """Return whether a text quotes more than a name."""
    return any(len(quoted.split()) >= SPEECH for quoted in in_marks(text))


SHOWN_START = 60


@register_check("structure", gettext_lazy("Missing and extra parts"))
def check_structure(pages: Alignment) -> Found:
    """Find texts that are missing or extra, and texts that have another number of paragraphs."""
    for pair in pages.missing:
        if pair.source:
            yield pair, _("This text of the source is missing: “%(text)s”") % {"text": _start(pair.source.text)}
    for pair in pages.extra:
        if pair.target:
            yield pair, _("The source has no such text: “%(text)s”") % {"text": _start(pair.target.text)}
    for pair, theirs, ours in pages.uneven:
        source = ngettext("%(number)d paragraph", "%(number)d paragraphs", theirs) % {"number": theirs}
        target = ngettext("%(number)d paragraph", "%(number)d paragraphs", ours) % {"number": ours}
        yield (
            pair,
            _("The source has %(source)s here, the translation %(target)s.") % {"source": source, "target": target},
        )


@register_check("pictures", gettext_lazy("Pictures and documents"))
def check_files(pages: Alignment) -> Found:
    """Find pictures and documents of the source that the translation lacks, and blocks without a text."""
    theirs, ours = references(pages.source_page), references(pages.target_page)
    missing = {
        _("pictures"): len(theirs.get(get_image_model(), set()) - ours.get(get_image_model(), set())),
        _("documents"): len(theirs.get(get_document_model(), set()) - ours.get(get_document_model(), set())),
    }
    for what, number in missing.items():
        if number:
            yield (
                Pair("title", 0, None, None),
                _("The translation lacks %(what)s of the source: %(number)d.") % {"what": what, "number": number},
            )
    texts = {part for pair in (*pages.missing, *pages.extra) for part in pair.path.split(".")}
    for path, said in _other_blocks(pages.source_page, pages.target_page):
        if path.rpartition(".")[2] not in texts:
            yield Pair(path, 0, None, None), said


def _other_blocks(source: Page, target: Page) -> Iterator[tuple[str, str]]:
    """Yield the content paths of blocks that one side lacks."""
    for field in target._meta.get_fields():
        if not isinstance(field, StreamField) or not hasattr(source, field.name):
            continue
        theirs, ours = (
            {block.id: str(block.block.label) for block in getattr(page, field.name)} for page in (source, target)
        )
        for key in theirs.keys() - ours.keys():
            yield f"{field.name}.{key}", _("The translation lacks a block: %(block)s") % {"block": theirs[key]}
        for key in ours.keys() - theirs.keys():
            yield f"{field.name}.{key}", _("The source has no such block: %(block)s") % {"block": ours[key]}


def _start(text: str) -> str:
    return text if len(text) <= SHOWN_START else f"{text[:SHOWN_START]}…"

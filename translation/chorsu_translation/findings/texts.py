"""Texts that are in another alphabet or language than they should be, too long, missing, or not translated.

Names, numbers and addresses are the same in two languages, and titles of foreign works stand in italics or quotation
marks: whether a text is translated is decided by its lower-case words outside of those. Passages that are marked as
another language, and names of people, are left alone. Of languages outside the table only equal texts are found.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html import unescape

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.blocks import RichTextBlock
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Page

from chorsu_editorial.file_usage.files import references
from chorsu_editorial.stated_facts import in_marks
from chorsu_locales.selectors import get_language_row, is_known
from chorsu_locales.sentences import sentences
from chorsu_locales.table import LANGUAGES, normal_code
from chorsu_locales.table.model import Quotes
from chorsu_translation.findings.running import Alignment, Found, Pair, Text, register_check

_LETTERS = re.compile(r"[^\W\d_]+")
_ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN"})
SHORTEST_MEASURED = 50  # characters of the source: a heading of three words may well become six
LEAST, MOST = 0.55, 1.6
SPEECH = 5  # words of a quotation; fewer may be a name
MARKS = '«»“”„‟"‹›「」『』'
SHOWN_START = 60
SHORTEST = 5  # words that are needed to tell a language
FOREIGN = frozenset({"a", "cite", "code", "em", "i"})
_TAG = re.compile(r"(<[^<>]*>)")
_QUOTED = re.compile('[«“„"][^«»“”„"]{1,60}[»”“"]')
_WORD = re.compile(r"[^\W\d_](?:[\u200c'ʻʼ’‘-]?[^\W\d_])*")
_SCRIPTS = {"LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab"}


@register_check("alphabet", gettext_lazy("Letters of another alphabet"))
def check_alphabet(pages: Alignment) -> Found:
    wrong = set(get_language_row(pages.target_code).wrong_letters)
    for pair in pages.units:
        words = _LETTERS.findall(pair.target.text) if pair.target else ()
        mixed = [word for word in words if len({*map(_script, word)} - {""}) > 1 or not wrong.isdisjoint(word)]
        if mixed:
            listed = ", ".join(dict.fromkeys(mixed[:5]))
            yield pair, _("Letters of two alphabets in one word: %(words)s") % {"words": listed}


@cache
def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    return name if name in _ALPHABETS else ""


@register_check("length", gettext_lazy("Length"))
def check_length(pages: Alignment) -> Found:
    for pair in pages.pairs:
        if pair.source is None or pair.target is None or len(pair.source.text) < SHORTEST_MEASURED:
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
        elif (
            pair.source
            and not set(text) & set(MARKS)
            and any(len(quoted.split()) >= SPEECH for quoted in in_marks(pair.source.text))
        ):
            yield pair, _("The source quotes somebody here, and the translation has no quotation marks.")


def _strange(text: str, quotes: Quotes) -> set[str]:
    """Return the marks that aren't the language's, and inner ones that no outer ones surround; inches are left out."""
    inner = {quotes.inner_opening, quotes.inner_closing} - {quotes.opening, quotes.closing}
    found: set[str] = set()
    depth = 0
    for index, mark in enumerate(text):
        if mark == quotes.opening:
            depth += 1
        elif mark == quotes.closing:
            depth -= 1
        elif mark in MARKS and (mark not in inner or depth < 1):
            is_inch = mark == '"' and text[index - 1 : index].isdecimal()
            if not is_inch:
                found.add(mark)
    return found


@register_check("structure", gettext_lazy("Missing and extra parts"))
def check_structure(pages: Alignment) -> Found:
    for pair in pages.missing:
        if pair.source:
            yield pair, _("This text of the source is missing: “%(text)s”") % {"text": _start(pair.source.text)}
    for pair in pages.extra:
        if pair.target:
            yield pair, _("The source has no such text: “%(text)s”") % {"text": _start(pair.target.text)}
    for pair, theirs, ours in pages.uneven:
        source = ngettext("%(number)d paragraph", "%(number)d paragraphs", theirs) % {"number": theirs}
        target = ngettext("%(number)d paragraph", "%(number)d paragraphs", ours) % {"number": ours}
        text = _("The source has %(source)s here, the translation %(target)s.")
        yield pair, text % {"source": source, "target": target}


@register_check("pictures", gettext_lazy("Pictures and documents"))
def check_files(pages: Alignment) -> Found:
    theirs, ours = references(pages.source_page), references(pages.target_page)
    kinds = ((_("pictures"), get_image_model()), (_("documents"), get_document_model()))
    lost = [(what, sorted(map(str, theirs.get(model, set()) - ours.get(model, set())))) for what, model in kinds]
    # Which files they are stands where other findings have their text.
    files = Pair("title", 0, Text("", repr([keys for _what, keys in lost]), pages.source_code), None)
    for what, keys in lost:
        if keys:
            text = _("The translation lacks %(what)s of the source: %(number)d.") % {"what": what, "number": len(keys)}
            yield files, text
    texts = {part for pair in (*pages.missing, *pages.extra) for part in pair.path.split(".")}
    for path, said in _other_blocks(pages.source_page, pages.target_page):
        if path.rpartition(".")[2] not in texts:
            yield Pair(path, 0, None, None), said


def _other_blocks(source: Page, target: Page) -> Iterator[tuple[str, str]]:
    """Yield the content paths of blocks that one side lacks, with a message.

    Not of texts: one that a picture divides has all its paragraphs still, and those that are lost are found one by one.
    """
    for field in target._meta.get_fields():
        if not isinstance(field, StreamField) or not hasattr(source, field.name):
            continue
        theirs, ours = (
            {
                block.id: str(block.block.label)
                for block in getattr(page, field.name)
                if not isinstance(block.block, RichTextBlock)
            }
            for page in (source, target)
        )
        for key in theirs.keys() - ours.keys():
            yield f"{field.name}.{key}", _("The translation lacks a block: %(block)s") % {"block": theirs[key]}
        for key in ours.keys() - theirs.keys():
            yield f"{field.name}.{key}", _("The source has no such block: %(block)s") % {"block": ours[key]}


def _start(text: str) -> str:
    return text if len(text) <= SHOWN_START else f"{text[:SHOWN_START]}…"


@register_check("untranslated", gettext_lazy("Not translated"), untranslated=True)
def check_untranslated(pages: Alignment) -> Found:
    """Find units that equal their source, share most of its words, or are in another language."""
    if _language(pages.source_code) == _language(pages.target_code):
        return
    for pair in pages.units:
        target = pair.target
        is_judged = target is not None and _language(target.language) == _language(pages.target_code)
        if target is not None and is_judged and (message := _fault(pair.source, target)):
            yield pair, message


def _fault(source: Text | None, target: Text) -> str:
    own = _own_words(target.html)
    if source is not None and _language(source.language) != _language(target.language):
        if target.text == source.text and _is_prose(own, target.language):
            return _("This says the same as the source.")
        small = [word for word in _WORD.findall(own) if word.islower() and len(word) > 3]
        known = set(_WORD.findall(source.text))
        if len(small) >= SHORTEST and sum(word in known for word in small) > 0.6 * len(small):
            return _("Most of the words are those of the source.")
    for sentence in dict.fromkeys((own, *sentences(own, target.language))):
        code = _other_language(_WORD.findall(sentence), target.language)
        if code:
            language = str(get_language_row(code).name)
            return _("This is in another language (%(language)s).") % {"language": language}
    return ""


def _is_prose(text: str, code: str) -> bool:
    """Return whether a text has words that a translation would change: Latin names stand in texts of all scripts."""
    words = [word for word in _WORD.findall(text) if len(word) > 2]
    script, own = _script_of(text), get_language_row(code).script
    if words and own and script not in {"Latn", own}:
        return True
    small = [word for word in words if not word[0].isupper()]
    return len(small) >= (1 if script != own and len(words) > 1 else 2)


def _own_words(html: str) -> str:
    """Return the text of a unit without what stands in italics, links or code, and without short quotations."""
    parts: list[str] = []
    depth = 0
    for part in _TAG.split(html):
        if not part.startswith("<"):
            parts += [] if depth else [part]
        elif part.strip("</>").split(maxsplit=1)[:1] and part.strip("</>").split(maxsplit=1)[0] in FOREIGN:
            depth = max(0, depth + (-1 if part.startswith("</") else 1))
    own = _QUOTED.sub(" ", unescape(" ".join(parts)))
    return own if _WORD.search(own) else unescape(_TAG.sub(" ", html))


def _other_language(words: list[str], code: str) -> str:
    """Return the language of words where it isn't ``code``, or an empty string."""
    if len(words) < SHORTEST or not is_known(code):
        return ""
    text = " ".join(word for word in words if not word.isupper())
    script = _script_of(text)
    row = get_language_row(code)
    common = _hits(words, "" if row.script == "Latn" else row.alphabet)  # brands have any Latin letter
    own = common.pop(_language(code), 0)
    best = max(common, key=lambda each: common[each], default="")
    if script and script != get_language_row(code).script:
        same = [each for each in common if LANGUAGES[each].script == script and common[each]]
        return max(same, key=lambda each: common[each], default="en" if script == "Latn" else "")
    if best and common[best] >= max(2, len(words) / 12) and common[best] > 3 * own:
        return best
    return ""


def _hits(words: list[str], alphabet: str) -> Counter[str]:
    """Count by language its function words, and the words with letters that the page's alphabet lacks."""
    found: Counter[str] = Counter()
    for word in map(str.lower, words):
        found.update(_function_words().get(word, ()))
        if alphabet and any(letter.isalpha() and letter not in alphabet for letter in word):
            found.update(code for code, row in LANGUAGES.items() if row.alphabet and set(word) <= set(row.alphabet))
    return found


@cache
def _function_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, row in LANGUAGES.items():
        for word in row.function_words.split():
            found.setdefault(word, []).append(code)
    return found


def _script_of(text: str) -> str:
    counts = Counter(_SCRIPTS.get(_script(letter), "") for letter in text if letter.isalpha())
    return max(counts, key=lambda each: counts[each], default="")


def _language(code: str) -> str:
    return normal_code(code).partition("-")[0]

"""Quotations with their speakers, found in the paragraphs of a text: what a person said, who, and in which role.

A quotation is taken only where it is a sentence of its own and a word of saying of the language (``Speech`` in the
table of languages) joins it with a name. A pronoun or an office alone names nobody: such a quotation stays text, and so
do titles and words in marks inside a sentence. All words stay but the one word of saying, which the block's look says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from chorsu_articles.quotation_marks import COMMAS, DASHES, ENDS, Line, Part, all_quoted, marks, part_of, sentence_end
from chorsu_locales.selectors import get_language_row

# In characters; what follows in a text of more isn't looked at, nor what follows so many places to name somebody.
LONGEST_ATTRIBUTION, MOST_READ, MOST_ATTRIBUTIONS = 240, 200_000, 1000
# Shorter ones are titles and exclamations more often.
LEAST_WORDS = 4
MOST_WORDS_OF_NAME, MOST_WORDS_OF_ROLE = 4, 16
# Stands for the begin tag of a quotation that is a block already.
QUOTED = "<blockquote>"
EDGES = f" {COMMAS}:;.{DASHES}"
BEGIN = re.compile(r"<p(?: [^<>]*)?>")
COMMA = re.compile("[,،] ")
# Between words that are quoted and others, where only dashes part them.
DASH = re.compile(rf"(?<=[{COMMAS}{ENDS}»”]) [{DASHES}] ")
APOSTROPHES = str.maketrans("'’‘ʻ", "ʼʼʼʼ")


class Speaker(NamedTuple):
    who: str
    role: str


class Quotation(NamedTuple):
    """``html`` is inner HTML without the outer marks."""

    html: str
    speaker: Speaker


class _Found(NamedTuple):
    """What a quotation takes of a paragraph's text; without parts it is the introduction of the next paragraph."""

    start: int
    end: int
    parts: tuple[Part, ...]
    speaker: Speaker


def quotations(paragraphs: Sequence[tuple[str, bool]], language: str) -> list[list[str | Quotation]]:
    """Return what becomes of each paragraph: inner HTML that stays text, and quotations, in reading order.

    A paragraph is inner HTML, and whether its element says that all of it is quoted. One that only introduces the
    next one's quotation becomes nothing; one without quotations is returned as it is.
    """
    reader, left = _Reader(language), MOST_READ
    lines, found = [Line("")], [list[_Found]()]
    for html, quoted in paragraphs:
        is_read = reader.said and len(html) <= left
        left -= len(html) if is_read else 0
        before, line = lines[-1], Line(html if is_read else "")
        its = [] if quoted else list(reader.found(line))
        first, last = (0, len(line.text)) if quoted else all_quoted(line.text)
        done = found[-1][-1].end if found[-1] else 0
        if last and before.text.endswith(":") and (begun := reader.introduced(before, len(before.text) - 1, done)):
            found[-1].append(_Found(begun[0], len(before.text), (), begun[1]))
            its = [_Found(0, len(line.text), (part_of(line.text, first, last, "."),), begun[1])]
        lines.append(line)
        found.append(its)
    made = zip(lines[1:], paragraphs, found[1:], strict=True)
    return [list(_pieces(line, its)) if its else [html] for line, (html, _quoted), its in made]


def _pieces(line: Line, found: Sequence[_Found]) -> Iterator[str | Quotation]:
    at = 0
    for each in [*found, _Found(len(line.text), 0, (), Speaker("", ""))]:
        between = part_of(line.text, at, each.start, edges=" ")
        if between.first < between.last:
            yield line.take(between)
        if each.parts:
            yield Quotation(" ".join(map(line.take, each.parts)), each.speaker)
        at = each.end


def with_quotations(blocks: Sequence[dict[str, Any]], language: str) -> list[list[dict[str, Any]]]:
    """Return for each raw block of a body what becomes of it: its texts are parted where somebody is quoted.

    The first text of a block keeps its id; a block in which nothing is found is the same object. A quotation without a
    speaker gets the one that the text before it introduces.
    """
    elements = [list(_elements(block)) for block in blocks]
    found = iter(quotations([(words, tag == QUOTED) for its in elements for tag, words in its], language))
    result: list[list[dict[str, Any]]] = []
    for block, its in zip(blocks, elements, strict=True):
        pieces = [(tag, next(found)) for tag, _words in its]
        is_same = [made for _tag, made in pieces] == [[words] for _tag, words in its]
        result.append([block] if is_same else list(_parted(block, pieces)))
    return result


def _elements(block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the begin tag and inner HTML of each paragraph of a text; what stands between is a tag without words."""
    if block["type"] == "quotation" and not (block["value"].get("who") or block["value"].get("role")):
        yield QUOTED, block["value"].get("text") or ""
        return
    html = block["value"] if block["type"] == "paragraph" else "<hr/>"
    at = depth = 0
    while (found := BEGIN.search(html, at)) and (end := html.find("</p>", found.end())) >= 0:
        if between := html[at : found.start()].strip():
            depth += between.count("<") - 2 * between.count("</") - between.count("/>")
            yield between, ""
        at = end + len("</p>")
        # A paragraph inside of an item or another element can't be taken out of it.
        yield (html[found.start() : at], "") if depth else (found[0], html[found.end() : end])
    if rest := html[at:].strip():
        yield rest, ""


def _parted(block: dict[str, Any], elements: list[tuple[str, list[str | Quotation]]]) -> Iterator[dict[str, Any]]:
    text, key = "", block.get("id")
    for tag, pieces in [*elements, ("", list[str | Quotation]([""]))]:
        for place, piece in enumerate(pieces):
            if isinstance(piece, str) and tag:
                text += f"{'<p>' if place else tag}{piece}</p>" if BEGIN.fullmatch(tag) else tag
                continue
            if text:
                yield {"type": "paragraph", "value": text, "id": key or str(uuid4())}
                text, key = "", None
            if isinstance(piece, Quotation) and tag == QUOTED:
                yield {**block, "value": {**block["value"], **piece.speaker._asdict()}}
            elif isinstance(piece, Quotation):
                value = {"text": f"<p>{piece.html}</p>", **piece.speaker._asdict(), "language": ""}
                yield {"type": "quotation", "value": value, "id": str(uuid4())}


def _small(word: str) -> str:
    return word.strip(f'{EDGES}«»“”„"').casefold().translate(APOSTROPHES)


class _Reader:
    """Finds the quotations of paragraphs by the words of a language."""

    def __init__(self, language: str) -> None:
        self._known: set[str] = set()  # names in full, and their last words
        self._left = MOST_ATTRIBUTIONS
        row = get_language_row(language)
        speech = row.speech
        self._has_case = row.script != "Arab"
        self.said = frozenset(tuple(phrase.split("_")) for phrase in speech.said.translate(APOSTROPHES).split())
        self._posts = tuple(speech.posts.translate(APOSTROPHES).split())
        self._no_roles = frozenset(speech.no_roles.split())
        self._ends_of_no_roles = tuple(word[1:] for word in self._no_roles if word.startswith("-"))
        self._functions = frozenset(row.function_words.split())
        self._oblique, self._disagrees = tuple(speech.oblique.split()), tuple(speech.disagrees.split())
        self._patronymics = tuple(speech.patronymics.split())

    def found(self, line: Line) -> Iterator[_Found]:
        text, done = line.text, 0
        pairs, lone = marks(text)
        if lone is not None:
            return
        if text[1:2] == " " and text[0] in DASHES and (found := self._interrupted(line, 2, len(text))):
            yield found._replace(start=0)
            return
        for first, last in pairs.items():
            if first < done or self._left <= 0 or len(text[first:last].split()) < LEAST_WORDS:
                continue
            before = first - 1
            while before >= done and text[before] == " ":
                before -= 1
            end = sentence_end(text, last)
            if before < done or text[before] in ENDS:
                found = self._attributed(line, (first, last), len(text), pairs)
                if not found and end and (found := self._interrupted(line, first + 1, last)):
                    found = found._replace(start=first, end=end) if found.end == last else None
            else:
                begun = self.introduced(line, before, done) if end and text[before] in f":{COMMAS}" else None
                found = begun and _Found(begun[0], end, (part_of(text, first + 1, last, "."),), begun[1])
            if found:
                yield found
                done = found.end

    def introduced(self, line: Line, last: int, done: int) -> tuple[int, Speaker] | None:
        """Return the speaker whom the sentence that ends here introduces, and where it begins."""
        least = max(done, last - LONGEST_ATTRIBUTION)
        start = next((at + 1 for at in range(last - 1, least, -1) if at in line.ends), done)
        speaker = self._speaker(line.text[start:last], starts=True) if start >= least else None
        return speaker and (start, speaker)

    def _interrupted(self, line: Line, start: int, end: int) -> _Found | None:
        """Read "Words, — said Somebody. — Words", with or without words behind."""
        dashes = {found.end(): end for found in DASH.finditer(line.text, start, end)}
        tried = (self._attributed(line, (start, at), end, dashes) for at in dashes if self._left > 0)
        return next(filter(None, tried), None)

    def _attributed(self, line: Line, words: tuple[int, int], end: int, begins: Mapping[int, int]) -> _Found | None:
        """Read "“Words,” said Somebody. “Words”", with or without words behind.

        ``begins`` are places up to ``end`` where quoted words may begin, with their ends.
        """
        text, (first, last), is_marked = line.text, words, words[0] in begins
        speaker, stop, goes_on = self._attribution(line, last + is_marked, end, begins)
        if not speaker:
            return None
        part, at = part_of(text, first + is_marked, last, "," if goes_on else "."), stop
        while at < end and text[at] in EDGES:
            at += 1
        rest = behind = begins.get(at, 0)
        if is_marked and rest:
            is_other = not goes_on and self._attribution(line, rest + 1, end, begins)[0]
            behind = 0 if is_other else sentence_end(text, rest)
        if behind:
            return _Found(first, behind, (part, part_of(text, at + is_marked, rest, ".")), speaker)
        return None if goes_on else _Found(first, stop, (part,), speaker)

    def _attribution(
        self, line: Line, start: int, end: int, begins: Mapping[int, int]
    ) -> tuple[Speaker | None, int, bool]:
        """Return whom the words behind a quotation name, where they end, and whether they part its sentence."""
        text, at, most = line.text, start, min(end, start + LONGEST_ATTRIBUTION)
        if text[start - 2] == "." and text[start : start + 2].strip()[:1] not in COMMAS + DASHES:
            return None, 0, False  # the sentence ended with its mark
        while at < most and at not in line.ends:
            if at in begins and at > start:
                if text[start:at].rstrip(f" {DASHES}").endswith(tuple(COMMAS)):
                    return self._speaker(text[start:at]), at, True
                at = begins[at]
            at += 1
        return self._speaker(text[start:at]) if at == end or at < most else None, min(at + 1, end), False

    def _speaker(self, text: str, *, starts: bool = False) -> Speaker | None:
        """Return whom an attribution names, and as what; None where it names nobody for sure.

        ``starts``: it begins a sentence, so that its first word has a capital letter anyway.
        """
        self._left -= 1
        words = text.strip(EDGES).split()
        small = [_small(word) for word in words]
        for size in (3, 2, 1):
            for said, others in ((small[:size], words[size:]), (small[-size:], words[:-size])):
                if tuple(said) in self.said and ":" not in text:
                    is_man = said[-1].endswith(self._disagrees[:1])
                    return self._named(" ".join(others).strip(EDGES), is_man=is_man, starts=starts)
        return None

    def _named(self, text: str, *, is_man: bool, starts: bool) -> Speaker | None:
        parts = [part.split() for part in COMMA.split(text)]
        if not all(part and _small(part[0]) and not self._says_else(part[0]) for part in parts):
            return None
        if len(parts) == 2 and any(map(self._is_post, parts[0][:2])) and not self._name(parts[0])[0]:
            parts.reverse()  # "the committee's head, Anna Petrova"
        name, before = self._name(parts[0])
        roles = [part for part in (before, *parts[1:]) if part]
        if not 1 <= len(name) <= MOST_WORDS_OF_NAME or sum(map(len, roles)) > MOST_WORDS_OF_ROLE:
            return None
        full = " ".join(name)
        if self._has_case:
            is_whole = self._is_whole(name, is_alone=not (before or starts))
            fits = not before or self._says_who(before, name, is_man=is_man, starts=starts)
        else:
            is_whole, fits = len(name) > 1 and bool(roles) and self._is_post(roles[0][0]), True
        if not fits or not (is_whole or full in self._known):
            return None
        self._known |= {full, name[-1]}
        return Speaker(full, (", " if self._has_case else "، ").join(map(" ".join, roles)))

    def _name(self, words: list[str]) -> tuple[list[str], list[str]]:
        """Return the words of a name and those of a role beside it.

        The name is the last words with capitals; in a script without them the words before the first for an office.
        """
        if self._has_case:
            at = len(words)
            while at and self._is_name(words[at - 1]):
                at -= 1
            return words[at:], words[:at]
        at = next((number for number, word in enumerate(words) if self._is_post(word)), len(words))
        has_other = any(_small(word) in self._functions for word in words[:at])
        return ([], words) if has_other else (words[:at], words[at:])

    def _says_who(self, role: Sequence[str], name: Sequence[str], *, is_man: bool, starts: bool) -> bool:
        """Tell whether words before a name may say who bears it: «глава комитета», not «советник» of another one."""
        if _small(role[-1]) in self._functions or any(map(self._says_else, role)):
            return False
        if (starts and not any(map(self._is_post, role))) or (is_man and name[0].endswith(self._disagrees[1:])):
            return False
        return not any(len(word) > 3 and word.endswith(self._oblique) for word in name[:-1])

    def _is_whole(self, name: Sequence[str], *, is_alone: bool) -> bool:
        """Tell whether words with capitals are a name and nothing else: "Recently Anna Petrova" begins a sentence."""
        has_middle = len(name) == 3 and any(word.endswith((*self._patronymics, ".")) for word in name[1:])
        return len(name) == 2 or has_middle or is_alone

    def _is_name(self, word: str) -> bool:
        if word in self._patronymics:
            return True
        letters = word.translate(dict.fromkeys(map(ord, "-'’‘ʻʼ.")))
        is_written = letters[:1].isupper() and (not letters.isupper() or word.endswith("."))  # or initials
        return letters.isalpha() and is_written and not self._is_post(word)

    def _is_post(self, word: str) -> bool:
        return _small(word).startswith(self._posts)

    def _says_else(self, word: str) -> bool:
        small = _small(word)
        return small in self._no_roles or (len(small) > 5 and word.islower() and small.endswith(self._ends_of_no_roles))

"""Quotations with their speakers, found in the paragraphs of a text: what a person said, who, and in which role.

A quotation is taken only where it is a sentence of its own and a word of saying of the language (``Speech`` in the
table of languages) joins it with a name. A pronoun or an office alone names nobody: such a quotation stays text, and so
do titles and words in marks inside a sentence. All words stay but the one word of saying, which the block's look says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import uuid4

from chorsu_locales.selectors import get_language_row

# Which marks end what a mark begins.
CLOSED_BY = {"«": "»", "“": "”“", "„": "“”", '"': '"'}
# In characters; what is longer isn't looked at, nor is what follows in a text of more or with so many quotations.
LONGEST_PARAGRAPH, LONGEST_ATTRIBUTION, MOST_READ = 20_000, 240, 200_000
MOST_QUOTATIONS = 500
# Shorter ones are titles and exclamations more often.
LEAST_WORDS = 4
MOST_WORDS_OF_NAME, MOST_WORDS_OF_ROLE = 4, 16
# Stands for the begin tag of a quotation that is a block already.
QUOTED = "<blockquote>"
DASHES, COMMAS, ENDS = "–—-", ",،", ".!?…؟"
EDGES = f" {COMMAS}:;.{DASHES}"
PIECE = re.compile(r"<[^<>]*>|&[#\w]{1,31};|.", re.DOTALL)
# A mark, a dash or a colon; without them nobody is quoted.
CANDIDATE = re.compile('[«“„"–—:]|&quot;')
TAG = re.compile(r"<(/?)([a-z]+)(?:[ /][^<>]*)?>")
BEGIN = re.compile(r"<p(?: [^<>]*)?>")
COMMA = re.compile("[,،] ")
INITIALS = re.compile(r"(?:[^\W\d_]\.){1,2}")
APOSTROPHES = str.maketrans("'’‘ʻ", "ʼʼʼʼ")


class Speaker(NamedTuple):
    who: str
    role: str


class Quotation(NamedTuple):
    """``html`` is inner HTML without the outer marks."""

    html: str
    speaker: Speaker


class _Found(NamedTuple):
    """What a quotation takes of a paragraph's text, and its parts: from where to where, and the mark that ends each.

    Without parts it is the introduction of the next paragraph.
    """

    start: int
    end: int
    parts: tuple[tuple[int, int, str], ...]
    speaker: Speaker


def quotations(paragraphs: Sequence[tuple[str, bool]], language: str) -> list[list[str | Quotation]]:
    """Return what becomes of each paragraph: inner HTML that stays text, and quotations, in reading order.

    A paragraph is inner HTML, and whether its element says that all of it is quoted. One that only introduces the
    next one's quotation becomes nothing; one without quotations is returned as it is.
    """
    reader = _Reader(language)
    if not reader.said:
        return [[html] for html, _quoted in paragraphs]
    lines, left = list[_Line](), MOST_READ
    for html, quoted in paragraphs:
        is_read = len(html) <= left and (quoted or CANDIDATE.search(html))
        lines.append(_Line(html if is_read else ""))
        left -= len(html) if is_read else 0
    pairs = list(zip(lines, paragraphs, strict=True))
    # A name that stands somewhere in full is known by its last word in the whole text.
    for _time in range(2):
        reader.left = MOST_QUOTATIONS
        found = [[] if quoted else list(reader.found(line.text)) for line, (_html, quoted) in pairs]
        for index, (line, behind) in enumerate(pairwise(lines)):
            first, last = (0, len(behind.text)) if paragraphs[index + 1][1] else _all_quoted(behind.text)
            if last and line.text.endswith(":") and (begun := reader.introduced(line.text, len(line.text) - 1)):
                start, speaker = begun
                found[index].append(_Found(start, len(line.text), (), speaker))
                found[index + 1] = [_Found(0, len(behind.text), (_part(behind.text, first, last, "."),), speaker)]
        names = {each.speaker.who for its in found for each in its}
        reader.known = names | {name.rpartition(" ")[2] for name in names}
    return [list(line.pieces(its)) if its else [html] for (line, (html, _)), its in zip(pairs, found, strict=True)]


def with_quotations(blocks: Sequence[dict[str, Any]], language: str) -> list[list[dict[str, Any]]]:
    """Return for each raw block of a body what becomes of it: its texts are parted where somebody is quoted.

    The first text of a block keeps its id; a block in which nothing is found is the same object. A quotation without a
    speaker gets the one that the text before it introduces.
    """
    elements = [list(_elements(block)) for block in blocks]
    found = iter(quotations([(words, tag == QUOTED) for its in elements for tag, words in its], language))
    result: list[list[dict[str, Any]]] = []
    for block, its in zip(blocks, elements, strict=True):
        pieces = [(tag, words, next(found)) for tag, words in its]
        is_same = all(its_pieces == [words] for _tag, words, its_pieces in pieces)
        result.append([block] if is_same else list(_parted(block, [(tag, piece) for tag, _words, piece in pieces])))
    return result


def _parted(block: dict[str, Any], elements: list[tuple[str, list[str | Quotation]]]) -> Iterator[dict[str, Any]]:
    text, key = "", block.get("id")
    for tag, pieces in [*elements, ("", list[str | Quotation]([""]))]:
        for place, piece in enumerate(pieces):
            if isinstance(piece, str) and tag:
                text += f"{'<p>' if place else tag}{piece}</p>" if tag.startswith("<p") else tag
                continue
            if text:
                yield {"type": "paragraph", "value": text, "id": key or str(uuid4())}
                text, key = "", None
            if isinstance(piece, Quotation) and tag == QUOTED:
                yield {**block, "value": {**block["value"], **piece.speaker._asdict()}}
            elif isinstance(piece, Quotation):
                value = {"text": f"<p>{piece.html}</p>", **piece.speaker._asdict(), "language": ""}
                yield {"type": "quotation", "value": value, "id": str(uuid4())}


def unquoted(html: str) -> str | None:
    """Return HTML without its quotation marks; None where they don't hold all of it but the end of a sentence."""
    line = _Line(html)
    first, last = _all_quoted(line.text)
    end = line.text[last + 1 : last + 2]
    return line.take(*_part(line.text, first, last, end if end in ENDS else "", edges=" ")) if last else None


def value_of(quotation: Quotation) -> dict[str, str]:
    """Return the raw value of a quotation's block."""
    return {"text": f"<p>{quotation.html}</p>", **quotation.speaker._asdict(), "language": ""}


def marks(text: str) -> tuple[dict[int, int], int | None]:
    """Return where outer quotation marks stand, each with its partner, and the place of one that has none."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, letter in enumerate(text):
        if opened and letter in CLOSED_BY[text[opened[-1]]]:
            first = opened.pop()
            if not opened:
                found[first] = at
        elif letter in CLOSED_BY:
            if letter != '"' or not text[at - 1 : at].isdecimal():  # inches
                opened.append(at)
        elif letter in "»”":
            return found, at
    return found, opened[0] if opened else None


class _Line:
    """A paragraph: its plain text, and where each letter stands in its HTML, which is taken from left to right."""

    def __init__(self, html: str) -> None:
        letters: list[str] = []
        self.html = html
        self._places: list[tuple[int, int]] = []
        for found in PIECE.finditer(html) if len(html) <= LONGEST_PARAGRAPH else ():
            piece = found[0]
            if len(piece) > 1:
                piece = unescape(piece) if piece[0] == "&" else " " * piece.startswith("<br")
            letters.append(piece)
            self._places += [found.span()] * len(piece)
        self.text = "".join(letters).replace("\xa0", " ").rstrip()
        self._open: list[re.Match[str]] = []
        self._at = 0

    def pieces(self, found: Sequence[_Found]) -> Iterator[str | Quotation]:
        at = 0
        for each in found:
            yield from self._between(at, each.start)
            if words := [self.take(*part) for part in each.parts]:
                yield Quotation(" ".join(words), each.speaker)
            at = each.end
        yield from self._between(at, len(self.text))

    def _between(self, first: int, last: int) -> Iterator[str]:
        part = _part(self.text, first, last, "", edges=" ")
        if part[0] < part[1]:
            yield self.take(*part)

    def take(self, first: int, last: int, mark: str) -> str:
        start, end = self._places[first][0], self._places[last - 1][1]
        before = "".join(tag[0] for tag in self._open_at(start))
        behind = "".join(f"</{tag[2]}>" for tag in reversed(self._open_at(end)))
        return f"{before}{self.html[start:end]}{mark}{behind}"

    def _open_at(self, place: int) -> list[re.Match[str]]:
        for tag in TAG.finditer(self.html, self._at, place):
            if not tag[1] and tag[2] != "br":
                self._open.append(tag)
            elif tag[1] and self._open:
                self._open.pop()
        self._at = place
        return self._open


def _part(text: str, first: int, last: int, mark: str, edges: str = f" {COMMAS};{DASHES}") -> tuple[int, int, str]:
    """Return a part without what stands at its edges, and the mark that it lacks at its end."""
    while first < last and text[first] == " ":
        first += 1
    while first < last and text[last - 1] in edges:
        last -= 1
    return first, last, "" if text[last - 1 : last] in ENDS else mark


def _all_quoted(text: str) -> tuple[int, int]:
    """Return the place of the words of a paragraph that is one quotation and nothing else; of others (0, 0)."""
    pairs, lone = marks(text)
    last = pairs.get(0, 0)
    return (
        (1, last) if lone is None and len(pairs) == 1 and last and not text[last + 1 :].strip(ENDS + COMMAS) else (0, 0)
    )


def _sentence_end(text: str, last: int) -> int:
    """Return where the sentence ends that a quotation ends, by its closing mark; 0 where the sentence goes on."""
    behind = text[last + 1 : last + 2]
    if behind and behind in ENDS:
        return last + 2
    return last + 1 if not behind or (text[last - 1] in ENDS and behind == " ") else 0


def _ends(text: str, at: int) -> bool:
    """Tell whether a sentence ends here, and not an initial or an abbreviation."""
    if text[at] not in ENDS or text[at + 1 : at + 2].strip():
        return False
    word = re.split(r"\W", text[max(at - 5, 0) : at])[-1]
    return text[at] != "." or at + 1 == len(text) or not (len(word) < 3 or word in {"Mrs", "Prof"})


def _small(word: str) -> str:
    return word.strip(f'{EDGES}«»“”„"').casefold().translate(APOSTROPHES)


class _Reader:
    """Finds the quotations of a paragraph by the words of its language; ``known`` are names of the text."""

    def __init__(self, language: str) -> None:
        self.known: set[str] = set()
        self.left = MOST_QUOTATIONS
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

    def found(self, text: str) -> Iterator[_Found]:
        pairs, lone = marks(text)
        if lone is not None:
            return
        if text[:1] in DASHES and text[1:2] == " " and (found := self._interrupted(text, 2, len(text))):
            yield found._replace(start=0)
            return
        done = 0
        for first, last in pairs.items():
            if first < done or not self.left or len(text[first:last].split()) < LEAST_WORDS:
                continue
            self.left -= 1
            before = first - 1
            while before >= done and text[before] == " ":
                before -= 1
            if before < done or text[before] in ENDS:
                found = self._attributed(text, pairs, first) or self._within(text, first, last)
            else:
                begun = self.introduced(text, before, done) if text[before] in f":{COMMAS}" else None
                end = _sentence_end(text, last)
                found = begun and _Found(begun[0], end, (_part(text, first + 1, last, "."),), begun[1]) if end else None
            if found:
                yield found
                done = found.end

    def introduced(self, text: str, last: int, done: int = 0) -> tuple[int, Speaker] | None:
        """Return the speaker whom the sentence that ends here introduces, and where it begins."""
        least = max(done, last - LONGEST_ATTRIBUTION)
        start = next((at + 1 for at in range(last - 1, least, -1) if _ends(text, at)), done)
        speaker = self._speaker(text[start:last], starts=True) if start >= least else None
        return speaker and (start, speaker)

    def _within(self, text: str, first: int, last: int) -> _Found | None:
        """Read «Words, – сказал Кто-то. – Words», all of it between marks."""
        end = _sentence_end(text, last)
        found = self._interrupted(text, first + 1, last) if end else None
        return found._replace(start=first, end=end) if found and found.end == last else None

    def _attributed(self, text: str, pairs: Mapping[int, int], first: int) -> _Found | None:
        """Read "“Words,” said Somebody. “Words”", with or without words behind."""
        last = pairs[first]
        speaker, at, goes_on = self._attribution(text, last, pairs)
        if not speaker:
            return None
        part, end = _part(text, first + 1, last, "," if goes_on else "."), at
        while at < len(text) and text[at] in EDGES:
            at += 1
        rest = pairs.get(at, 0)
        if rest and (goes_on or not self._attribution(text, rest, pairs)[0]) and _sentence_end(text, rest):
            return _Found(first, _sentence_end(text, rest), (part, _part(text, at + 1, rest, ".")), speaker)
        return None if goes_on else _Found(first, end, (part,), speaker)

    def _attribution(self, text: str, last: int, pairs: Mapping[int, int]) -> tuple[Speaker | None, int, bool]:
        """Return whom the words behind a closing mark name, where they end, and whether they part a sentence."""
        start = last + 1
        while start < len(text) and text[start] in f" {COMMAS}{DASHES}":
            start += 1
        if text[last - 1] == "." and not text[last + 1 : start].strip():
            return None, 0, False  # the sentence ended with its mark
        at, most = start, min(len(text), start + LONGEST_ATTRIBUTION)
        while at < most and not _ends(text, at):
            before = text[start:at].rstrip(f" {DASHES}") if at in pairs else ""
            if before.endswith((*COMMAS, ":")):
                return (None if before.endswith(":") else self._speaker(before)), at, True
            at = pairs.get(at, at) + 1
        whole = at - start < LONGEST_ATTRIBUTION
        return self._speaker(text[start:at]) if whole else None, min(at + 1, len(text)), False

    def _interrupted(self, text: str, start: int, end: int) -> _Found | None:
        """Read "Words, — said Somebody. — Words", with or without words behind."""
        places = [
            at
            for at in range(start + 2, end - 1)
            if text[at] in DASHES and text[at - 1] == text[at + 1] == " " and text[at - 2] in f"{COMMAS}{ENDS}»”"
        ]
        for place, behind in pairwise([*places, end]):
            said = text[place + 1 : min(behind, place + LONGEST_ATTRIBUTION)].strip()
            if behind < end and behind - place <= LONGEST_ATTRIBUTION and (speaker := self._speaker(said)):
                part = _part(text, start, place, "," if said.endswith(tuple(COMMAS)) else ".")
                return _Found(start, end, (part, _part(text, behind + 1, end, ".")), speaker)
            stop = next((at for at in range(place, min(end, place + LONGEST_ATTRIBUTION)) if _ends(text, at)), end)
            if stop - place <= LONGEST_ATTRIBUTION and (speaker := self._speaker(text[place + 1 : stop])):
                return _Found(start, min(stop + 1, end), (_part(text, start, place, "."),), speaker)
        return None

    def _speaker(self, text: str, *, starts: bool = False) -> Speaker | None:
        """Return whom an attribution names, and as what; None where it names nobody for sure.

        ``starts``: it begins a sentence, so that its first word has a capital letter anyway.
        """
        words = text.strip(EDGES).split()
        small = [_small(word) for word in words]
        for size in (3, 2, 1):
            if (said := tuple(small[:size])) in self.said:
                words = words[size:]
                break
            if (said := tuple(small[-size:])) in self.said:
                words = words[:-size]
                break
        else:
            return None
        parts = [part.split() for part in COMMA.split(" ".join(words).strip(EDGES))]
        if not all(part and _small(part[0]) and not self._says_else(part[0]) for part in parts):
            return None
        if self._has_case:
            is_man = said[-1].endswith(self._disagrees[:1])
            name, role = self._name_by_case(parts, is_man=is_man, starts=starts)
        else:
            name, role = self._name_by_office(parts)
        wanted = 1 if self._has_case or " ".join(name) in self.known else 2
        if not wanted <= len(name) <= MOST_WORDS_OF_NAME or sum(map(len, role)) > MOST_WORDS_OF_ROLE:
            return None
        comma = ", " if self._has_case else "، "
        return Speaker(" ".join(name), comma.join(" ".join(part) for part in role if part))

    def _name_by_case(self, parts: list[list[str]], *, is_man: bool, starts: bool) -> tuple[list[str], list[list[str]]]:
        """Return the words of the name, none where nobody is named, and the parts of the role."""
        head, *tail = parts
        at = len(head)
        while at and self._is_name(head[at - 1]):
            at -= 1
        posts = [number + 1 for number in range(at, len(head)) if self._is_post(head[number])]
        cut = posts[-1] if posts else at
        before, name = head[:cut], head[cut:]
        if not name:
            # "the committee's head, Anna Petrova"
            is_name = [len(part) > 1 and all(self._is_name(word) for word in part) for part in tail]
            return (tail[0], [head]) if is_name == [True] and not any(map(self._is_post, tail[0])) else ([], [])
        if before and self._oblique and len(name) > 2 and not name[-2].endswith(self._patronymics):
            before, name = [*before, *name[:-2]], name[-2:]
        if before and (_small(before[-1]) in self._functions or any(map(self._says_else, before))):
            return [], []
        is_sure = " ".join(name) in self.known or (
            self._is_sure(name, starts=starts) if not before else self._fits(before, name, is_man=is_man, starts=starts)
        )
        return (name, [before, *tail]) if is_sure else ([], [])

    def _is_sure(self, name: Sequence[str], *, starts: bool) -> bool:
        """Tell whether words with capitals are a name; "Recently Anna Petrova" begins a sentence."""
        return not starts or len(name) == 2 or (len(name) == 3 and name[1].endswith(self._patronymics or ("-",)))

    def _fits(self, before: Sequence[str], name: Sequence[str], *, is_man: bool, starts: bool) -> bool:
        """Tell whether the words before a name say who bears it: «глава комитета», not «советник» of another one."""
        posts = [word for word in before if self._is_post(word)]
        if len(name) == 1:
            return bool(posts) and posts[-1] == before[-1] and before[-1][0].isupper() and not self._oblique
        if (starts and not posts) or (is_man and name[0].endswith(self._disagrees[1:])):
            return False
        return not self._oblique or not any(len(word) > 3 and word.endswith(self._oblique) for word in name[:-1])

    def _name_by_office(self, parts: list[list[str]]) -> tuple[list[str], list[list[str]]]:
        """Return the same in a script without capitals, where the first word for an office parts the two."""
        head, *tail = parts
        at = next((number for number, word in enumerate(head) if self._is_post(word)), None)
        name, role = head, tail
        if at:
            name, role = head[:at], [head[at:], *tail]
        elif at == 0 and len(tail) == 1:
            name, role = tail[0], [head]
        elif " ".join(head) not in self.known and not (tail and self._is_post(tail[0][0])):
            return [], []
        is_name = not any(self._is_post(word) or _small(word) in self._functions for word in name)
        return (name, role) if is_name else ([], [])

    def _is_name(self, word: str) -> bool:
        if INITIALS.fullmatch(word) or word in self._patronymics:
            return True
        letters = word.translate(dict.fromkeys(map(ord, "-'’‘ʻʼ")))
        return letters.isalpha() and letters[0].isupper() and not letters.isupper()

    def _is_post(self, word: str) -> bool:
        return _small(word).startswith(self._posts)

    def _says_else(self, word: str) -> bool:
        small = _small(word)
        return small in self._no_roles or (len(small) > 5 and word.islower() and small.endswith(self._ends_of_no_roles))


def _elements(block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the begin tag and inner HTML of each paragraph of a text; what stands between is a tag without words."""
    if block["type"] == "quotation" and not (block["value"].get("who") or block["value"].get("role")):
        yield QUOTED, block["value"].get("text") or ""
        return
    html = block["value"] if block["type"] == "paragraph" else "<hr>"
    at = 0
    while (found := BEGIN.search(html, at)) and (end := html.find("</p>", found.end())) >= 0:
        if between := html[at : found.start()].strip():
            yield between, ""
        yield found[0], html[found.end() : end]
        at = end + len("</p>")
    if rest := html[at:].strip():
        yield rest, ""

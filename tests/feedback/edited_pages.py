"""Pages that are edited at random, with the truth about where every word came from: what matching is held against."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from chorsu_editorial.reading import Leaf
from chorsu_feedback.anchors import (
    Anchor,
    LeafText,
    Match,
    apart_from_form,
    between_contexts,
    find,
    make_anchor,
    possible_places,
    read_leaf,
    words_in_order,
)

# Few words and sentences that return: places that look alike are what matching must not confuse.
WORDS = (  # noqa: SIM905
    "паром ходит раз в день и места на нём берут с вечера те кому утром рынок город река мост «Заря» — … "
    "китобхонаи нав дар шаҳр кушода шуд ки ба он хонандагон омаданд the ferry runs once a day it's “full” by noon"
).split()
SENTENCES = (
    "Паром ходит раз в день, и места на нём берут с вечера.",
    "Да.",
    "Места на нём берут с вечера те, кому утром на рынок «Заря» — в город.",
)
FORMS = str.maketrans({"«": "“", "»": "”", "“": '"', "”": '"', "—": "–", "'": "’", "…": "..."})
NEAR = 3


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its number, which it keeps for life; one that is changed gets another."""

    text: str
    number: int


Paragraph = list[Word]


class Paragraphs(list[Paragraph]):
    """The paragraphs of a leaf, which keeps its path."""

    def __init__(self, path: str, paragraphs: list[Paragraph]) -> None:
        super().__init__(paragraphs)
        self.path = path


Span = tuple[int, int, int, int, Word]  # its leaf, paragraph, start and end


class EditedPage:
    """A random page, a report of some of its words, and the page after random edits."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._numbers = count()
        leaves = self._random.randint(1, 4)
        self.text = [self._leaf([self._paragraph() for _ in range(self._random.randint(1, 3))]) for _ in range(leaves)]
        before, spans = self._read()
        at = self._random.randrange(len(spans))
        size = min(self._random.choice((1, 1, 1, 2, 3)), len(spans) - at)
        chosen = [span for span in spans[at : at + size] if span[:2] == spans[at][:2]]
        self.reported = [word for *_, word in chosen]
        self._around = {
            span[-1].number for span in spans[max(0, at - NEAR) : at + len(chosen) + NEAR] if span[:2] == spans[at][:2]
        }
        leaf = before[chosen[0][0]]
        made = make_anchor(leaf, chosen[0][2], chosen[-1][3])
        self.anchor: Anchor = replace(made, total=len(between_contexts(made, before)))
        for _ in range(self._random.randint(0, 4)):
            self._edit()

    def outcome(self) -> tuple[str, str]:
        """Return the step that finds a place, or "", and "right", "wrong" or "gone", where nothing is left to find.

        Steps A and B are right with exactly the reported words. C and D name places to people: one of them must stand
        among the reported words and those that stood around them.
        """
        leaves, spans = self._read()
        if match := find(self.anchor, leaves):
            covered = [span[-1].number for span in spans if _within(match, leaves, span)]
            return match.step, "right" if covered == [word.number for word in self.reported] else "wrong"
        matches = possible_places(self.anchor, leaves, (apart_from_form, words_in_order))
        left = [word.number in self._around for *_, word in spans]
        for match in matches:
            places = [at for at, span in enumerate(spans) if _within(match, leaves, span)]
            if any(left[max(0, places[0] - NEAR) : places[-1] + NEAR + 1]):
                return match.step, "right"
        return (matches[0].step if matches else ""), "wrong" if any(left) else "gone"

    def _leaf(self, paragraphs: list[Paragraph]) -> Paragraphs:
        return Paragraphs(f"body.{next(self._numbers)}", paragraphs)

    def _paragraph(self, *, is_new: bool = False) -> Paragraph:
        texts = self._random.choices(WORDS, k=self._random.randint(8 if is_new else 1, 30))
        if not is_new and self._random.random() < 0.4:
            texts = self._random.choice(SENTENCES).split()
        return [Word(text, next(self._numbers)) for text in texts]

    def _read(self) -> tuple[list[LeafText], list[Span]]:
        """Return the leaves with words, and where each word stands in them."""
        leaves, spans = [], []
        for paragraphs in filter(any, self.text):
            html = "".join(f"<p>{' '.join(word.text for word in words)}</p>" for words in paragraphs)
            leaf = read_leaf(Leaf(paragraphs.path, "rich_text", html, html))
            starts = iter(leaf.starts)
            for number, words in enumerate(filter(None, paragraphs)):
                position = next(starts)
                for word in words:
                    spans.append((len(leaves), number, position, position + len(word.text), word))
                    position += len(word.text) + 1
            leaves.append(leaf)
        return leaves, spans

    def _paragraphs(self) -> Iterator[Paragraph]:
        return (paragraph for leaf in self.text for paragraph in leaf)

    def _edit(self) -> None:
        leaf = self._random.choice(self.text)
        if leaf:
            self._random.choice((self._edit_words, self._edit_words, self._edit_blocks, self._edit_blocks, self._mend))(
                leaf
            )

    def _edit_words(self, leaf: Paragraphs) -> None:
        draw = self._random
        words = draw.choice(leaf)
        # Not one of the reported words: the same mistake would be back.
        others = sorted({*WORDS} - {word.text for word in self.reported})
        word = Word(draw.choice(others), next(self._numbers))
        place = draw.randrange(len(words))
        match draw.choice(("other", "in", "out", "forms")):
            case "other" if words[place].text != word.text:
                words[place] = word
            case "in":
                words.insert(place, word)
            case "out" if len(words) > 1:
                words.pop(place)
            case "forms":
                for paragraph in self._paragraphs():
                    paragraph[:] = [replace(each, text=each.text.translate(FORMS)) for each in paragraph]

    def _edit_blocks(self, leaf: Paragraphs) -> None:
        draw = self._random
        at = draw.randrange(len(leaf))
        words, other = leaf[at], draw.choice(self.text)
        match draw.choice(("move", "copy", "new", "delete", "split", "part", "join")):
            case "move":
                other.insert(draw.randint(0, len(other) - (other is leaf)), leaf.pop(at))
            case "copy":
                other.insert(draw.randint(0, len(other)), list(words))
            case "new":
                other.insert(draw.randint(0, len(other)), self._paragraph(is_new=True))
            case "delete":
                leaf.pop(at)
            case "split" if len(words) > 1:
                place = draw.randrange(1, len(words))
                leaf[at : at + 1] = [words[:place], words[place:]]
            case "part":
                self.text.append(self._leaf(leaf[at:]))
                del leaf[at:]
            case "join" if at:
                leaf[at - 1 : at + 1] = [leaf[at - 1] + words]

    def _mend(self, _leaf: Paragraphs) -> None:
        for paragraph in self._paragraphs():
            for place, word in enumerate(paragraph):
                if word.number == self.reported[0].number:
                    paragraph[place] = Word(f"{word.text}а", next(self._numbers))


def outcomes(seeds: range) -> Counter[tuple[str, str]]:
    """Return how often each step found the right place, a wrong one, or nothing of what is gone."""
    return Counter(EditedPage(seed).outcome() for seed in seeds)


def _within(match: Match, leaves: list[LeafText], span: Span) -> bool:
    leaf, _paragraph, start, end, _word = span
    return match.leaf is leaves[leaf] and match.start < end and start < match.end


def long_leaf(size: int, *, changed: bool = False) -> LeafText:
    """Return a text of ``size`` words, as often as in real texts; ``changed`` has every eleventh in another form."""
    draw = random.Random(size)
    letters = "оеаинтсрвлкмдпуя"
    words = ["".join(draw.choices(letters, k=1 + int(draw.expovariate(0.2)))) for _ in range(3000)]
    words = draw.choices(words, weights=[1 / (rank + 3) for rank in range(len(words))], k=size)
    if changed:
        words = [f"{word}ъ" if number % 11 == 5 else word for number, word in enumerate(words)]
    text = " ".join(words)
    return read_leaf(Leaf("body.1", "text", text, text))

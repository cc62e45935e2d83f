"""What readers do to the words that they look for, and real words to look for, for `known_items.py`.

The rules are written for the measurement, apart from those of the search: layouts as printed on keyboards, practical
transliteration as people type it, and slips drawn at random.
"""

from __future__ import annotations

import gettext
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from _common import ROOT

QWERTY = "`1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,.\\"
TYPING: dict[str, Any] = tomllib.loads((ROOT / "bench" / "words" / "typing.toml").read_text("utf-8"))
LAYOUTS, PLAIN = TYPING["layouts"], TYPING["plain"]
TRANSLITERATION, OTHERWISE = TYPING["transliteration"], TYPING["otherwise"]
ARABIC = str.maketrans("یک", "يك")
APOSTROPHES = "'`’‘ʼ´"
WORD = re.compile(r"[^\W\d_]+(?:[ʻʼ'’][^\W\d_]+)*")
NO_WORD = re.compile(r"<[^>]+>|%\([^)]*\)[sd]|%[sd]|\{[^}]*\}|https?:\S+|\w+\.\w+")
LEAST = 4

Disturbance = Callable[[str, random.Random], str]


def layout(code: str) -> Disturbance:
    """Return what the keys of the words give on the other layout."""
    table = {ord(to): key for to, key in zip(LAYOUTS.get(code, ""), QWERTY, strict=False)}
    table = table or {ord(key): to for key, to in zip(QWERTY, LAYOUTS["ru"], strict=False)}
    return lambda text, _chance: re.sub("[ʻʼ’]", "'", text).lower().translate(table)


def one_word(of_text: Disturbance) -> Disturbance:
    """Return the disturbance of one of the words."""

    def disturbed(text: str, chance: random.Random) -> str:
        words = text.split(" ")
        place = chance.randrange(len(words))
        return " ".join([*words[:place], of_text(words[place], chance), *words[place + 1 :]])

    return disturbed


def slip(alphabet: str) -> Disturbance:
    """Return one letter too many, too few, another one, or two swapped, anywhere in a word."""

    def slipped(word: str, chance: random.Random) -> str:
        place, letter = chance.randrange(len(word)), chance.choice(alphabet)
        kind = chance.choice(("insert", "delete", "replace", "swap"))
        if kind == "insert":
            return word[:place] + letter + word[place:]
        if kind == "delete":
            return word[:place] + word[place + 1 :]
        if kind == "swap" and len(word) > 1:
            place = min(place, len(word) - 2)
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        return word[:place] + letter + word[place + 1 :]

    return one_word(slipped)


def transliterated(text: str, chance: random.Random) -> str:
    """Return Latin letters, each writer's choice among those in use."""
    letters = {**OTHERWISE} if chance.random() < 0.5 else {}
    latin = (TRANSLITERATION.get(letter, letter) for letter in text.lower())
    return "".join(letters.get(letter, letter) for letter in latin)


def doubled(word: str, chance: random.Random) -> str:
    """Return a word with a letter doubled, or a double letter written once."""
    pairs = [place for place in range(1, len(word)) if word[place] == word[place - 1]]
    if pairs:
        return word[: pairs[0]] + word[pairs[0] + 1 :]
    place = chance.randrange(len(word))
    return word[:place] + word[place] + word[place:]


def disturbances(code: str) -> dict[str, Disturbance]:
    """Return the disturbances of a language by their names."""
    alphabet = alphabet_of(code)
    found: dict[str, Disturbance] = {
        "plain": lambda text, _chance: text,
        "slip": slip(alphabet),
        "layout": layout(code),
        "layout, a word": one_word(layout(code)),
        "capitals": lambda text, _chance: text.upper(),
        "doubled": one_word(doubled),
    }
    if code in PLAIN:
        table = str.maketrans(*PLAIN[code])
        found["letters"] = lambda text, _chance: text.lower().translate(table)
    if code in {"uz", "en"}:
        found["apostrophe"] = lambda text, chance: re.sub("[ʻʼ'’]", chance.choice(APOSTROPHES), text)
    if code == "fa":
        found["apostrophe"] = lambda text, _chance: text.translate(ARABIC)
    if code in {"ru", "tg", "kk", "ky"}:
        found["transliteration"] = transliterated
    return found


def alphabet_of(code: str) -> str:
    """Return the letters that a slip in the language gives."""
    if code in LAYOUTS:
        return "".join(letter for letter in LAYOUTS[code] if letter.isalpha())
    return "abcdefghijklmnopqrstuvwxyz"


def words_in(text: str) -> Iterator[str]:
    """Yield the words of a text that are long enough to look for."""
    for match in WORD.finditer(NO_WORD.sub(" ", text)):
        if len(match.group()) >= LEAST and not match.group().isupper():
            yield match.group().lower()


def catalogue_words(code: str, roots: list[Path]) -> list[str]:
    """Return words of a language from names of countries, languages and currencies, and from catalogues."""
    from babel import Locale  # noqa: PLC0415 - only the measurement needs it so

    names = Locale.parse(code)
    texts = [text for table in (names.territories, names.languages, names.currencies) for text in table.values()]
    for path in sorted(path for root in roots for path in root.glob(f"**/locale/{code}/LC_MESSAGES/*.mo")):
        with path.open("rb") as file:
            texts += gettext.GNUTranslations(file)._catalog.values()  # type: ignore[attr-defined]  # noqa: SLF001
    return sorted({word for text in texts for word in words_in(str(text)) if is_written_in(code, word)})


def forms_in(path: Path, code: str) -> dict[str, list[str]]:
    """Return the forms of a list of ``bench/words``, each with the other forms of its word."""
    of_word: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        _language, word, form, *_part = line.split("\t")
        of_word[word] |= {word.lower(), form.lower()}
    return {
        form: sorted(forms - {form})
        for forms in of_word.values()
        for form in forms
        if len(forms) > 1 and len(form) >= LEAST and is_written_in(code, form)
    }


def is_written_in(code: str, word: str) -> bool:
    """Return whether a word has no letters but the language's."""
    return set(alphabet_of(code) + "ʻʼ'’" + ("é" if code == "en" else "")).issuperset(word)

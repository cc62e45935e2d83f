"""How the words of a language are made comparable for search, as data.

``search`` builds both its Python analysis and Elasticsearch's settings from these rows, so they give the same
tokens. The steps, in order: NFC; fold characters; split into words (letters, marks and digits); lower case; strip
prefixes and suffixes or stem; protected words keep their form.

Folds are written in lower case in the language's own spelling; capitals follow from them. Suffixes, prefixes and
protected words are written in the language's own spelling too and are folded before they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
PERSIAN_KEYS = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو. "


@dataclass(frozen=True, slots=True)
class Affix:
    """A suffix or prefix: taken off where at least ``least_stem`` letters stay.

    ``not_after`` (suffixes only) lists endings of the stem after which it stays, since it belongs to the word.
    """

    text: str
    least_stem: int = 3
    not_after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """How one language's words are compared.

    ``folds`` maps letters (or pairs of letters) to what readers type for them. ``apostrophes`` says whether the
    mark inside a word joins its halves ("oʻzbek", "Tajikistan's") or parts them ("l'économie"). ``joiner`` says the
    same of the zero-width non-joiner. ``suffixes`` is a tuple of stages; each stage takes off one suffix at most,
    the longest that fits, and the stages follow one another from the end of the word inwards. ``stemmer`` names a
    Snowball stemmer ("russian", "english" for Porter 2), used instead of affixes. ``keyboard`` holds the keys of
    a Latin keyboard and what the same keys give on this language's.
    """

    code: str
    folds: Mapping[str, str] = field(default_factory=dict)
    apostrophes: Literal["join", "part"] = "join"
    joiner: Literal["join", "part"] = "join"
    prefixes: tuple[Affix, ...] = ()
    suffixes: tuple[tuple[Affix, ...], ...] = ()
    protected: frozenset[str] = frozenset()
    stemmer: Literal["", "russian", "english"] = ""
    keyboard: tuple[str, str] | None = None


def _pairs(pairs: str) -> dict[str, str]:
    """Read folds from text such as "ӣи ӯу": each word is a letter and its replacement."""
    return {pair[0]: pair[1:] for pair in pairs.split()}


# Uzbek is written in two scripts. Cyrillic is folded to Latin, so that each finds the other: "е" and "ye", "ц" and
# "ts" become one letter, since which of them is written depends on the place in the word.
_UZBEK_FOLDS = _pairs("аa бb вv гg дd еe жj зz иi йy кk лl мm нn оo пp рr сs тt уu фf хx цs ъ ьы ыi эe ўo қq ғg ҳh") | {
    "ё": "yo",
    "ч": "ch",
    "ш": "sh",
    "щ": "sh",
    "ю": "yu",
    "я": "ya",
    "ь": "",
    "ye": "e",
    "ts": "s",
}

_PERSIAN_FOLDS = _pairs("يی ىی ئی كک ةه ۀه ؤو أا إا ٱا آا")

# The stages: the object marker; a possessor; izofat, relation and the indefinite article; the plural; relation that the
# plural uncovers; comparison.
_TAJIK_SUFFIXES = (
    (Affix("ро"),),
    (
        Affix("амон"), Affix("ямон"), Affix("атон"), Affix("ятон"), Affix("ашон"), Affix("яшон"),
        Affix("аш", 4), Affix("яш"),
    ),
    (Affix("ии"), Affix("ӣи"), Affix("и"), Affix("ӣ"), Affix("е", 4)),
    (
        Affix("ҳо", 2), Affix("гон"), Affix("ён", 4), Affix("вон", 4),
        # "Тоҷикистон", "гулистон": a country or place, not a plural.
        Affix("он", 4, not_after=("ист",)),
    ),
    (Affix("ӣ"),),
    (Affix("тарин"), Affix("тар", 4)),
)  # fmt: skip

ANALYSES: dict[str, Analysis] = {
    analysis.code: analysis
    for analysis in (
        Analysis("ru", folds=_pairs("ёе"), stemmer="russian", keyboard=(QWERTY, RUSSIAN_KEYS)),
        Analysis("en", stemmer="english"),
        # Why "ҷ" becomes "ч" and not "ж" or "дж": docs/decisions/tajik-analysis.md.
        Analysis(
            "tg",
            folds=_pairs("ӣи ӯу ҳх қк ғг ҷч ёе"),
            suffixes=_TAJIK_SUFFIXES,
            protected=frozenset({"Бухоро", "меҳмон", "паймон", "фармон", "достон", "дармон"}),
            keyboard=(QWERTY, RUSSIAN_KEYS),
        ),
        Analysis("kk", folds=_pairs("әа ғг қк ңн өо ұу үу һх іи ёе"), keyboard=(QWERTY, RUSSIAN_KEYS)),
        Analysis("ky", folds=_pairs("ңн өо үу ёе"), keyboard=(QWERTY, RUSSIAN_KEYS)),
        Analysis("uz", folds=_UZBEK_FOLDS, keyboard=(QWERTY, RUSSIAN_KEYS)),
        Analysis("fa", folds=_PERSIAN_FOLDS, joiner="part", keyboard=(QWERTY, PERSIAN_KEYS)),
    )
}


def get_analysis(code: str) -> Analysis:
    """Return how a language is analysed; a region falls back to its language, an unknown language is only folded."""
    code = code.lower()
    return ANALYSES.get(code) or ANALYSES.get(code.partition("-")[0]) or Analysis(code, apostrophes="part")

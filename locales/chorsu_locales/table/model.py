"""The shape of a row in the table of languages, and how its endings and folds are written down briefly."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Script = Literal["Cyrl", "Latn", "Arab", ""]
Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotation marks: the outer pair and the pair used inside it."""

    opening: str
    closing: str
    inner_opening: str
    inner_closing: str


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Two layouts of one keyboard that people forget to switch between.

    ``first`` and ``second`` have the same length: what stands at the same place comes from the same key. Where a
    character comes from several keys, the last counts.
    """

    first: str
    second: str

    def __post_init__(self) -> None:
        if len(self.first) != len(self.second):
            message = f"A keyboard has {len(self.first)} keys on one layout and {len(self.second)} on the other."
            raise ValueError(message)

    def readings(self, text: str) -> list[str]:
        """Return what the keys of a text give on the other layout, whichever of the two it was typed with.

        Lower case. A text with a letter that a layout lacks was not typed with it.
        """
        text = text.lower()
        letters = {character for character in text if character.isalpha()}
        return [
            text.translate(str.maketrans(typed, meant))
            for typed, meant in ((self.first, self.second), (self.second, self.first))
            if letters and letters.issubset(typed)
        ]


@dataclass(frozen=True, slots=True)
class Affix:
    """A suffix: taken off where at least ``least_stem`` letters stay.

    ``not_after`` and ``after`` list endings of the stem after which it stays, since it belongs to the word, or after
    which alone it comes off. ``into`` stands in its place: "ғ" into "қ" undoes what an ending did to the last letter of
    the stem.
    """

    text: str
    least_stem: int = 3
    not_after: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    into: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    """How the words of a language are made comparable for search, as data.

    ``search`` builds both its Python analysis and Elasticsearch's settings from it, so they give the same tokens. The
    steps, in order: NFC; fold characters; split into words (letters, marks and digits); lower case; stem; strip
    suffixes. Everything is written in the language's own spelling, folds in lower case: capitals follow from them.

    folds: letters (or pairs of letters), and what readers type or paste for them.
    apostrophes: whether the mark inside a word joins its halves ("oʻzbek", "Tajikistan's") or parts them
        ("l'économie"); joiner: the same of the zero-width non-joiner.
    suffixes: stages; each takes off one suffix at most, the longest that fits, and they follow one another from the
        end of the word inwards. A stage that stands twice takes off two. Affixes of one stage that differ in ``into``
        are tried one ``into`` after another, in the order of their first, and each may come off.
    words: what no rule gives, as lines of words, or the file that holds them (in ``WORDS``). The first word of a line
        is a dictionary form, which stays as it is; the others are forms of it, or stems that the rules leave of its
        forms. Looked up before each stage and at the end, so "меҳмон" is found in "меҳмонро", and "отец" by "отц".
        "+" in a form marks where ``prefixes`` may stand, "~" before it that one of them must: "кардан +кун" knows
        "мекун", which "мекунад" leaves; with "-" at its end it stands for itself with each of ``persons``. Of a word
        that stands twice the last line counts, and one without a prefix before one with it. "#" begins a comment.
    prefixes, persons: of verbs. They are known with each form that takes them and never stripped off unknown words.
    kept: before the stemmer; the word is what ``into`` makes of it, and goes past the stemmer and the suffixes: what a
        stemmer would cut too deep ("скорости" is "скорость", and no form of "скорый").
    dropped: words that are left out: endings that are written apart as often as not.
    function_words: words of grammar, as written, which never decide what a question of several words finds ("how",
        "the", "is"). They stay in the index. Homographs of a common content word are left out ("may").
    stemmer: a Snowball stemmer ("english" is Porter 2), before the suffixes, which are those of its stems then.
    """

    folds: Mapping[str, str] = field(default_factory=dict, hash=False)
    apostrophes: Literal["join", "part"] = "join"
    joiner: Literal["join", "part"] = "join"
    suffixes: tuple[tuple[Affix, ...], ...] = ()
    words: str | Path = ""
    prefixes: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    kept: tuple[Affix, ...] = ()
    dropped: frozenset[str] = frozenset()
    function_words: frozenset[str] = frozenset()
    stemmer: Literal["", "russian", "english"] = ""

    def known_words(self) -> dict[str, str]:
        """Return every word of ``words``, and the dictionary form that it means. The file is read here, not before."""
        text = self.words if isinstance(self.words, str) else self.words.read_text(encoding="utf-8")
        plain: dict[str, str] = {}
        prefixed: dict[str, str] = {}
        for line in text.splitlines():
            words = line.partition("#")[0].split()
            for word in words[1:]:
                for form in [word[:-1] + person for person in self.persons] if word.endswith("-") else [word]:
                    parts = form.removeprefix("~").split("+")
                    for place in range(1, len(parts)):
                        start, end = "".join(parts[:place]), "".join(parts[place:])
                        prefixed |= {start + prefix + end: words[0] for prefix in self.prefixes}
                    plain |= {} if form.startswith("~") else {"".join(parts): words[0]}
            plain |= {word: word for word in words[:1]}
        return prefixed | plain


def affixes(texts: str, least_stem: int = 4, not_after: str = "", after: str = "", into: str = "") -> tuple[Affix, ...]:
    """Read affixes from text, one a word; ``not_after`` and ``after`` hold single letters."""
    return tuple(Affix(text, least_stem, tuple(not_after), tuple(after), into) for text in texts.split())


# Files of words, and of words with their transliteration, by language: "tg.txt".
WORDS, LATIN = (Path(__file__).parent / folder for folder in ("words", "latin"))


def folds(pairs: str) -> dict[str, str]:
    """Read folds from text such as "ӣи ӯу": each word is a letter and its replacement."""
    return {pair[0]: pair[1:] for pair in pairs.split()}


@dataclass(frozen=True, slots=True)
class Transliteration:
    """Latin letters for slugs: ``rules`` are (pattern, replacement) in order, on lower-case text; then ``letters``.

    What neither names is left to the general rules of ``chorsu_locales.text``. Before all, whole words are replaced
    that ``words``, a file of pairs (in ``LATIN``), has, also with one of ``endings`` behind them.
    """

    letters: Mapping[str, str] = field(default_factory=dict, hash=False)
    rules: tuple[tuple[re.Pattern[str], str], ...] = ()
    words: Path | None = None
    endings: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class DatePatterns:
    """How a language writes dates, as patterns for ``str.format``.

    Fields of a pattern: ``day``, ``month`` (the name as it stands in a date), ``month_alone`` (the name by itself),
    ``number`` (of the month), ``year``, and ``end_day``, ``end_month``, ``end_month_alone``, ``end_year`` in ranges.
    ``between`` joins two whole dates (``start``, ``end``); ``moment`` joins ``date`` and ``time``.
    ``digits`` are the language's ten digits, or empty for 0-9.
    ``weekdays_in_capitals``: a weekday begins with a capital inside a line, too.
    ``beside`` writes the same day in another calendar, where readers count by it too; ``both`` joins the two
    (``date``, ``beside``).
    """

    months: tuple[str, ...]
    months_alone: tuple[str, ...]
    long: str
    month: str
    day: str
    same_month: str
    same_year: str
    short: str = "{day:02}.{number:02}.{year}"
    between: str = "{start} – {end}"
    time: str = "{hour:02}:{minute:02}"
    moment: str = "{date}, {time}"
    digits: str = ""
    weekdays_in_capitals: bool = False
    calendar: Literal["gregorian", "solar_hijri"] = "gregorian"
    beside: DatePatterns | None = None
    both: str = "{date} ({beside})"


@dataclass(frozen=True, slots=True)
class Hyphenation:
    """Where a word may be parted at the end of a line: before a consonant that has a vowel behind it ("тад-қи-қот").

    The last consonant goes with its vowel, all others stay with the vowel before them. Other places that orthographies
    allow, such as between two vowels, are left out.

    vowels: with what counts as one where it is doubtful (Kazakh "у").
    never_first: consonants and signs that belong to the letter before them.
    digraphs: letters that are written as two.
    together: pairs of consonants that aren't parted ("dia-gramma").
    """

    vowels: str
    never_first: frozenset[str] = frozenset()
    digraphs: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()

    @property
    def letters(self) -> str:
        """Return the letters of digraphs, which the alphabet may lack by themselves (Uzbek "c")."""
        return "".join(self.digraphs)


@dataclass(frozen=True, slots=True)
class Pasted:
    """Words by which lines of a pasted text are known, in small letters with spaces between.

    mistakes, report_line: of the line "Found a mistake? Select it and press Ctrl+Enter", below the texts of other
        outlets: what a mistake is called, and all other words of which it is made.
    pictures: what a line under a picture calls it, by its kind. Where a language has one word for photo and drawing
        (сурет, сүрөт, rasm), it is what its press writes under photos. "_" stands between words of one phrase; a
        name follows a phrase that ends in "_" without a mark, as after "by".
    on_the_photo: what such a word stands behind in a sentence ("on the photo: …").
    """

    mistakes: str = ""
    report_line: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict, hash=False)
    on_the_photo: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """Words around quotations, as lists with spaces between: ``speech.toml`` has those of the table.

    said: what joins a quotation with its speaker. A phrase before the speaker is listed only where it leaves the name
        as it is ("according to", no «по словам»).
    posts: how words for offices and institutions begin, which are no parts of names: those with a capital letter
        ("President"), and all where a script has none.
    no_roles: words that don't say who a speaker is, before a name and first behind it; "-ing" are all that end so.
    oblique: endings of words with a capital that depend on what stands before them ("Верховного Суда"), in languages
        where the name follows such words: «глава Верховного Суда Анна Петрова».
    disagrees: the ending of words of saying for a man, then those of words beside an office that aren't his name then:
        «сказал советник Ивана Кима».
    patronymics: their endings.
    """

    said: str = ""
    posts: str = ""
    no_roles: str = ""
    oblique: str = ""
    disagrees: str = ""
    patronymics: str = ""


# By language code.
_SPEECH_FILE = Path(__file__).parent / "speech.toml"
SPEECH = {code: Speech(**words) for code, words in tomllib.loads(_SPEECH_FILE.read_text(encoding="utf-8")).items()}


@dataclass(frozen=True, slots=True)
class Stops:
    """Abbreviations with a full stop, in lower case without the last one, with spaces between; "т.е" is "т. е.", too.

    never: what ends no sentence, because a name or number follows; "0" are numbers such as "12.", where these are
        ordinal.
    behind: what ends one unless a number follows ("тыс.", "No."). What is both is the latter where a number stands
        before it: «г. Душанбе», «в 2024 г.».
    """

    never: str = "0 dr prof st mr mrs ms vs sh ch yu zh kh"
    behind: str = "no nr etc"


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the newsroom.

    code: BCP 47 code in lower case.
    fallbacks: the codes that names and interface strings fall back to, nearest first.
    alphabet: the lower-case letters of its writing; tests hold the other fields against it.
    short_word: letters of a word that has many others at one letter's difference.
    keyboards: layouts that its readers mix up.
    sounds: groups of letters that are written for one another by ear.
    analysis: how its words are compared for search.
    transliteration: into Latin for slugs; None means the general rules only.
    negations, negating: words that turn a sentence into its opposite, and parts that turn a word into its, with spaces.
        A part that ends in "-" only begins words; "/" comes before what else words without it have there: "less/ful".
    numerals: numbers in words, with spaces; "/" parts the forms of one, and a form may have any ending where it ends in
        "-". Leave out what is an article or a pronoun too ("bir", "як").
    opposites: words whose change turns the sense ("increased", "decreased"), written likewise. The forms of one are
        words that may stand for one another.
    function_words: words with spaces between, in lower case, that nearly every sentence has some of; the whole list is
        ``analysis.function_words``.
    dates: own patterns; None means Django's formats for that language.
    hyphenation: where words may be parted; None leaves it to browsers.
    binding: words that no line may end with, in lower case, with spaces between.
    relative_length: how long its texts are relative to Russian ones, measured in the demo's articles.
    wrong_letters: letters of keyboards for other languages that are taken for its own.
    country_names: what its press writes where CLDR has another name, by the country's code.
    titles: of the sections of the kinds "analysis" and "events", and of the page "about".
    pasted: words by which lines of a pasted text are known.
    speech: words by which the speaker of a quotation is known.
    doubled: words that may stand twice in a row, in lower case, with spaces between; "*" for all of up to five letters
        that aren't ``function_words``, where a language doubles words for emphasis.
    stops: abbreviations behind which a full stop may not end a sentence.
    """

    code: str
    english_name: str
    name: str
    script: Script
    direction: Direction = "ltr"
    fallbacks: tuple[str, ...] = ()
    quotes: Quotes = Quotes("«", "»", "„", "“")
    alphabet: str = ""
    short_word: int = 4
    keyboards: tuple[Keyboard, ...] = ()
    sounds: tuple[str, ...] = ()
    analysis: Analysis = Analysis()
    transliteration: Transliteration | None = None
    negations: str = ""
    negating: str = ""
    numerals: str = ""
    opposites: str = ""
    function_words: str = ""
    dates: DatePatterns | None = None
    hyphenation: Hyphenation | None = None
    binding: str = ""
    relative_length: float = 1.0
    wrong_letters: str = ""
    country_names: Mapping[str, str] = field(default_factory=dict, hash=False)
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    pasted: Pasted = Pasted()
    speech: Speech = Speech()
    doubled: str = ""
    stops: Stops = Stops()


# Ends a verb's stem from the ending of a person or time on, so that no ending of nouns is looked for in it.
VERB = "~"


def endings(
    text: str,
    harmony: Sequence[str],
    *,
    after: str = "",
    not_after: str = "",
    least: int = 2,
    into: str = "",
) -> tuple[Affix, ...]:
    """Read endings from text, one a word; "(a b)" stands for either, "(a b)?" also for none.

    harmony: pairs of letters, such as "аы": each ending comes with the first letter for "А" and the second for "Ы".
    after, not_after: single letters, or endings parted by blanks.
    """
    before, unless = ((tuple(part.split() if " " in part else part)) for part in (after, not_after))
    texts = [form for word in _words(text) for form in _forms(word, harmony)]
    return tuple(Affix(form, least, unless, before, into) for form in dict.fromkeys(texts))


def _words(text: str) -> list[str]:
    """Write out the choices: "ды(м қ)" is "дым дық"."""
    words: list[str] = []
    while text := text.lstrip():
        blank, bracket = (text + " ").index(" "), text.find("(")
        if not -1 < bracket < blank:
            words.append(text[:blank])
            text = text[blank:]
            continue
        start, (inside, _bracket, text) = text[:bracket], text[bracket + 1 :].partition(")")
        if text.startswith("?"):
            words.append(start)
            text = text[1:]
        words += [start + choice for choice in inside.split()]
    return words


def _forms(word: str, harmony: Sequence[str]) -> list[str]:
    return [word.translate(str.maketrans("АЫ", pair)) for pair in harmony] if {"А", "Ы"} & set(word) else [word]

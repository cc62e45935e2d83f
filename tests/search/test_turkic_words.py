"""Every spelling of Uzbek, and how a table says the endings of Kazakh, Kyrgyz and Uzbek words."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from chorsu_locales.table.model import endings
from chorsu_search.analysis import get_analyser


def token(code: str, word: str) -> str:
    (found,) = get_analyser(code).tokens(word)
    return found


# The official table of 1995, from the Latin letters; "е" and "ц" depend on the place in the word.
LATIN_AS_CYRILLIC = {
    "oʻ": "ў", "gʻ": "ғ", "sh": "ш", "ch": "ч", "yo": "ё", "yu": "ю", "ya": "я", "ye": "е", "a": "а",
    "b": "б", "d": "д", "e": "э", "f": "ф", "g": "г", "h": "ҳ", "i": "и", "j": "ж", "k": "к",
    "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "қ", "r": "р", "s": "с", "t": "т",
    "u": "у", "v": "в", "x": "х", "y": "й", "z": "з",
}  # fmt: skip
REFORMED = {"oʻ": "ö", "gʻ": "ğ", "sh": "ş", "ch": "ç"}
syllables = st.lists(st.sampled_from(sorted(LATIN_AS_CYRILLIC)), min_size=1, max_size=8)


@given(syllables, st.sampled_from("'`´ʹʻʼʽ‘’‛′ʾʿꞌ＇"))
def test_every_spelling_of_an_uzbek_word_is_one(letters, apostrophe):
    official = "".join(letters)
    assume("ye" not in official.replace("ye", "", letters.count("ye")))  # "й" and "э" never meet
    spellings = [
        official.replace("ʻ", apostrophe),
        "".join(LATIN_AS_CYRILLIC[letter] for letter in letters),
        "".join(REFORMED.get(letter, letter) for letter in letters),
        "".join(REFORMED.get(letter, letter) for letter in letters).replace("ö", "õ"),
    ]
    spellings += [spelling.upper() for spelling in spellings]
    assert {token("uz", spelling) for spelling in spellings} == {token("uz", official)}


def test_endings_are_written_out():
    assert [affix.text for affix in endings("лАр дЫ(м ңЫз)? а", ("аы", "еі"))] == [
        "лар", "лер", "ды", "ді", "дым", "дім", "дыңыз", "діңіз", "а",
    ]  # fmt: skip
    (affix,) = endings("дан", (), after="аб", not_after="ст т", least=3, into="~")
    assert (affix.after, affix.not_after, affix.least_stem, affix.into) == (("а", "б"), ("ст", "т"), 3, "~")

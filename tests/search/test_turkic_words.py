"""Kazakh, Kyrgyz and Uzbek words: each rule by name, and every spelling of Uzbek."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chorsu_locales.table.model import endings
from chorsu_search.analysis import get_analyser


def token(code: str, word: str) -> str:
    (found,) = get_analyser(code).tokens(word)
    return found


@pytest.mark.parametrize(
    ("code", "rule", "words"),
    [
        ("kk", "plural", "қала қалалар; кітап кітаптар; адам адамдар; жер жерлер; мұғалім мұғалімдер; ел елдер"),
        ("kk", "genitive", "қала қаланың; адам адамның; жер жердің; кітап кітаптың"),
        ("kk", "dative and accusative", "қала қалаға қаланы; кітап кітапқа кітапты; ел елге елді"),
        ("kk", "place", "қала қалада қаладан қаладағы; кітап кітапта кітаптан кітаптағы; адам адамнан"),
        ("kk", "with", "қала қаламен; кітап кітаппен; қағаз қағазбен"),
        ("kk", "possessors", "республика республикасы республикамыз; үкімет үкіметі үкіметіміз; жеңіс жеңісі"),
        ("kk", "possessor and case", "үкімет үкіметін үкіметіне үкіметінде үкіметінен үкіметінің; халық халқының"),
        ("kk", "chains", "қала қалаларымыздағы қалаларынан; мектеп мектептеріміздің мектептерінде"),
        ("kk", "softened consonants", "бармақ бармағым бармағы; мектеп мектебі мектебінде; кітап кітабы; қазақ қазағы"),
        ("kk", "past", "айту айтты айттым айттыңыз; сөйлеу сөйледі сөйледіңіз; бару барды бардым"),
        ("kk", "present", "айту айтады айтамын; сөйлеу сөйлейді сөйлейміз; қою қояды қоямын; бару барамыз"),
        ("kk", "participles", "айту айтқан айтқаны айтқанын айтқандар; сөйлеу сөйлеген; жасау жасайтын жасағандығы"),
        ("kk", "converbs, wishes, if", "айту айтып; сөйлеу сөйлеп; бару барса барсам барсын барайық"),
        ("kk", "negation", "айту айтпады айтпайды айтпаған айтпай; сөйлеу сөйлемеді сөйлемеймін"),
        ("kk", "pronouns", "мен маған мені менің; бұл бұған мұның"),
        ("kk", "soft signs", "роль рольдер ролі рольдің"),
        ("ky", "plural", "шаар шаарлар; китеп китептер; адам адамдар; өлкө өлкөлөр"),
        ("ky", "cases", "шаар шаардын шаарга шаарды шаарда шаардан шаардагы; өлкө өлкөнүн өлкөгө; китеп китепке"),
        ("ky", "possessors", "республика республикасы республикабыз; өкмөт өкмөтү өкмөтүбүз; китеп китебим китеби"),
        ("ky", "possessor and case", "өкмөт өкмөтүнө өкмөтүндө өкмөтүнөн өкмөтүнүн өкмөтүн; шаар шаарына"),
        ("ky", "softened consonants", "китеп китебим; бармак бармагы; кыргыз кыргыздар"),
        ("ky", "verbs", "баштоо баштады баштайт баштаган баштап; айтуу айтты айтат айткан айтып айтса айтууда"),
        ("ky", "they", "айтуу айтышат айтышкан айтышпайт; баштоо башташат башташкан башташар"),
        ("ky", "habits and what will be", "суроо сурачу сурар; кыйкыруу кыйкырчу кыйкырар; жазуу жазар"),
        ("ky", "we", "баштоо баштадык баштайбыз; айтуу айттык айтпадык; кошуу кошосуңар кошконсуңар"),
        ("ky", "no verbs", "абал абалы абалынын; тартыш тартышты; программа программасын; элдик элдиктин"),
        ("ky", "negation", "айтуу айтпады айтпайт айтпаган; баштоо баштабайт"),
        ("uz", "cases", "maktab maktabning maktabni maktabga maktabda maktabdan maktabdagi maktabgacha"),
        ("uz", "possessors", "respublika respublikasi respublikamiz; maktab maktabim maktabimiz maktabingiz"),
        ("uz", "chains", "shahar shaharlarimizda shaharlarining; bola bolalarga bolalarimiz"),
        ("uz", "softened consonants", "yurak yuragi yuragim yurakka; qishloq qishlogʻi qishloqqa"),
        ("uz", "verbs", "yozmoq yozdi yozadi yozgan yozib yozyapti yozish yozsa yozmoqda; ishlamoq ishladi ishlaydi"),
        ("uz", "negation", "yozmoq yozmadi yozmaydi yozmagan; ishlamoq ishlamaydi"),
        ("uz", "an n of the stem", "zamon zamoni zamonni; Oʻzbekiston Oʻzbekistoni Oʻzbekistonni"),
    ],
)
def test_forms_meet(code: str, rule: str, words: str) -> None:
    for line in words.split(";"):
        lemma, *forms = line.split()
        assert {form: token(code, form) for form in forms} == dict.fromkeys(forms, token(code, lemma)), rule


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("kk", "қаз қазан"),
        ("kk", "бас баспа бастық"),
        ("kk", "ал алма"),
        ("kk", "жыл жылан"),
        ("kk", "бал балық бала"),
        ("kk", "түркі Түркістан"),
        ("kk", "форма формат"),
        ("ky", "жыл жылан"),
        ("ky", "баш башкы"),
        ("ky", "ал алма"),
        ("ky", "Алтынбек алтын"),
        ("uz", "ol olma"),
        ("uz", "qish qishloq"),
        ("uz", "bosh boshliq"),
        ("uz", "non nomzod"),
    ],
)
def test_different_words_stay_apart(code: str, words: str) -> None:
    tokens = {token(code, word) for word in words.split()}
    assert len(tokens) == len(words.split())


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
def test_every_spelling_of_an_uzbek_word_is_one(letters: list[str], apostrophe: str) -> None:
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


@pytest.mark.parametrize(
    "words",
    [
        "oʻzbekcha o'zbekcha o‘zbekcha o`zbekcha oʼzbekcha özbekça õzbekça ўзбекча",
        "Gʻalaba G'alaba Ğalaba Ғалаба",
        "shahar şahar шаҳар ŞAHAR SHAHAR Shaharning Şaharning шаҳарнинг",
        "chegara çegara чегара çegarasi чегараси",
        "yer ер yerlar ерлар",
        "konstitutsiya конституция konstitutsiyasi конституциясининг",
        "aksiya акция",
        "sirk цирк",
        "maʼno ma'no маъно maʼnosi",
        "yil йил yili йили",
        "obyekt объект",
    ],
)
def test_an_uzbek_word_in_each_alphabet(words: str) -> None:
    assert len({token("uz", word) for word in words.split()}) == 1


def test_endings_are_written_out() -> None:
    assert [affix.text for affix in endings("лАр дЫ(м ңЫз)? а", ("аы", "еі"))] == [
        "лар", "лер", "ды", "ді", "дым", "дім", "дыңыз", "діңіз", "а",
    ]  # fmt: skip
    (affix,) = endings("дан", (), after="аб", not_after="ст т", least=3, into="~")
    assert (affix.after, affix.not_after, affix.least_stem, affix.into) == (("а", "б"), ("ст", "т"), 3, "~")

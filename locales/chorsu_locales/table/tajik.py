from __future__ import annotations

import re

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import (
    SPEECH,
    WORDS,
    Affix,
    Analysis,
    DatePatterns,
    Hyphenation,
    Language,
    Pasted,
    Quotes,
    Stops,
    Transliteration,
    affixes,
    folds,
)

# A word may take several, one upon the other ("хуб-тарин-аст-у"), so one stage is repeated: whatever order they came
# in, all forms of a word end at one stem. What comes off after some letters alone would otherwise eat words.
ENDINGS = (
    *affixes("ро ҳо", 2),
    # Possessors.
    *affixes("ам ат аш амон атон ашон ям ят яш ямон ятон яшон", 3),
    # Izofat, relation and the indefinite article.
    *affixes("и ӣ е", 3),
    # "And".
    Affix("ву", after=("ҳо", "а", "и", "ӣ", "у", "ӯ", "я", "ю")),
    *affixes("ю", 3, after="аеиоуюя"),
    *affixes("у", 3, not_after="ҷ"),
    # To be; persons of verbs.
    *affixes("аст анд янд ем ед ад яд", 3),
    # Plurals; "Тоҷикистон" is none.
    Affix("он", not_after=("ист",)),
    *affixes("ён", 3, after="аиоу"),
    *affixes("гон", 3, after="а"),
    *affixes("вон", 3, after="оу"),
    # Participles and the infinitive.
    Affix("гӣ", after=("да", "та")),
    Affix("гист", after=("да", "та")),
    *affixes("ан", 3, after="дт"),
    # Comparison.
    *affixes("тар тарин", 3),
    # Two letters stay of "по", "рӯ", "гӯ".
    *affixes("и ӣ ям ят яш яд янд ямон ятон яшон ед ем", 2, after="оу"),
)  # fmt: skip

ROW = Language(
    code="tg",
    english_name="Tajik",
    name="Тоҷикӣ",
    script="Cyrl",
    fallbacks=("ru", "en"),
    # CLDR gives Tajik curly marks; the press and schoolbooks of Tajikistan write guillemets.
    quotes=Quotes("«", "»", "„", "“"),
    alphabet="абвгғдеёжзиӣйкқлмнопрстуӯфхҳчҷшъэюя",
    negations="не на нест ҳеҷ бе бидуни нестанд",
    negating="на- но- бе- барна-/бар дарна-/дар бозна-/боз фурӯна-/фурӯ",
    numerals=(
        "сифр ду/дуюм/дувум/дуто/дусола се/сеюм/севум/сето/сесола чор/чорум/чаҳор/чаҳорум/чорсола панҷ/панҷум/панҷто/"
        "панҷсола шаш/шашум/шашсола ҳафт/ҳафтум/ҳафтсола ҳашт/ҳаштум/ҳаштсола нӯҳ/нӯҳум/нуҳ/нуҳум даҳ/даҳум/даҳҳо/"
        "даҳто/даҳсола ёздаҳ- дувоздаҳ- сенздаҳ- чордаҳ-/чаҳордаҳ- понздаҳ- шонздаҳ- ҳабдаҳ-/ҳафдаҳ- ҳаждаҳ-/ҳиждаҳ- "
        "нуздаҳ- бист/бисту/бистум/бисто/бистсола сӣ/сию/сиюм чил/чилу/чилум/чиҳил панҷоҳ- шаст/шасту/шастум ҳафтод- "
        "ҳаштод- навад- сад/саду/садум/садҳо дусад- сесад- чорсад-/чаҳорсад- панҷсад- шашсад- ҳафтсад- ҳаштсад- "
        "нӯҳсад-/нуҳсад- ҳазор- миллион- миллиард- триллион- нисф/нисфи"
    ),
    opposites=(
        "афзоиш-/афзуд-/меафзо-/зиёд-/бештар-/боло/болотар-/баландтар- коҳиш-/кам/камтар-/паст/пасттар-/поён- пеш/пеши/"
        "пештар/қабл/қаблан пас/баъд/баъди/баъдан/баъдтар бале/ҳа/оре иҷозат-/рухсат- манъ-/мамнӯъ- ғалаба-/пирӯз-/"
        "ғолиб- шикаст-/бохт/бохтанд/мағлуб- ҷонибдор-/тарафдор-/дастгирӣ/дастгирии зид/зидди/муқобил- розӣ/қабул- рад "
        "гунаҳкор-/айбдор- бегуноҳ-/сафед беҳтар- бадтар- якум/аввал/аввалин-/нахустин- охирин- зинда кушта-/ҳалок-/"
        "мурд/мурданд/фавт- шимол- ҷануб- шарқ- ғарб-"
    ),
    function_words=(
        "ва дар аз ба ки ин барои бо то он буд аст ҳам ё аммо ҳар як мо онҳо вай ӯ шуд мекунад мекунанд "
        "шудааст бояд пас баъд ҳоло ҳангоми байни назди чӣ чи агар вақте касе низ онро ҳамон бе шуда дорад "
        "доранд медиҳад мешавад карда"
    ),
    keyboards=(keyboards.LATIN_AND_TAJIK, keyboards.LATIN_AND_RUSSIAN, keyboards.RUSSIAN_AND_TAJIK),
    sounds=("иӣ", "уӯо", "ао", "еэи", "ғг", "қкх", "ҳх", "ҷчж", "бпв", "дт", "зс", "жш", "ъа"),
    analysis=Analysis(
        # Why "ҷ" becomes "ч" and not "ж" or "дж": docs/decisions/tajik-analysis.md. The last six are what the fonts in
        # use before Unicode ("Times New Roman Tj") left in old texts.
        folds("ӣи ӯу ҳх қк ғг ҷч ёе їи ўу њх ќк ѓг љч"),
        suffixes=(ENDINGS,) * 5,
        words=WORDS / "tg.txt",
        prefixes=("ме", "наме", "на", "би", "ма"),
    ),
    # BGN/PCGN 1994 without diacritics: е is ye at the start of a word and after a vowel.
    transliteration=Transliteration(
        {**letters.RUSSIAN, "ғ": "gh", "ӣ": "i", "қ": "q", "ӯ": "u", "ҳ": "h", "ҷ": "j"},
        ((re.compile(r"(?<![^\W\d_])е|(?<=[аеёиӣоуӯэюя])е"), "ye"),),
    ),
    # In a date the month takes the izofat: "24 ноябри соли 2026".
    dates=DatePatterns(
        months=(
            "январи", "феврали", "марти", "апрели", "майи", "июни",
            "июли", "августи", "сентябри", "октябри", "ноябри", "декабри",
        ),
        months_alone=(
            "январ", "феврал", "март", "апрел", "май", "июн",
            "июл", "август", "сентябр", "октябр", "ноябр", "декабр",
        ),
        long="{day} {month} соли {year}",
        month="{month} соли {year}",
        day="{day} {month_alone}",
        same_month="{day}–{end_day} {month} соли {year}",
        same_year="{day} {month_alone} – {end_day} {end_month} соли {year}",
        moment="{date}, соати {time}",
    ),
    # Қоидаҳои имлои забони тоҷикӣ (2021, № 268): дӯс-тӣ, лаъ-лӣ, аро-ба.
    hyphenation=Hyphenation("аеёиӣоуӯэюя", never_first=frozenset("йъ")),
    binding="аз ба бе бо ва дар ё ки на не то чи чӣ",
    relative_length=1.04,
    country_names={"BY": "Беларус", "CN": "Чин"},
    titles={"analysis": "Таҳлил", "events": "Чорабиниҳо", "about": "Дар бораи мо"},
    pasted=Pasted(
        mistakes="хато хатое хатои хатоҳо хатогӣ хатогие ғалат ғалате ғалати иштибоҳ иштибоҳе",
        report_line=(
            "агар шумо дар ин матн матни матнро мақола маводи мавод хабар сомона имлоӣ ёфтед ёбед дидед дарёфт пайдо "
            "ошкор мушоҳида кардед кунед намудед намоед ки ва пас аз онро он қисмати қисми порчаи порча калимаи "
            "калимаро калимаҳои хатодорро хатодор лозимӣ ҷудо интихоб ишора қайд карда намуда тугмаҳои тугмаи тугмаро "
            "тугмаҳоро калидҳои клавишҳои пахш зер лутфан ро ба мо диҳед якҷоя ҳамзамон бо бошед "
            "ёфта дида кардани пахши муш мушак"
        ),
        pictures={
            "photo": "акс аксҳо аксбардор сурат суратгир акс_аз_",
            "drawing": "расм расмҳо",
            "map": "харита нақша",
            "archive": "бойгонӣ",
            "handout": "пешниҳодшуда",
        },
        on_the_photo="дар",
    ),
    speech=SPEECH["tg"],
    doubled="*",
    stops=Stops(
        never=(
            "ш шаҳр н ноҳ в вил ҷ ҷам д деҳ кӯч хиёб х гуз маҳ б проф акад дотс ниг нигаред мас м яъне д.и.т "
            "н.и.ф н.и.т д.и.и и.и и.т и.ф муҳ мух рақ ҳоз тақр с саҳ қ қис боб расм ҷадв ҳ р дж ҷн тел долл о ул "
            "г ним т.м т.ҷ ғайр.мас"
        ),
        behind=(
            "м.и ғ ғ.ҳ ғайра млн млрд трлн ҳаз сом дир м км кг т см кв.м м.м янв фев апр авг сен окт ноя дек саҳ "
            "мод банд қ ҷ"
        ),
    ),
)  # fmt: skip

from __future__ import annotations

from typing import Any

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import (
    SPEECH,
    VERB,
    WORDS,
    Affix,
    Analysis,
    DatePatterns,
    Hyphenation,
    Language,
    Pasted,
    Stops,
    Transliteration,
    endings,
    folds,
)

VOWELS = "аеёиоөуүыэюя"
VOICELESS = "пктсшщчцфх"
VOICED = "рйлзжмнңбвгд"
CONSONANTS = VOICELESS + VOICED
# Stems that end in a vowel of their own, where "сы" is a possessor: after other "ы" the "с" is the stem's ("жеңиш-и").
OPEN = "а е о ө э ю я чы чи чу чү уу үү ии"
# "турист-и": the "т" is the stem's.
IST = "лис нис рис вис сис фис"
# What most stems of verbs of several syllables end in.
OF_VERB = (
    "ыл ил ул үл ыш иш уш үш тыр тир тур түр дыр дир дур дүр гыз гиз гуз гүз ун үн лан лен лон лөн даш таш леш лаш ныл"
)
NOT = "ба бе бо бө па пе по пө"
WHO = "(мЫн сЫң сЫз бЫз сЫңАр сЫздАр)"


def end(text: str, **conditions: Any) -> tuple[Affix, ...]:
    return endings(text, ("аы", "еи", "оу", "өү", "ау"), **conditions)


# The stages, as in Kazakh. What ends a verb only: persons, times, moods.
FINITE = (
    *end("дЫ(м ңЫз ңАр ңЫздАр)", after=VOICED, into=VERB), *end("тЫ(м ңЫз ңАр ңЫздАр)", after=VOICELESS, into=VERB),
    *end("дЫ(м ң к ңЫз ңАр ңЫздАр)?", after=VOWELS, into=VERB),
    *end("дЫк чу", after="ыр ур үр тир дир гыз гиз гуз гүз лан лен лон лөн", into=VERB),
    *end("тЫк чу", after="ыт ит ут үт лаш леш", into=VERB),
    # By harmony "чы" makes a noun of these: "иш-чи".
    *end("чу", after="а ы ар ыр ал ыл ан ын ат ыт ай аш ыш ак ык", into=VERB),
    *end("чү", after="е и үй ер ир ел ил ен ин ет ит ей еш иш ек ик", into=VERB),
    *end(f"гАн{WHO}", after=VOWELS + VOICED, into=VERB), *end(f"кАн{WHO}", after=VOICELESS, into=VERB),
    # "айтканы", "айтканын": not the cases "ны" and "нын" of a noun.
    *end("гАнЫ гАнЫн", after=VOWELS + VOICED, least=3, into=VERB), *end("кАнЫ кАнЫн", after="тпсшчк", into=VERB),
    *end("А(м мЫн сЫз сЫңАр сЫздАр)", after=CONSONANTS, into=VERB),
    # After "у" of "о" comes "а" again.
    *end("осуңар осуздар", after=CONSONANTS, into=VERB), *end("гонсуңар гонсуздар", after=VOWELS + VOICED, into=VERB),
    *end("консуңар консуздар", after=VOICELESS, into=VERB),
    *end("А(бЫз сЫң)", after=OF_VERB, into=VERB),
    *end("й(м мЫн сЫң сЫз т бЫз сЫңАр сЫздАр)", after=VOWELS, into=VERB),
    *end("Ат", after=OF_VERB, into=VERB),
    *end("Ар(мЫн сЫз бЫз сЫңАр сЫздАр)", after=CONSONANTS, into=VERB),
    *end(f"р{WHO}", after=VOWELS, least=3, into=VERB),
    *end(f"й с спЫз с{WHO}", after=NOT, into=VERB),
    *end("Ып(тЫр тыр пЫз мЫн)?", after=CONSONANTS, into=VERB), *end("п птЫр", after=VOWELS, least=3, into=VERB),
    *end("сА(м ң к ңЫз ңАр ңЫздАр)?", into=VERB),
    *end("сЫн ЫңЫздАр АйЫн АлЫк", after=CONSONANTS, into=VERB), *end("йЫн йлЫ йлЫк", after=VOWELS, into=VERB),
    *end("чЫ(мЫн сЫң сЫз бЫз ңАр сЫңАр)?", after="ш", least=3, into=VERB), *end(f"чЫ{WHO} чЫңАр", into=VERB),
    *end(f"ууда{WHO}? үүдө{WHO}? оодо{WHO}? өөдө{WHO}?", into=VERB),
    *end("гАнчА гЫчА", after=VOWELS + VOICED, least=3, into=VERB),
    *end("кАнчА кЫчА", after=VOICELESS, least=3, into=VERB),
)  # fmt: skip
CASE = (
    *end("нЫн", after=VOWELS, least=3), *end("дЫн", after=VOICED), *end("тЫн", after=VOICELESS, not_after=IST),
    *end("нЫ", after=OPEN, least=3), *end("дЫ", after=VOICED), *end("тЫ", after=VOICELESS, not_after=IST),
    *end("гА дА дАн дАгЫ", after=VOWELS + VOICED), *end("кА тА тАн тАгЫ", after=VOICELESS),
    # After a possessor, which comes off with them.
    *end("сЫн сЫнА сЫндА сЫнАн сЫндАгЫ", after=OPEN, least=3),
    *end("Ын ЫнА ЫндА ЫнАн ЫндАгЫ ЫмА", after=CONSONANTS), *end("А", after="быз биз буз бүз ңыз ңиз ңуз ңүз"),
)  # fmt: skip
POSSESSOR = (
    *end("м бЫз ңЫз", after=VOWELS, least=3), *end("сЫ", after=OPEN, least=3),
    *end("Ы Ым Ың ЫбЫз ЫңЫз", after=CONSONANTS),
)  # fmt: skip
PLURAL = (*end("лАр", after=VOWELS + "рй"), *end("дАр", after="лмнңзжбвгд"), *end("тАр", after=VOICELESS))
QUALITY = end("дЫг дЫк", after="ган ген гон гөн кан кен кон көн")
# What makes a noun of a verb, and so stands before the endings of nouns; and "айтат", which looks like "кызмат".
NOUN_OF_VERB = (
    *end("гАн", after=VOWELS + VOICED, into=VERB), *end("кАн", after=VOICELESS, into=VERB),
    *end("уу үү оо өө Ат Ар", after=CONSONANTS, into=VERB), *end("юу", after=VOWELS, least=1, into="й" + VERB),
    *end("мАк", into=VERB),
)  # fmt: skip
NEGATION = (*end("бА~", after=VOWELS + VOICED, into=VERB), *end("пА~", after=VOICELESS, into=VERB))
# "They" and "each other".
TOGETHER = (*end("Ыш~", after=CONSONANTS, least=3, into=VERB), *end("ш~", after=VOWELS, least=3, into=VERB))
# The vowels that come and go at the end of a stem, and the consonants that a vowel softens: "китеп", "китеби".
LAST = (
    *end("А~ Ы~", after=CONSONANTS), *end("~", least=1), *end("г", into="к"), *end("б", into="п"),
    *end("А Ы", after=CONSONANTS, least=3),
)  # fmt: skip

FUNCTION_WORDS = (
    "мен мага мени менин менде менден сен сага сени сенин сиз сизге сизди сиздин сизде сизден ал аны анын анда "
    "андан биз бизге бизди биздин бизде бизден алар аларга аларды алардын аларда алардан бул буга муну мунун мында "
    "мындан ушул ушуга ушуну ушунун ушунда ушундан ошол ошого ошону ошонун ошондо ошондон тиги тигил өз өзү өзүн "
    "өзүнө өзүнүн өзүбүз өздөрү өздөрүнүн мындай андай ушундай ошондой ким кимге кимди кимдин кимде кимден кимдер "
    "эмне эмнеге эмнени эмненин эмнеде эмнеден эмнелер кайсы кайсыл кайда кайдан кайдагы кандай кантип кандайча "
    "качан канча канчалык нече неге эмнеликтен беле бекен үчүн жөнүндө тууралуу боюнча аркылуу чейин кийин соң "
    "сайын сыяктуу катары карай бери мурда ортосунда ортосундагы бирге менен жана да де дагы бирок же болбосо "
    "анткени ошондуктан эгер эгерде эми эле гана ар кай кээ кээбир бардык баары бүт бүткүл башка эч эчким эчтеке "
    "бирөө көп көбүрөөк эң өтө абдан азыр экен эмес бар барбы жок болду болот болобу болуп болгон болсо болбойт "
    "болуу боло керек мүмкүн тийиш зарыл деп деген дейт деди кылуу кылат кылган кылып этүү этет эткен жатат жаткан"
)

ROW = Language(
    code="ky",
    english_name="Kyrgyz",
    name="Кыргызча",
    script="Cyrl",
    fallbacks=("ru", "en"),
    alphabet="абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя",
    negations="эмес жок эчким эч",
    negating=(
        "ба бе бо бө па пе по пө бай/а бей/е бой/о бөй/ө пай/а пей/е пой/о пөй/ө пады/ты педи/ти поду/ту пөдү/тү паган/"
        "кан пеген/кен погон/кон пөгөн/көн сыз/луу сиз/лүү суз/луу сүз/лүү"
    ),
    numerals=(
        "нөл эки/экинчи/экиден/экиге/экөө үч/үчүнчү/үчтөн/үчкө/үчөө төрт- беш/бешинчи/бештен/бешке/бешөө алты/алтынчы/"
        "алтыдан/алтыга/алтоо жети/жетинчи/жетиден/жетиге/жетөө сегиз- тогуз- он/ондон/онго/онунчу/ондогон жыйырма- "
        "отуз- кырк/кырктан/кыркка/кыркынчы элүү- алтымыш- жетимиш- сексен- токсон- жүз/жүздөн/жүзгө/жүзүнчү/жүздөгөн "
        "миң- миллион- миллиард- триллион- мартта марттын июнда июндун июлда июлдун"
    ),
    opposites=(
        "өстү/өсүү/өсүүсү/өсүшү/өскөн/өсөт/өсүп/артты/артуу/арткан/артат/артып/көбөй-/көп/көбүрөөк/жогору-/көтөрүл- "
        "азай-/аз/азыраак/кемиди/кемиген/төмөн-/кыскар- мурун/мурда/чейин/алдында кийин/кийинчерээк/соң ооба уруксат- "
        "тыюу- жеңди/жеңиш-/жеңген/жеңип/жеңүүчү-/утту жеңилди/жеңилүү-/жеңилген/жеңилип/утул- колдоо/колдоду/колдойт/"
        "колдогон/колдоп каршы- макулда-/кабыл күнөөлүү- күнөөсүз- жакшы-/жакшыр- начар-/жаман- биринчи/алгачкы акыркы "
        "тирүү өлдү/өлгөн/өлтүр-/каза түндүк- түштүк- чыгыш- батыш-"
    ),
    function_words=(
        "жана менен бул үчүн бир деп да эле болду болуп эмес ушул ошол аны алар ал биз эмне гана кийин чейин "
        "жөнүндө боюнча жок бар керек азыр эми ар өз келет бирок аркылуу сыяктуу көп дейт болгон кантип"
    ),
    keyboards=(keyboards.LATIN_AND_KYRGYZ, keyboards.LATIN_AND_RUSSIAN),
    sounds=("ыиу", "оөу", "уү", "ңн", "бп", "дт", "зс", "жшч", "гк", "кх", "эе", "ао", "ьъ"),
    analysis=Analysis(
        folds("ңн өо үу ёе ь ъ"),
        suffixes=(FINITE, CASE, POSSESSOR, PLURAL, QUALITY, NOUN_OF_VERB, NEGATION, TOGETHER, LAST),
        words=WORDS / "ky.txt",
        function_words=frozenset(FUNCTION_WORDS.split()),
    ),
    # BGN/PCGN 1979 without diacritics: ж is j.
    transliteration=Transliteration({**letters.RUSSIAN, "ж": "j", "ң": "ng", "ө": "o", "ү": "u"}),
    # The month of a date belongs to its year: "2026-жылдын 24-ноябры".
    dates=DatePatterns(
        months=(
            "январы", "февралы", "марты", "апрели", "майы", "июну",
            "июлу", "августу", "сентябры", "октябры", "ноябры", "декабры",
        ),
        months_alone=(
            "январь", "февраль", "март", "апрель", "май", "июнь",
            "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
        ),
        long="{year}-жылдын {day}-{month}",
        month="{year}-жылдын {month}",
        day="{day}-{month_alone}",
        same_month="{year}-жылдын {day}–{end_day}-{month}",
        same_year="{year}-жылдын {day}-{month} – {end_day}-{end_month}",
        moment="{date}, саат {time}",
    ),
    # Кыргыз тилинин жазуу эрежелери (2008), §§ 78–81: тоо-лордо, консуль-тация.
    hyphenation=Hyphenation(VOWELS, never_first=frozenset("ьъ")),
    relative_length=0.97,
    titles={"analysis": "Талдоо", "events": "Иш-чаралар", "about": "Биз жөнүндө"},
    pasted=Pasted(
        mistakes="ката катаны катасын каталык каталыкты",
        report_line=(
            "эгер эгерде сиз тексттен текстте макаладан макалада тапсаңыз тапсаңыздар байкасаңыз көрсөңүз таптыңызбы "
            "байкадыңызбы анда аны ошол керектүү катасы бар текстти тексттин бөлүгүн сөздү сөздөрдү белгилеп "
            "белгилеңиз тандап жана чычкан менен баскычтарын баскычын баскычты баскычтарды басыңыз басыңыздар ди ны ни "
            "бизге кабарлаңыз билдириңиз билдирип кабарлап коюңуз орфографиялык жазуу басып басуу аркылуу бирге"
        ),
        pictures={
            "photo": "сүрөт фотосүрөт",
            "handout": "сунуштаган",
        },
        on_the_photo="сүрөттө",
    ),
    speech=SPEECH["ky"],
    doubled="* бир",
    stops=Stops(
        never=(
            "ш көч обл р р-н айл пр проф акад доц т.и.д т.и.к и.д и.к мис а.а м-н м.а дж ж жж к кк б.з.ч з.ч б.з "
            "з.к кар тел ө кыр орус а"
        ),
        behind="ж.б ж.у у.с млн млрд трлн т м км кг га см чарчы.м саат мүн б бер янв фев апр авг сен окт ноя дек",
    ),
)  # fmt: skip

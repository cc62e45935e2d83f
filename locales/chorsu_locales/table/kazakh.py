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
    Quotes,
    Stops,
    Transliteration,
    endings,
    folds,
)

VOWELS = "аәеёиіоөуұүыэюя"
VOICELESS = "пкқтсшщчцфхһбвгғд"  # with those that loanwords end in, which take the same endings
VOICED = "рйлзжмнң"
CONSONANTS = VOICELESS + VOICED
# Stems that end in a vowel of their own, where "сы" is a possessor: after other "ы" the "с" is the stem's ("жеңіс-і").
OPEN = "а ә е о ө у ұ ү э ю я шы ші жы сі"
# "турист-і": the "т" is the stem's.
IST = "лис нис рис вис сис фис цис зис мис рас пос тес"
NOT = "ма ме ба бе па пе"
WHO = "(мЫн сЫң сЫз мЫз бЫз сЫңдАр сЫздАр)"
WHOSE = "(м ңЫз ңдАр ңЫздАр)"


def end(text: str, **conditions: Any) -> tuple[Affix, ...]:
    return endings(text, ("аы", "еі"), **conditions)


# The stages. What ends a verb only: persons, times, moods.
FINITE = (
    *end(f"ямын яды ямыз ясыз ясыңдар ясыздар ятын{WHO}?", after=VOWELS, least=1, into="й" + VERB),
    *end(f"дЫ{WHOSE}", after=VOICED, into=VERB), *end(f"тЫ{WHOSE}", after=VOICELESS, into=VERB),
    *end("дЫ(м ң ңЫз ңдАр ңЫздАр)?", after=VOWELS, into=VERB), *end("дЫқ", after="а е", into=VERB),
    *end("мАдЫ", after=VOWELS + "рйл", into=VERB), *end("бАдЫ", after="мнңзж", into=VERB),
    *end("пАдЫ", after=VOICELESS, into=VERB),
    *end(f"ғАн{WHO} ғАнды(м ң қ ңыз ңдар ңыздар)? ғАнді(м ң к ңіз ңдер ңіздер)?", after=VOWELS + VOICED, into=VERB),
    *end(f"қАн{WHO} қАнды(м ң қ ңыз ңдар ңыздар)? қАнді(м ң к ңіз ңдер ңіздер)?", after=VOICELESS, into=VERB),
    # "айтқаны", "айтқанын": not the cases "ны" and "нын" of a noun.
    *end("ғАнЫ ғАнЫн", after=VOWELS + VOICED, least=3, into=VERB), *end("қАнЫ қАнЫн", after="тпсшкқ", into=VERB),
    *end(f"атын{WHO} етін{WHO}", after=CONSONANTS + "у", into=VERB), *end(f"йтЫн{WHO}?", after=VOWELS, into=VERB),
    *end(f"мАтЫн{WHO} бАтЫн{WHO} пАтЫн{WHO}", after=CONSONANTS + VOWELS, into=VERB),
    *end("атын етін", after="тыр тір дыр дір ғыз гіз қыз кіз ыл іл йт рт лт ыс іс", into=VERB),
    *end(f"тЫн{WHO}", after=NOT, into=VERB), *end("мАтЫн", after="аелй", into=VERB),
    *end("тЫн", after="па пе", least=3, into=VERB),
    *end("АмЫн АдЫ АсЫз АсЫңдАр АсЫздАр", after=CONSONANTS, into=VERB),
    *end("й(мЫн сЫң сЫз дЫ мЫз сЫңдАр сЫздАр)", after=VOWELS, least=1, into=VERB),
    *end("Ар(мЫн сЫң сЫз мЫз сЫңдАр сЫздАр)", after=CONSONANTS + "у", into=VERB),
    *end("р(мЫн сЫз мЫз сЫңдАр сЫздАр)", after=VOWELS, least=3, into=VERB),
    *end("ңЫз ңЫздАр й с с(пЫн сЫң сЫз пЫз сЫңдАр сЫздАр)", after=NOT, into=VERB),
    *end("Ып(пЫн сЫң сЫз пЫз)?", after=CONSONANTS + "у", into=VERB),
    *end("п(пЫн сЫң сЫз пЫз)?", after=VOWELS, least=3, into=VERB),
    *end("са(м қ ңыз ңыздар)? се(м к ңіз ңіздер)?", into=VERB),
    *end("сЫн сЫңдАр ЫңЫздАр", after=CONSONANTS + "у", into=VERB),
    *end("айын ейін айық ейік", after=CONSONANTS, into=VERB), *end("йЫн йық йік", after=VOWELS, into=VERB),
    *end("ғАлЫ ғАншА", after=VOWELS + VOICED, least=3, into=VERB),
    *end("қАлЫ қАншА", after=VOICELESS, least=3, into=VERB),
)  # fmt: skip
CASE = (
    *end("нЫң", after=VOWELS + "мнң"), *end("дЫң", after="рйлзжу"), *end("тЫң", after=VOICELESS, not_after=IST),
    *end("нЫ", after=OPEN, least=3), *end("дЫ", after=VOICED + "у"), *end("тЫ", after=VOICELESS, not_after=IST),
    *end("ғА дА дАғЫ", after=VOWELS + VOICED), *end("қА тА тАғЫ тАн", after=VOICELESS),
    *end("дАн", after=VOWELS + "рйлзж"), *end("нАн", after="мнң"),
    *end("мен", after=VOWELS + "рйлмнң"), *end("бен", after="зж"), *end("пен", after=VOICELESS),
    # After a possessor, which comes off with them.
    *end("сЫн сЫнА сЫндА сЫнАн сЫндАғЫ", after=OPEN, least=3),
    *end("Ын ЫнА ЫндА ЫнАн ЫндАғЫ ЫмА", after=CONSONANTS + "у"),
    *end("а", after="мыз ңыз"), *end("е", after="міз ңіз"),
)  # fmt: skip
POSSESSOR = (
    *end("м мЫз ңЫз", after=VOWELS, least=3), *end("сЫ", after=OPEN, least=3),
    *end("Ы Ым Ың ЫмЫз ЫңЫз", after=CONSONANTS + "у"),
)  # fmt: skip
PLURAL = (*end("лАр", after=VOWELS + "рй"), *end("дАр", after="лмнңзж"), *end("тАр", after=VOICELESS))
QUALITY = end("дЫғ дЫқ", after="ған ген қан кен")
# What makes a noun of a verb, and so stands before the endings of nouns.
NOUN_OF_VERB = (
    *end("ғАн", after=VOWELS + VOICED, into=VERB), *end("қАн", after=VOICELESS, into=VERB),
    *end("у", after=CONSONANTS, into=VERB), *end("у", after=VOWELS, least=3, into=VERB),
    *end("ю", after=VOWELS, least=1, into="й" + VERB), *end("мақ мек мақшы мекші", into=VERB),
)  # fmt: skip
NEGATION = (
    *end("ама~ еме~", after=CONSONANTS, into=VERB), *end("мА~", after=VOWELS + "рйл", into=VERB),
    *end("бА~", after="мнңзж", into=VERB), *end("пА~", after=VOICELESS, into=VERB),
)  # fmt: skip
# The vowels that come and go at the end of a stem, and the consonants that a vowel softens: "мектеп", "мектебі".
LAST = (
    *end("А~ Ы~", after=CONSONANTS), *end("~", least=1), *end("г", into="к"), *end("б", into="п"),
    *end("А Ы", after=CONSONANTS, least=3),
)  # fmt: skip

MONTHS = (
    "қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым",
    "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан",
)  # fmt: skip

FUNCTION_WORDS = (
    "мен маған мені менің менде менен менімен сен саған сені сенің сіз сізге сізді сіздің сізде сізден ол оған оны "
    "оның онда одан онымен біз бізге бізді біздің бізде бізден олар оларға оларды олардың оларда олардан бұл бұған "
    "бұны мұны бұның мұның бұнда мұнда бұдан мұнымен осы осыған осыны осының осында осыдан сол соған соны соның "
    "сонда содан мына мынау анау өз өзі өзін өзіне өзінің өзіміз өздері өздерінің мұндай ондай осындай сондай кім "
    "кімге кімді кімнің кімде кімнен кіммен кімдер не неге нені ненің неде неден немен нелер қай қайсы қайда қайдан "
    "қайдағы қандай қалай қашан қанша қаншалықты неше неліктен ма ме ба бе па пе ше үшін туралы бойынша арқылы "
    "дейін кейін соң сайын сияқты секілді ретінде жайлы жөнінде жайында қарай бері бұрын арасында арасындағы бірге "
    "және бен пен да де та те әрі бірақ немесе яки болмаса алайда өйткені сондықтан егер ал әр әрбір барлық бүкіл "
    "бәрі барша кейбір басқа ешқандай ешкім ештеңе біреу бірнеше көп көбірек өте ең тек ғана енді қазір тағы еді "
    "екен емес бар жоқ болды болады болып болған болатын болса болмайды болу бола бол керек қажет мүмкін тиіс деп "
    "деген дейді деді ету етеді еткен етіп етіледі"
)

ROW = Language(
    code="kk",
    english_name="Kazakh",
    name="Қазақ тілі",
    script="Cyrl",
    fallbacks=("ru", "en"),
    quotes=Quotes("«", "»", "“", "”"),
    alphabet="аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    negations="емес жоқ ешкім ештеңе ешқашан ешбір ешқандай",
    negating=(
        "ма ме ба бе па пе май/а мей/е бай/а бей/е пай/а пей/е пады/ты педі/ті паған/қан пеген/кен сыз/лы/ды/ты сіз/лі/"
        "ді/ті"
    ),
    numerals=(
        "нөл екі/екінші/екіден/екіге/екеу үш/үшінші/үштен/үшке/үшеу төрт- бес/бесінші/бестен/беске/бесеу алты/алтыншы/"
        "алтыдан/алтыға/алтау жеті/жетінші/жетіден/жетіге/жетеу сегіз- тоғыз- он/оннан/онға/оныншы/ондаған жиырма- "
        "отыз- қырық-/қырқыншы елу- алпыс- жетпіс- сексен- тоқсан- жүз/жүзден/жүзге/жүзінші/жүздеген мың- миллион- "
        "миллиард- триллион-"
    ),
    opposites=(
        "өсті/өсу/өсуі/өсуіне/өскен/өседі/өсіп/артты/арту/артуы/артқан/артады/артып/көбей-/көп/көбірек/ұлғай-/жоғары-/"
        "көтеріл- азай-/аз/азырақ/кеміді/кеміген/төмен-/қысқар- бұрын/дейін/алдында кейін/кейінірек/соң иә рұқсат- "
        "тыйым- жеңді/жеңіс-/жеңген/жеңіп/жеңімпаз-/ұтты жеңілді/жеңіліс-/жеңілген/жеңіліп/ұтыл- қолдау/қолдады/"
        "қолдайды/қолдаған/қолдап қарсы- мақұлда-/қабылда- кінәлі- кінәсіз- жақсы-/жақсар- нашар-/жаман- бірінші/"
        "алғашқы соңғы тірі өлді/өлген/өлтір-/қаза солтүстік- оңтүстік- шығыс- батыс-"
    ),
    function_words=(
        "және мен бұл үшін бір деп де да еді екен болды болып емес осы сол оны олар ол біз бен пен не ғана "
        "тек кейін дейін туралы бойынша жоқ бар керек қазір енді әр өз келеді бірақ арқылы сияқты көп дейді"
    ),
    keyboards=(keyboards.LATIN_AND_KAZAKH, keyboards.LATIN_AND_RUSSIAN),
    sounds=("аәе", "оөұ", "уүұ", "ыіи", "қкғг", "ғх", "ңн", "бп", "дт", "зс", "жшщ", "һх", "ьъ"),
    analysis=Analysis(
        folds("әа ғг қк ңн өо ұу үу һх іи ёе ь ъ"),
        suffixes=(FINITE, CASE, POSSESSOR, PLURAL, QUALITY, NOUN_OF_VERB, NEGATION, LAST),
        words=WORDS / "kk.txt",
        function_words=frozenset(FUNCTION_WORDS.split()),
    ),
    # BGN/PCGN 1979 without diacritics: Қарағанды is qaraghandy.
    transliteration=Transliteration(
        {
            **letters.RUSSIAN,
            "ә": "a", "ғ": "gh", "қ": "q", "ң": "ng", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
        }
    ),
    dates=DatePatterns(
        months=MONTHS,
        months_alone=MONTHS,
        long="{year} жылғы {day} {month}",
        month="{year} жылғы {month}",
        day="{day} {month}",
        same_month="{year} жылғы {day}–{end_day} {month}",
        same_year="{year} жылғы {day} {month} – {end_day} {end_month}",
        moment="{date}, сағат {time}",
    ),
    # Тасымал ережелері: ала-қан, құмырс-қа. Whether "у" and "и" are vowels (қи-ын, да-уыс) the letter doesn't say, so
    # nothing is parted at them.
    hyphenation=Hyphenation(VOWELS, never_first=frozenset("ьъ")),
    relative_length=0.97,
    titles={"analysis": "Талдау", "events": "Іс-шаралар", "about": "Біз туралы"},
    pasted=Pasted(
        mistakes="қате қатені қатесін қателік қателікті",
        report_line=(
            "егер сіз мәтіннен мәтінде мақаладан мақалада тапсаңыз тапсаңыздар байқасаңыз көрсеңіз таптыңыз таптыңызба "
            "ба байқадыңыз онда оны сол қажетті қатесі бар мәтінді мәтін бөлігін сөзді сөздерді фрагментті белгілеп "
            "белгілеңіз ерекшелеп таңдап және да тінтуірмен батырмасын батырмаларын пернелерін пернесін түймелерін "
            "түймесін басыңыз басыңыздар ды ді ны ні бізге хабарлаңыз жіберіңіз "
            "емле емлелік орфографиялық басып басу арқылы қатар бірге редакцияға хабарлау үшін"
        ),
        pictures={
            "photo": "сурет фотосурет",
            "archive": "мұрағат",
            "handout": "ұсынған",
        },
        on_the_photo="суретте",
    ),
    speech=SPEECH["kk"],
    doubled="* бір",
    stops=Stops(
        never=(
            "қ қал көш даң даңғ ауд обл ауыл а проф акад доц т.ғ.д т.ғ.к э.ғ.д з.ғ.д ф.ғ.д ғ.д ғ.к м-н мыс ред "
            "қ-сы ст дж ж жж ғ ғғ б.з.б б.з.д з.б з.д қар м.а т.а тел ш.м ағ орыс лат т.ж ө тәу мем"
        ),
        behind=(
            "т.б т.с.с с.с млн млрд трлн тг тең т м км кг га см ш.м сағ мин қаң ақп нау сәу мам мау шіл қыр қаз "
            "жел б"
        ),
    ),
)  # fmt: skip

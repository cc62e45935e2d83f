from __future__ import annotations

import re
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

# Uzbek is written in two scripts. Cyrillic is folded to the Latin of today, so that each finds the other: "е" and "ye"
# become one letter, since which of them is written depends on the place in the word, and "ц" is "ts" after a vowel.
# The letters of the reform of 2026 are those for sh and ch; ö and ğ lose their marks as all Latin letters do, since
# apostrophes are left out: "oʻ", "o'", "ö" and "ў" are one.
VOWELS_OF_CYRILLIC = folds("аa еe иi оo уu ўo эe яya юyu ёyo")
AS_LATIN = (
    folds("аa бb вv гg дd еe жj зz иi йy кk лl мm нn оo пp рr сs тt уu фf хx цs ъ ь ыi эe ўo қq ғg ҳh")
    | folds("ёyo чch шsh щsh юyu яya şsh çch šsh čch")
    | {vowel + "ц": latin + "ts" for vowel, latin in VOWELS_OF_CYRILLIC.items()}
    | {"ye": "e"}
)

MONTHS = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun",
    "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr",
)  # fmt: skip

VOWELS = "aeiou"
CONSONANTS = "bdfghjklmnpqrstvxyz"
WHO = "(man san miz siz sizlar lar)"
WAS = "(di dim ding dik dingiz dilar)"


def end(text: str, **conditions: Any) -> tuple[Affix, ...]:
    return endings(text, (), **conditions)


# The stages. What ends a verb only: persons, times, moods; before them the copula.
FINITE = (
    *end("dir dirlar", least=4),
    *end("di(m ng k ngiz lar nglar ngizlar)?", not_after="oue", into=VERB),
    *end("ishdi ishadi ishgan ishib", least=3, into=VERB),
    *end("di(mi mmi ngmi kmi ngizmi larmi) may madi madilar mas(man san miz siz sizlar lar dan di dim)?", into=VERB),
    *end(f"gan{WHO} gan{WAS}", not_after="kq", into=VERB), *end(f"kan{WHO} kan{WAS}", after="k", into=VERB),
    *end(f"qan{WHO} qan{WAS}", after="q", into=VERB),
    *end("a(man san di siz dilar sizlar dimi)", after=CONSONANTS, into=VERB),
    *end("y(man san di miz siz dilar sizlar dimi)", after="aie", into=VERB),
    *end("yap(man san ti miz siz tilar sizlar timi) moqda(man san miz siz lar dir)? moqchi(man miz siz)?", into=VERB),
    *end("ayap(man san ti miz siz tilar sizlar)", after=CONSONANTS, into=VERB),
    *end(f"ayotgan{WHO}? ayotgan{WAS} ayotir adigan{WHO}? adigan{WAS} ayotib{WHO}? ayotib{WAS}",
       after=CONSONANTS, into=VERB),
    *end(f"yotgan{WHO}? yotgan{WAS} yotir ydigan{WHO}? ydigan{WAS} yotib{WHO}? yotib{WAS}", after=VOWELS, into=VERB),
    *end(f"ar(man san miz siz) ar{WAS}", after=CONSONANTS, into=VERB),
    *end(f"r(man san miz siz) r{WAS}", after="a", least=3, into=VERB),
    *end("sa(m ng k ngiz lar ngizlar)?", into=VERB), *end("sin sinlar", least=3, into=VERB),
    *end("ib(man san di miz siz dilar)? aylik inglar ingizlar", after=CONSONANTS, into=VERB),
    *end("b(man san di miz siz dilar)? ylik nglar ngizlar", after=VOWELS, least=3, into=VERB),
    *end("gach guncha gani", least=3, not_after="kq", into=VERB),
    *end("kach kuncha kani", after="k", into=VERB), *end("qach quncha qani", after="q", into=VERB),
)  # fmt: skip
CASE = (
    *end("ning dan dagi"), *end("da", least=3),
    # After o and u the "n" is the stem's: "zamon-i".
    *end("ni niki", least=3, not_after="ou"),
    *end("ga gacha", least=3, not_after="kq"), *end("ka kacha", after="k"), *end("qa qacha", after="q"),
)  # fmt: skip
POSSESSOR = (*end("m miz ngiz si", after=VOWELS, least=3), *end("i(m ng miz ngiz)?", after=CONSONANTS))
PLURAL = end("lar")
# What makes a noun of a verb, and so stands before the endings of nouns.
NOUN_OF_VERB = (
    *end("gan", not_after="kq", into=VERB), *end("kan", after="k", into=VERB), *end("qan", after="q", into=VERB),
    *end("moq", into=VERB), *end("ish", after=CONSONANTS, into=VERB), *end("sh", after="ae", least=3, into=VERB),
)  # fmt: skip
NEGATION = end("ma~", into=VERB)
# The vowels that come and go at the end of a stem, and the consonants that a vowel softens: "yurak", "yuragi".
LAST = (
    *end("a~ i~", after=CONSONANTS),
    *end("~", least=1),
    *end("a i", after=CONSONANTS, least=3),
    *end("g q", least=3, into="k"),
)

FUNCTION_WORDS = (
    "men meni mening menga menda mendan sen seni sening senga siz sizni sizning sizga sizda sizdan u uni uning unga "
    "unda undan biz bizni bizning bizga bizda bizdan ular ularni ularning ularga ularda ulardan bu buni buning "
    "bunga bunda bundan bular shu shuni shuning shunga shunda shundan ushbu oʻsha oʻshani oʻshanda mana ana oʻz "
    "oʻzi oʻzini oʻzining oʻziga oʻzimiz oʻzimizning oʻzlari oʻzlarining bunday unday shunday kim kimni kimning kimga "
    "kimda kimdan kimlar nima nimani nimaning nimaga nimada nimadan nimalar qaysi qayer qayerda qayerga qayerdan "
    "qanday qanaqa qanaqasiga qachon qancha qanchalik necha nechta nega uchun haqida haqda toʻgʻrisida boʻyicha orqali "
    "bilan kabi singari qadar keyin soʻng oldin avval beri sari sifatida tomonidan tufayli oʻrtasida oʻrtasidagi "
    "orasida orasidagi birga va ham hamda yoki yo lekin ammo biroq balki agar garchi chunki esa shuningdek yaʼni "
    "har hamma barcha butun baʼzi boshqa hech kimdir nimadir koʻp koʻproq juda eng faqat hozir endi hali yana hatto "
    "allaqachon edi ekan emas bor bormi yoʻq boʻldi boʻladi boʻlib boʻlgan boʻlsa boʻlmaydi boʻlish boʻlishi kerak "
    "kerakmi lozim mumkin mumkinmi zarur deb degan dedi deydi qilish qilishi qiladi qildi qilgan qilib qilinadi"
)

ROW = Language(
    code="uz",
    english_name="Uzbek",
    name="Oʻzbekcha",
    script="Latn",
    fallbacks=("ru", "en"),
    quotes=Quotes("“", "”", "‘", "’"),
    alphabet="abdefghijklmnopqrstuvxyzʻʼ",
    negations="emas yoʻq hech",
    negating="ma may/a be no siz/li",
    numerals=(
        "nol ikki/ikkinchi/ikkita/ikkidan/ikkiga uch/uchinchi/uchta/uchdan/uchga toʻrt- besh/beshinchi/beshta/beshdan "
        "olti/oltinchi/oltita/oltidan yetti/yettinchi/yettita/yettidan sakkiz- toʻqqiz- oʻn/oʻninchi/oʻnta/oʻnlab "
        "yigirma- oʻttiz- qirq/qirqinchi/qirqta ellik- oltmish- yetmish- sakson- toʻqson- yuz/yuzinchi/yuzta/yuzlab "
        "ming/minginchi/mingta/minglab/mingdan million- milliard- trillion- iyunda/iyundan iyulda/iyuldan martda/"
        "martdan"
    ),
    opposites=(
        "oshdi/oshgan/oshishi/oshadi/oshib/oshirildi/oshirish/ortdi/ortgan/ortib/ortishi/koʻpay-/koʻp/koʻproq/oʻsdi/"
        "oʻsish-/oʻsgan/oʻsmoqda/yuqori-/koʻtaril- kamay-/kam/kamroq/pasay-/past/pastroq/qisqar- oldin/avval/ilgari "
        "keyin/keyinroq/soʻng ha ruxsat- taqiq- gʻalaba-/gʻolib-/yutdi/yutgan/yengdi/yenggan magʻlub-/yutqaz-/yengildi/"
        "yengilgan quvvatla- qarshi- ma'qulla-/qabul rad aybdor- aybsiz- yaxshi- yomon- birinchi/dastlabki oxirgi/"
        "soʻnggi tirik oʻldi/oʻlgan/oʻldir-/halok/vafot shimol- janub- sharq- gʻarb-"
    ),
    function_words=(
        "va bilan bu uchun bir deb ham edi emas shu oʻsha uni ular u biz nima faqat keyin haqida boʻyicha "
        "yoʻq bor kerak hozir endi har oʻz ammo orqali koʻp boʻldi boʻlib boʻlgan qilish esa lekin qanday "
        "chunki yoki dedi deydi kabi"
    ),
    keyboards=(keyboards.LATIN_AND_UZBEK, keyboards.LATIN_AND_RUSSIAN),
    analysis=Analysis(
        AS_LATIN,
        suffixes=(FINITE, CASE, POSSESSOR, PLURAL, NOUN_OF_VERB, NEGATION, LAST),
        words=WORDS / "uz.txt",
        function_words=frozenset(FUNCTION_WORDS.split()),
    ),
    sounds=("hx", "oa", "ou", "iu", "ie", "bp", "dt", "zs", "gk", "kq", "vf", "aoe", "sz"),
    # The official Latin alphabet without its apostrophes; the Cyrillic spelling by the same alphabet.
    transliteration=Transliteration(
        {
            **letters.RUSSIAN,
            "ў": "o", "қ": "q", "ғ": "g", "ҳ": "h", "х": "x", "ж": "j", "ы": "i", "щ": "sh",
        },
        ((re.compile(r"(?<![^\W\d_])е|(?<=[аеёиоуўэюяъ])е"), "ye"),),
    ),
    dates=DatePatterns(
        months=MONTHS,
        months_alone=MONTHS,
        long="{year}-yil {day}-{month}",
        month="{year}-yil {month}",
        day="{day}-{month}",
        same_month="{year}-yil {day}–{end_day}-{month}",
        same_year="{year}-yil {day}-{month} – {end_day}-{end_month}",
        moment="{date}, soat {time}",
    ),
    # Oʻzbek tilining asosiy imlo qoidalari (1995, № 339), §§ 75–80: paxta-kor, mash’-al, dia-gramma; "ng" may
    # be one sound (si-ngil) or two (tugal-lan-gan), "y" may soften what stands before it (il-lyus-tra-siya): nothing is
    # parted there.
    hyphenation=Hyphenation(
        VOWELS,
        never_first=frozenset({"ʼ", "ng", "y"}),
        digraphs=frozenset({"sh", "ch", "ng", "oʻ", "gʻ", "o‘", "g‘", "o'", "g'", "o’", "g’"}),
        together=frozenset({"br", "dr", "fr", "gr", "kr", "pr", "tr"}),
    ),
    relative_length=1.06,
    titles={"analysis": "Tahlil", "events": "Tadbirlar", "about": "Biz haqimizda"},
    pasted=Pasted(
        mistakes="xato xatoni xatosini xatolik xatolikni хатони хатосини хатолик хатоликни",
        report_line=(
            "agar siz matnda matndan maqolada maqoladan imlo imloviy topsangiz korsangiz sezsangiz topdingizmi "
            "kordingizmi uni osha kerakli matnni matn qismini sozni sozlarni belgilab belgilang tanlab va ni enterni "
            "tugmalarini tugmasini tugmachalarini tugmachasini bosing bosib bosish orqali birga bizga xabar bering "
            "yuboring iltimos агар сиз имло ўша босиб босиш орқали бирга "
            "матнда матндан мақолада топсангиз топдингизми уни керакли матнни қисмини сўзни белгилаб белгиланг танлаб "
            "ва ни тугмаларини тугмасини тугмачасини босинг бизга хабар беринг илтимос"
        ),
        pictures={
            "photo": "surat foto fotosurat rasm",
            "drawing": "illyustratsiya",
            "map": "xarita",
            "chart": "infografika diagramma grafika",
            "screenshot": "skrinshot",
            "archive": "arxiv",
            "handout": "taqdim_etgan_",
        },
        on_the_photo="suratda",
    ),
    speech=SPEECH["uz"],
    doubled="* bir har",
    stops=Stops(
        never=(
            "sh ch yu ya yo ye ts o‘ g‘ oʻ gʻ o' g' oʼ gʼ koʻch ko‘ch ko'ch shoh xiyob prof akad dots i.f.d t.f.d "
            "f.f.d f.d tum vil qish masalan yaʼni mas q qar y yy mil.avv avv mil m.a v.b a dj tel"
        ),
        behind="b v.b h.k mln mlrd trln km kg g m sm ga kv.m v.h daq yan fev apr avg sen okt noy dek bet",
    ),
)  # fmt: skip

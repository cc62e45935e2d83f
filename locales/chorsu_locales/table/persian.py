from __future__ import annotations

import re

from chorsu_locales.table import keyboards, letters
from chorsu_locales.table.model import (
    LATIN,
    SPEECH,
    WORDS,
    Analysis,
    DatePatterns,
    Language,
    Pasted,
    Quotes,
    Stops,
    Transliteration,
    affixes,
    folds,
)

VOWEL = "[\u0627\u0622\u0648\u06cc]"

# One stage, repeated, as in Tajik: "کتاب‌هایشان", "دانش‌آموزانی".
ENDINGS = (
    # "نویسندگان" is of "نویسنده".
    *affixes("گان گانی", 3, into="ه"),
    # Plural; the article, izofat and relation; possessors.
    *affixes("ها های هایی هایم هایت هایش هایمان هایتان هایشان", 2),
    *affixes("ی ش مان شان یمان یشان", 3),
    *affixes("تان یتان", 3, not_after="س"),  # "دوستان" are friends
    *affixes("یم یت یش", 3, after="او"),
    *affixes("یی ی", 2, after="او"),
    *affixes("ان", 3),
    *affixes("ین", 4, after="زفقلنسضبمدرع"),
    *affixes("ات", 3),
    # Persons of the past; what follows a participle.
    *affixes("م ند ید یم", 2, after="دت"),
    *affixes("ین", 3, after="دت"),
    *affixes("اند ام ای ایم اید است این", 3, after="ه"),
    *affixes("تر ترین", 3),
)
# Endings and prefixes that are written apart, or after a joiner, as often as not.
APART = "ها های هایی هایم هایت هایش هایمان هایتان هایشان تر ترین تری ترینی می نمی ای ام ات اش ایم اید اند است"

SOLAR_MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور",
    "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip

FUNCTION_WORDS = (
    "من مرا تو ترا او وی ما شما آن آنها آن‌ها آنان ایشان این اینها این‌ها همین همان چنین چنان خود خودم خودت خودش "
    "خودمان خودتان خودشان کس کسی کسانی چیزی هیچ هر همه بعضی برخی دیگر دیگری که کی چه چی چیست کیست چرا چگونه چطور "
    "طور کجا کجاست کدام چند چندین چقدر قدر آیا مگر آنچه از به با بی بر در تا را برای بین میان درباره دربارهٔ بدون "
    "جز مانند مثل نزد زیر طی هنگام هنگامی وقتی پیش پس بعد قبل توسط طبق و یا هم اما ولی بلکه اگر چون زیرا نه نیز "
    "همچنین حتی یعنی فقط تنها بسیار خیلی بیش بیشتر هنوز اکنون حالا اینجا آنجا است هست هستم هستیم هستید هستند نیست "
    "نیستند بود بودم بودیم بودند بوده بودن نبود باشد باشم باشیم باشید باشند نباشد ام ای اند شد شدند شده شدن شود "
    "شوند می‌شود می‌شوند می‌شد میشود میشوند نمی‌شود نمیشود نشد نشده کرد کردم کردیم کردند کرده کردن کند کنند کنم "
    "کنیم کنید می‌کند می‌کنند می‌کنم می‌کنیم می‌کنید میکند میکنند میکنم میکنیم میکنید نمی‌کند نمیکند نکرد دارد "
    "دارند دارم داریم دارید ندارد داشت داشتند داشته داشتن تواند توانند توانم توانیم توانید می‌تواند می‌توانند "
    "می‌توان میتواند میتوانند میتوان توانست خواهد خواهند خواهم خواهیم خواهید باید نباید شاید ها های می نمی"
)

ROW = Language(
    code="fa",
    english_name="Persian",
    name="فارسی",
    script="Arab",
    direction="rtl",
    fallbacks=("en", "ru"),
    quotes=Quotes("«", "»", "‹", "›"),
    alphabet="اآبپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیءئؤأ",
    short_word=3,  # short vowels aren't written
    negations="نه نیست نیستند هیچ بی بدون غیر",
    negating="ن- نمی- نا- بی- غیر- برن-/بر درن-/در بازن-/باز",
    # "نه" is nine too, and stands among the negations.
    numerals=(
        "صفر دو/دوم/دومین سه/سوم/سومین چهار/چهارم/چهارمین پنج/پنجم/پنجمین شش/ششم/ششمین هفت/هفتم/هفتمین هشت/هشتم/هشتمین "
        "نهم/نهمین ده/دهم/دهمین/دهها یازده- دوازده- سیزده- چهارده- پانزده- شانزده- هفده- هجده-/هیجده- نوزده- بیست- سی "
        "چهل/چهلم پنجاه- شصت- هفتاد- هشتاد- نود/نودم صد/صدم/صدها دویست- سیصد- چهارصد- پانصد- ششصد- هفتصد- هشتصد- نهصد- "
        "هزار- میلیون- میلیارد- تریلیون-"
    ),
    opposites=(
        "افزایش-/افزود-/بیشتر-/بیش/رشد/رشدی/بالا/بالاتر- کاهش-/کمتر-/کم/افت/سقوط/پایین/پایینتر- پیش/پیشتر/قبل/قبلا پس/"
        "بعد/بعدا/سپس بله/آری اجازه/مجاز ممنوع-/منع پیروز-/برنده- شکست/باخت-/بازنده- حمایت/موافق- مخالف-/علیه/ضد "
        "پذیرفت-/تأیید/تایید رد گناهکار-/مجرم-/مقصر- بیگناه-/تبرئه بهتر-/بهبود/خوب/خوبی بدتر-/بد/بدی نخست/نخستین/اول/"
        "اولین آخر/آخرین/واپسین زنده کشته-/مرده/مرگ/درگذشت- گران ارزان شمال- جنوب- شرق- غرب-"
    ),
    function_words=(
        "و در به از که را با این آن برای یک است بود هم یا تا اما هر ما آنها آن‌ها او شد می شده باید پس بعد چه "
        "اگر وقتی نیز بی دارد دارند می‌کند می‌شود می‌کنند بر نیست هستند خود دیگر های"
    ),
    keyboards=(keyboards.LATIN_AND_PERSIAN,),
    sounds=("سصث", "زذضظ", "تط", "حه", "غق", "اعآ", "ئیي", "کگ"),
    # Letters of Arabic keyboards, and what stands in old or machine-made text.
    # The plural stands apart, after a joiner or joined on ("کتاب ها", "کتاب‌ها", "کتابها").
    analysis=Analysis(
        folds("يی ىی ئی كک ةه ۀه ؤو أا إا ٱا آا"),
        joiner="part",
        suffixes=(ENDINGS,) * 3,
        words=WORDS / "fa.txt",
        prefixes=("می", "نمی", "ن", "ب", "بی", "نی"),
        persons=("ه", "ن", "ین"),  # of the spoken language, which come with a prefix
        dropped=frozenset(APART.split()),
        function_words=frozenset(FUNCTION_WORDS.split()),
    ),
    # Short vowels aren't written: the commonest words have theirs in a file. و and ی are consonants at the start of a
    # word and before a vowel, except in او and ای; ه at the end after a consonant is the vowel of خانه.
    transliteration=Transliteration(
        letters.PERSIAN,
        (
            # The word for "and" is a letter too.
            (re.compile("(?<![\\w\u200c])\u0648(?![\\w\u200c])"), "va"),
            (re.compile("(?<!\\w)\u0627\u06cc"), "i"),
            (re.compile("(?<!\\w)\u0627\u0648"), "u"),
            (re.compile(f"(?<!\\w)\u06cc|\u06cc(?={VOWEL})"), "y"),
            (re.compile(f"(?<!\\w)\u0648|\u0648(?={VOWEL})"), "v"),
            (re.compile("(?<=[^\\W\u0627\u0622\u0648\u06cc])\u0647(?!\\w)"), "eh"),
        ),
        words=LATIN / "fa.txt",
        endings={
            "هایی": "hayi", "های": "haye", "ها": "ha", "ترین": "tarin", "تر": "tar", "انی": "ani", "ان": "an", "ی": "i",
        },
    ),
    # Gregorian months with Persian digits: the other languages of the newsroom date the same events so. Beside them, on
    # the page itself, what readers in Iran and Afghanistan count by (months as in CLDR).
    dates=DatePatterns(
        months=(
            "ژانویهٔ", "فوریهٔ", "مارس", "آوریل", "مهٔ", "ژوئن",
            "ژوئیهٔ", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
        ),
        months_alone=(
            "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن",
            "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
        ),
        long="{day} {month} {year}",
        month="{month} {year}",
        day="{day} {month_alone}",
        same_month="{day} تا {end_day} {month} {year}",
        same_year="{day} {month_alone} تا {end_day} {end_month} {year}",
        short="{year}/{number:02}/{day:02}",
        between="{start} تا {end}",
        moment="{date}، ساعت {time}",
        digits="۰۱۲۳۴۵۶۷۸۹",
        both="{beside} ({date})",
        beside=DatePatterns(
            months=SOLAR_MONTHS,
            months_alone=SOLAR_MONTHS,
            long="{day} {month} {year}",
            month="{month} {year}",
            day="{day} {month}",
            same_month="{day} تا {end_day} {month} {year}",
            same_year="{day} {month} تا {end_day} {end_month} {year}",
            short="{year}/{number:02}/{day:02}",
            between="{start} تا {end}",
            calendar="solar_hijri",
        ),
    ),
    relative_length=0.92,
    wrong_letters="يك",
    titles={"analysis": "تحلیل", "events": "رویدادها", "about": "دربارهٔ ما"},
    pasted=Pasted(
        mistakes="خطا خطایی اشتباه اشتباهی غلط غلطی",
        report_line=(
            "اگر شما در متن این مقاله خبر مطلب املایی تایپی نگارشی دیدید دیده اید یافتید پیدا کردید می بینید مشاهده "
            "لطفا آن را قسمت بخش کلمه واژه واژه ها های اشتباه مورد نظر انتخاب کنید کرده و سپس بعد کلید کلیدهای دکمه "
            "دکمه های فشار دهید بفشارید بزنید به ما اطلاع گزارش با صورت "
            "فشردن"
        ),
        pictures={
            "photo": "عکس عکس‌ها عکاس تصویر عکس_از_",
            "drawing": "طرح نقاشی تصویرسازی کاریکاتور",
            "map": "نقشه",
            "chart": "نمودار اینفوگرافیک",
            "screenshot": "نماگرفت اسکرین‌شات",
            "archive": "آرشیو بایگانی عکس_آرشیوی",
            "handout": "ارسالی عکس_ارسالی",
        },
        on_the_photo="در",
    ),
    speech=SPEECH["fa"],
    doubled="* هم یک",
    stops=Stops(
        never="دکتر دکتور پروفسور الف ص ج ش نک ر.ک رک مثلاً ق.م م.ق ه.ش ه.ق ه.ج ه م ق ک",
        behind="",
    ),
)  # fmt: skip

"""What about a correction may be more than a slip, in each language."""

from __future__ import annotations

from functools import partial

import pytest

from chorsu_editorial.stated_facts import in_marks
from chorsu_feedback import registry
from chorsu_feedback.mending import flags_of
from tests.counted_lines import count_lines


@pytest.fixture(autouse=True)
def _no_vocabulary(monkeypatch):
    """Judge by letters and facts alone, as where there is no search."""
    monkeypatch.setattr(registry, "_slips", [])


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("ru", "Вчера откылась новая библиотека.", "Вчера открылась новая библиотека."),
        ("tg", "Китобхонаи нав дар шахр кушода шуд.", "Китобхонаи нав дар шаҳр кушода шуд."),
        ("en", "The library has recieved many books.", "The library has received many books."),
        ("en", "Old, and new books are on the shelves.", "Old and new books are on the shelves."),
        ("kk", "Жаңа кітапкана ашылды қалада.", "Жаңа кітапхана ашылды қалада."),
        ("ky", "Жаңы китепкана шаарда ачылды.", "Жаңы китепкана шаарында ачылды."),
        ("uz", "Yangi kutubhona shaharda ochildi.", "Yangi kutubxona shaharda ochildi."),
        ("fa", "کتابخانهٔ تازه در شهر گشود شد.", "کتابخانهٔ تازه در شهر گشوده شد."),
        # A letter of another alphabet goes.
        ("ru", "Село было cтарое, тихое и пустое.", "Село было старое, тихое и пустое."),
        # Beside a negation, in an ending, a doubled word, a short word that was missing.
        ("ru", "Он не прешёл вчера в город вместе с другом.", "Он не пришёл вчера в город вместе с другом."),
        ("en", "They don't recieve it in this town any day.", "They don’t receive it in this town any day."),
        ("ru", "Цены увеличилась вчера во всех городах области.", "Цены увеличились вчера во всех городах области."),
        ("ru", "Мы пошли вместе вместе в школу и домой.", "Мы пошли вместе в школу и домой."),
        ("ru", "Мы пошли школу вчера и вернулись домой.", "Мы пошли в школу вчера и вернулись домой."),
        # Letters look like a negation.
        ("en", "They let the remaing people go home at night.", "They let the remaining people go home at night."),
        ("en", "They say that people dont know it any more.", "They say that people don't know it any more."),
        ("ru", "Ей объяснили измение закона, принятого вчера.", "Ей объяснили изменение закона, принятого вчера."),
        ("ru", "Вчера там небыло воды и света целый вечер.", "Вчера там не было воды и света целый вечер."),
        ("ru", "Вчера там ни кто о воде и свете долго молчал.", "Вчера там никто о воде и свете долго молчал."),
        ("tg", "Онҳо дар шаҳр кор мекунд, вале бегоҳ меоянд.", "Онҳо дар шаҳр кор мекунанд, вале бегоҳ меоянд."),
        ("fa", "مردم دیروز در شهر کار کردد و رفتند.", "مردم دیروز در شهر کار کردند و رفتند."),
        ("fa", "مردم دیروز با نمایده شهر حرف زدند.", "مردم دیروز با نماینده شهر حرف زدند."),
    ],
)
def test_a_slip_has_no_flag(language, before, after):
    assert not flags_of(before, after, language)


@pytest.mark.parametrize(
    ("flag", "language", "before", "after"),
    [
        ("negation", "ru", "Она была здесь весь день вчера.", "Она не была здесь весь день вчера."),
        ("negation", "ru", "Это верное решение суда по делу.", "Это неверное решение суда по делу."),
        ("negation", "en", "It is possible to come on Monday.", "It is impossible to come on Monday."),
        ("negation", "fa", "او دیروز به شهر رفت با دوستانش.", "او دیروز به شهر نرفت با دوستانش."),
        ("alphabet", "ru", "Село было старое.", "Село было cтарое."),
        ("alphabet", "tg", "Дар шаҳри мо китобхона ҳаст.", "Дар шаҳри мо kitobxona ҳаст."),
        ("number", "fa", "در سال ۱۳۷۰ کتابخانه گشوده شد.", "در سال ۱۳۷۱ کتابخانه گشوده شد."),
        ("number", "ru", "Встреча была пятого мая в городе.", "Встреча была пятого июня в городе."),
        ("name", "en", "He met Ivanov in the old library.", "He met Ivanova in the old library."),
        ("link", "en", "Write to the library in the town.", "Write to library@example.org in the town."),
        ("negation", "en", "He is notable in this town, they say.", "He is not able in this town, they say."),
        # It moves.
        ("negation", "ru", "Он не сказал вчера, что был там.", "Он сказал вчера, что не был там."),
        ("negation", "ru", "Их не видели там и слышали тут.", "Их видели там и не слышали тут."),
        # More than two letters of a word.
        (
            "length",
            "ru",
            "Мы видели вчера большой красивый дом у реки.",
            "Мы видели вчера богатый красивый дом у реки.",
        ),
        ("length", "ru", "Вчера он видел большой красивый дом у реки.", "Вчера мы видел большой красивый дом у реки."),
        ("length", "ru", "Вчера он видел большой дом у реки.", "Вчера он сам видел большой дом у реки."),
        ("quotation", "ru", "Он сказал: «Мы готвы к этому», и ушёл.", "Он сказал: «Мы готовы к этому», и ушёл."),
        ("link", "ru", "Пишите на ask@example.org сейчас.", "Пишите на asc@example.org сейчас."),
    ],
)
def test_what_may_be_more_than_a_slip_has_its_flag(flag, language, before, after):
    assert flag in flags_of(before, after, language)


@pytest.mark.parametrize("kind", ["quotation", "headline"])
def test_all_of_a_quotation_and_of_a_headline_is_a_fact(kind):
    assert kind in flags_of("Мы готвы к этому", "Мы готовы к этому", "ru", kind=kind)


def test_the_share_is_of_the_sentence_that_changes():
    long = "Это длинное первое предложение, в котором ничего не меняется и которое стоит перед другим. "
    for before, after, is_long in (
        (f"{long}Дом стоит.", f"{long}Сад цветёт.", True),
        (f"{long}Дом стоит.", f"{long}Дом стоит!", False),
        (f"Дом стоит. {long}", f"Здесь один Дом стоит. {long}", True),
        (f"{long}Дом стоит.", f"И {long}Дом стоит.", False),
    ):
        assert ("length" in flags_of(before, after, "ru")) is is_long, after


LONG = (
    "Вчера в городе была открыта дорога вдоль реки, по которой раньше ходили машины из села в город, и люди, "
    "которые жили там с 2019 г. вместе с детьми, рады, что снова можно ездить к врачу, на рынок, в школу и в театр, "
    "как это было до того дня, когда вода унесла старый мост."
)


@pytest.mark.parametrize("end", ["", " Новый построят потом, и тоже там."])
def test_two_words_of_a_sentence_change_whatever_its_length(end):
    mends = {"дорога": "дорого", "машины": "машина", "старый": "старой"}
    text = LONG + end
    changed = text
    for number, (old, new) in enumerate(mends.items(), 1):
        changed = changed.replace(old, new)
        assert ("length" in flags_of(text, changed, "ru")) == (number > 2), changed
    assert not flags_of(text + " Село рады.", text.replace("дорога", "дорого") + " Село рада.", "ru")


# In each language: a number in words and an inflected form of it, another; a word of direction and its opposite.
SENSES = [
    ("en", "The price rose by twenty points in May.", "twenty", "twentieth", "ninety", "rose", "fell"),
    ("ru", "Цена выросла за двадцать дней в городе.", "двадцать", "двадцати", "девяносто", "выросла", "упала"),
    ("tg", "Нарх дар бист рӯз афзоиш ёфт дар шаҳр.", "бист", "бистум", "навад", "афзоиш", "коҳиш"),
    ("kk", "Баға жиырма күнде қалада өсті деп жазды.", "жиырма", "жиырмадан", "тоқсан", "өсті", "төмендеді"),
    ("ky", "Баа жыйырма күндө шаарда өстү деп жазды.", "жыйырма", "жыйырмадан", "токсон", "өстү", "төмөндөдү"),
    ("uz", "Narx yigirma kunda shaharda oʻsdi deb yozdi.", "yigirma", "yigirmadan", "toʻqson", "oʻsdi", "pasaydi"),
    ("fa", "قیمت در بیست روز در شهر افزایش یافت.", "بیست", "بیستم", "نود", "افزایش", "کاهش"),
]


@pytest.mark.parametrize(("language", "text", "number", "inflected", "other", "word", "opposite"), SENSES)
def test_numbers_in_words_and_words_of_direction_are_facts(language, text, number, inflected, other, word, opposite):
    assert "number" in flags_of(text, text.replace(number, other), language)
    assert "number" not in flags_of(text, text.replace(number, inflected), language)
    assert "sense" in flags_of(text, text.replace(word, opposite), language)
    assert "sense" in flags_of(text, text.replace(f"{word} ", ""), language)
    assert not flags_of(text, text.replace(".", "!"), language) - {"length"}


def test_what_is_listed_in_no_language_is_no_fact():
    assert flags_of("Der Preis stieg um zwanzig Euro.", "Der Preis fiel um zwanzig Euro.", "de") == {"length"}


def test_what_corrections_change_since_the_approval_adds_up():
    approved = "В городе была построена хорошая новая школа."
    mended = "В гороте была построена хорошая новая шкода."
    assert not flags_of(mended, mended.replace("гороте", "гортте"), "ru", approved=approved)
    assert not flags_of(mended, mended.replace("школа.", "школа!"), "ru", approved=approved)
    third = mended.replace("была", "пыла")
    assert not flags_of(mended, third, "ru")
    assert "length" in flags_of(mended, third, "ru", approved=approved)
    once = approved.replace("школа", "шкода")
    assert "length" in flags_of(once, approved.replace("школа", "вкоди"), "ru", approved=approved)


# Of each language and flag: pairs of words of which either may not stand for the other.
FACTS = {
    (
        "ru",
        "number",
    ): "пятого/шестого, десятый/девятый, пятерых/шестерых, двухдневный/трёхдневный, двумястами/тремястами, "
    "вдвое/втрое, в январе/в феврале, в мае/в июне, в субботу/в среду",
    ("ru", "sense"): "на западе/на востоке, высокий/низкий",
    ("ru", "negation"): "никого/кого",
    ("en", "number"): "half/quarter, twice/thrice, two fifths/two thirds",
    ("en", "sense"): "northern/southern, imports/exports",
    ("en", "negation"): "useful/useless, neither/either",
    ("tg", "number"): "панҷсола/шашсола",
    ("tg", "sense"): "шарқи/ғарби",
    ("tg", "negation"): "баргашт/барнагашт",
    ("kk", "negation"): "келеді/келмейді, барады/бармайды, айтты/айтпады, пайдалы/пайдасыз, ешқашан/әрқашан",
    ("kk", "sense"): "солтүстікте/оңтүстікте",
    ("ky", "negation"): "келет/келбейт, айтты/айтпады, пайдалуу/пайдасыз",
    ("ky", "sense"): "түндүк/түштүк",
    ("ky", "number"): "июнда/июлда",
    ("uz", "negation"): "keladi/kelmaydi, foydali/foydasiz",
    ("uz", "sense"): "sharqda/gʻarbda",
    ("uz", "number"): "iyunda/iyulda",
    ("fa", "number"): "دومین/سومین, خرداد/تیر",
    ("fa", "negation"): "برگشت/برنگشت, قانونی/غیرقانونی",
    ("fa", "sense"): "شرق/غرب, گران/ارزان",
}


@pytest.mark.parametrize(("language", "flag"), FACTS)
def test_inflected_numbers_days_negations_and_senses_are_facts(language, flag):
    for pair in FACTS[language, flag].split(", "):
        old, new = pair.split("/")
        assert flag in flags_of(old, new, language), pair
        assert flag in flags_of(new, old, language), pair


@pytest.mark.parametrize(
    "text",
    [
        "“We saw ‘it’ and we agree”",
        "“the boys’ work and we agree”",
        "«мы “там” agree»",
        "„мы “ agree",
        '«ООО "А" agree»',
    ],
)
def test_marks_within_others_close_nothing(text):
    assert ("agree" in "".join(in_marks(f"he said {text}"))) == ("„" not in text)


def test_nothing_passes_with_a_known_slip(monkeypatch):
    monkeypatch.setattr(registry, "_slips", [lambda *_words: True])
    text = "Из 5 сёл и 12 городов области приехали вчера на встречу готвы помочь соседям и друзьям врачи."
    assert not flags_of(text, text.replace("готвы", "готовы"), "ru")
    swapped = text.replace("готвы", "готовы").replace("12", "7").replace("5", "12").replace("7", "5")
    assert "number" in flags_of(text, swapped, "ru")
    assert "quotation" in flags_of(text, text.replace("готвы", "«готовы»"), "ru")


@pytest.mark.thorough
@pytest.mark.parametrize("unit", ["aб{} ", "не он{} ", "пять{} ", '"{}', "«{} ", "а{}'", "мая{} ", "a@b{} "])
@pytest.mark.parametrize("joined", [True, False])
def test_twice_the_text_makes_at_most_twice_the_steps(unit, *, joined):
    def text(size):
        return "".join(unit.format("" if joined else f"{number:04}") for number in range(size))

    few, many = (count_lines(partial(flags_of, text(size)[::-1], text(size), "ru")) for size in (600, 1200))
    assert many <= 2.2 * few


def test_a_word_that_is_none_states_nothing(monkeypatch):
    monkeypatch.setattr(registry, "_slips", [lambda *_words: True])
    assert not flags_of("Мы готвы к этому", "Мы готовы к этому", "ru", kind="headline")
    assert not flags_of("Цена в городе увелчилась вчера.", "Цена в городе увеличилась вчера.", "ru")
    # What the lists have is a word, whatever a vocabulary says.
    assert flags_of("Цена в городе уменьшилась вчера.", "Цена в городе увеличилась вчера.", "ru") == {"sense", "length"}
    assert "negation" in flags_of("Это верное решение суда по делу.", "Это неверное решение суда по делу.", "ru")
    assert "number" in flags_of("Вышло шесть человек из города.", "Вышло шесьт человек из города.", "ru")

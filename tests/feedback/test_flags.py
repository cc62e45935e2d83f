"""What about a correction may be more than a slip, in each language."""

from __future__ import annotations

import pytest

from chorsu_feedback.flags import flags_of


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
    ],
)
def test_a_slip_has_no_flag(language: str, before: str, after: str) -> None:
    assert not flags_of(before, after, language)


@pytest.mark.parametrize(
    ("flag", "language", "before", "after"),
    [
        ("negation", "ru", "Она была здесь весь день вчера.", "Она не была здесь весь день вчера."),
        ("negation", "ru", "Это верное решение суда по делу.", "Это неверное решение суда по делу."),
        ("negation", "tg", "Ӯ ба шаҳр меравад бо дӯстонаш.", "Ӯ ба шаҳр намеравад бо дӯстонаш."),
        ("negation", "en", "It is possible to come on Monday.", "It is impossible to come on Monday."),
        ("negation", "kk", "Олар қалаға келді кеше кешке.", "Олар қалаға келмеді кеше кешке."),
        ("negation", "ky", "Алар шаарга барды кечээ кечинде.", "Алар шаарга барбады кечээ кечинде."),
        ("negation", "uz", "Ular shaharga keldi kecha oqshom.", "Ular shaharga kelmadi kecha oqshom."),
        ("negation", "fa", "او دیروز به شهر رفت با دوستانش.", "او دیروز به شهر نرفت با دوستانش."),
        ("alphabet", "ru", "Село было старое.", "Село было cтарое."),
        ("alphabet", "tg", "Дар шаҳри мо китобхона ҳаст.", "Дар шаҳри мо kitobxona ҳаст."),
        ("number", "fa", "در سال ۱۳۷۰ کتابخانه گشوده شد.", "در سال ۱۳۷۱ کتابخانه گشوده شد."),
        ("number", "ru", "Встреча была пятого мая в городе.", "Встреча была пятого июня в городе."),
        ("name", "en", "He met Ivanov in the old library.", "He met Ivanova in the old library."),
        ("link", "en", "Write to the library in the town.", "Write to library@example.org in the town."),
        ("length", "en", "The old library is closed.", "A new school is open."),
    ],
)
def test_what_may_be_more_than_a_slip_has_its_flag(flag: str, language: str, before: str, after: str) -> None:
    assert flag in flags_of(before, after, language)


def test_the_share_is_of_the_sentence_that_changes() -> None:
    long = "Это длинное первое предложение, в котором ничего не меняется и которое стоит перед другим. "
    assert "length" in flags_of(f"{long}Дом стоит.", f"{long}Сад цветёт.", "ru")
    assert "length" not in flags_of(f"{long}Дом стоит.", f"{long}Дом стоит!", "ru")
    assert "length" in flags_of(f"Дом стоит. {long}", f"Здесь один Дом стоит. {long}", "ru")
    assert "length" not in flags_of(f"{long}Дом стоит.", f"И вот {long}Дом стоит.", "ru")


def test_a_letter_of_another_alphabet_that_goes_is_a_slip() -> None:
    assert not flags_of("Село было cтарое, тихое и пустое.", "Село было старое, тихое и пустое.", "ru")

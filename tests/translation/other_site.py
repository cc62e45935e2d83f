"""Two hundred translated pages of another newsroom: sentences with names, and first words that look like some.

They are text alone, in pairs of units: checks of names read nothing else. The same number makes the same pages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from chorsu_articles.services.countries import country_name
from chorsu_translation.findings import Name
from chorsu_translation.findings.running import Alignment, Pair, Text

PAGES = 200
DIRECTIONS = (("en", "ru"), ("ru", "en"), ("ru", "tg"), ("ru", "uz"), ("tg", "en"), ("uz", "ru"))
# The genitive and the prepositional of Russian; "-" stands for what doesn't change.
COUNTRIES = {
    "AF": "Афганистана Афганистане", "BY": "Беларуси Беларуси", "CN": "Китая Китае", "DE": "Германии Германии",
    "EG": "Египта Египте", "GE": "Грузии Грузии", "GR": "Греции Греции", "IN": "Индии Индии", "IR": "Ирана Иране",
    "JP": "Японии Японии", "KZ": "Казахстана Казахстане", "ML": "Мали Мали", "MN": "Монголии Монголии",
    "NE": "Нигера Нигере", "NG": "Нигерии Нигерии", "OM": "Омана Омане", "PL": "Польши Польше",
    "QA": "Катара Катаре", "TG": "Того Того", "TR": "Турции Турции",
}  # fmt: skip
# In English, Russian (and the genitive), Tajik, Uzbek.
PEOPLE = (
    ("Salim Nazarov", "Салим Назаров", "Салима Назарова", "Салим Назаров", "Salim Nazarov"),
    ("Pavel Orlov", "Павел Орлов", "Павла Орлова", "Павел Орлов", "Pavel Orlov"),
    ("Zuhra Karimova", "Зухра Каримова", "Зухру Каримову", "Зуҳро Каримова", "Zuhra Karimova"),
    ("Vera Belova", "Вера Белова", "Веру Белову", "Вера Белова", "Vera Belova"),
    ("Timur Yuldashev", "Тимур Юлдашев", "Тимура Юлдашева", "Темур Юлдошев", "Temur Yuldashev"),
)
# {a}, {b}: countries, {p}: a person; "_gen", "_prep": their Russian cases.
NAMED = (
    {
        "en": "Experts from {a} came to the valley in spring to measure the snow.",
        "ru": "Специалисты из {a_gen} приехали весной в долину, чтобы измерить снег.",
        "tg": "Мутахассисон аз {a} баҳорон ба водӣ омаданд, то барфро чен кунанд.",
        "uz": "{a}dan mutaxassislar bahorda qorni oʻlchash uchun vodiyga kelishdi.",
    },
    {
        "en": "{a} buys seed in {b}, and the price is agreed on in autumn.",
        "ru": "{a} покупает семена в {b_prep}, и о цене договариваются осенью.",
        "tg": "{a} аз {b} тухмӣ мехарад, ва дар бораи нарх тирамоҳ маслиҳат мекунанд.",
        "uz": "{a} {b}dan urugʻ sotib oladi, narx esa kuzda kelishiladi.",
    },
    {
        "en": "{a}’s reservoirs were filled a month earlier than those of {b}.",
        "ru": "Водохранилища {a_gen} наполнили на месяц раньше, чем в {b_prep}.",
        "tg": "Обанборҳои {a}ро як моҳ пештар аз обанборҳои {b} пур карданд.",
        "uz": "{a}ning suv omborlari {b}nikidan bir oy oldin toʻldirildi.",
    },
    {
        "en": "{p} has kept the records of the station since the first winter.",
        "ru": "{p} с первой зимы ведёт записи станции.",
        "tg": "{p} аз зимистони аввал сабтҳои истгоҳро пеш мебарад.",
        "uz": "{p} birinchi qishdan beri stansiya yozuvlarini yuritadi.",
    },
    {
        "en": "The neighbours asked {p} what the scale in the well had shown.",
        "ru": "Соседи спросили {p_gen}, что показала рейка в колодце.",
        "tg": "Ҳамсояҳо аз {p} пурсиданд, ки чӯби ченак дар чоҳ чиро нишон дод.",
        "uz": "Qoʻshnilar {p}dan quduqdagi oʻlchov nimani koʻrsatganini soʻrashdi.",
    },
)  # fmt: skip
# First words that have the letters, the stem or the very form of a country's name; the others are written small too.
OTHERS = (
    {
        "en": "Chief among the reasons is the late snow.",
        "ru": "Главная из причин – поздний снег.",
        "tg": "Сабаби асосӣ барфи дер аст.",
        "uz": "Asosiy sabab – kech yoqqan qor.",
    },
    {
        "en": "Indeed, the canal was dug by hand.",
        "ru": "Того же мнения соседи, а кроме того и учитель: канал вырыли вручную.",
        "tg": "Дар ҳақиқат каналро бо даст кофтаанд.",
        "uz": "Haqiqatan ham, kanal qoʻlda qazilgan.",
    },
    {
        "en": "George, the old horse, finds the road by itself.",
        "ru": "Мало кто помнит, что дорогу старый конь находит сам.",
        "tg": "Аспи пир роҳро худаш меёбад.",
        "uz": "Qari ot yoʻlni oʻzi topadi.",
    },
    {
        "en": "Polish the glass before the scale is read, and Georgian tea tastes better.",
        "ru": "Грузили мешки до ночи, а Индийский чай пили утром.",
        "tg": "Халтаҳоро то шаб бор карданд.",
        "uz": "Qoplarni tungacha ortishdi.",
    },
    {
        "en": "Results",
        "ru": "Итоги",
        "tg": "Натиҷаҳо",
        "uz": "Natijalar",
    },
    {
        "en": "Depending on the year, results differ by a third, and so does Turkish and Chinese seed.",
        "ru": "Катаракта мешала наблюдателю. Итоги зависят от года.",
        "tg": "Вобаста ба сол натиҷаҳо аз се як ҳисса фарқ мекунанд.",
        "uz": "Yilga qarab natijalar uchdan birga farq qiladi.",
    },
    {
        "en": "The chief told his experts that results are depending on rain, and indeed they polish every pipe.",
        "ru": "По итогам года видно, что главная забота – водохранилища: соседи и специалисты грузили трубы, "
        "а у мастера была катаракта.",
        "tg": "Усто гуфт, ки натиҷаҳо ба ҳаво вобаста: ҳамсояҳо ва мутахассисон халтаҳоро мебурданд, сабаби кор "
        "обанборҳои кӯҳна буд.",
        "uz": "Usta aytdi: natijalar havoga bogʻliq: asosiy ishni qoʻshnilar va mutaxassislar qilib, qoplarni "
        "tashigan, haqiqatan ham ogʻir ish keyingi yilga qoldi.",
    },
)  # fmt: skip


def names_of(source: str, target: str) -> Iterator[Name]:
    """Yield the names that the newsroom's vocabulary has in both languages."""
    place = {"en": 0, "ru": 1, "tg": 3, "uz": 4}
    yield from (Name(country_name(code, source), country_name(code, target)) for code in COUNTRIES)
    yield from (Name(person[place[source]], person[place[target]]) for person in PEOPLE)


@dataclass(frozen=True, slots=True)
class OtherPage:
    """A translation beside its source; ``named`` are the indexes of units with names."""

    pages: Alignment
    named: frozenset[int]


def other_pages() -> list[OtherPage]:
    choice = random.Random(7)
    return [_page(DIRECTIONS[number % len(DIRECTIONS)], choice) for number in range(PAGES)]


def _page(direction: tuple[str, str], choice: random.Random) -> OtherPage:
    source, target = direction
    sentences = [*choice.sample(NAMED, 3), *choice.sample(OTHERS, 3)]
    choice.shuffle(sentences)
    slots = [_slots(choice) for _sentence in sentences]
    page: Any = None
    pages = Alignment(page, page, source, target)
    for number, (sentence, filled) in enumerate(zip(sentences, slots, strict=True)):
        texts = [Text(text, text, code) for code in direction if (text := sentence[code].format(**filled[code]))]
        pages.pairs.append(Pair(f"body.{number}", 0, texts[0], texts[1]))
    return OtherPage(pages, frozenset(n for n, sentence in enumerate(sentences) if sentence in NAMED))


def with_wrong_name(other: OtherPage, choice: random.Random) -> Alignment | None:
    """Return the page with one name of its translation misspelled, or replaced by another one; None without any."""
    pages = other.pages
    names = list(names_of(pages.source_code, pages.target_code))
    for index in choice.sample(sorted(other.named), len(other.named)):
        pair = pages.pairs[index]
        source, target = pair.source, pair.target
        there = [name for name in names if target and name.target in target.text]
        if source is None or target is None or not there:
            continue
        right = max(there, key=lambda name: len(name.target)).target
        wrong = choice.choice([name.target for name in names if name.target != right])
        if choice.random() < 0.5 and len(right) > 4:
            at = choice.randrange(1, len(right) - 2)
            wrong = right[:at] + right[at + 1] + right[at] + right[at + 2 :]
        text = target.text.replace(right, wrong)
        if wrong == right or text == target.text:
            continue
        pairs = [*pages.pairs]
        pairs[index] = replace(pair, target=Text(text, text, target.language))
        return replace(pages, pairs=pairs)
    return None


def _slots(choice: random.Random) -> dict[str, dict[str, str]]:
    countries, person = choice.sample(sorted(COUNTRIES), 2), choice.choice(PEOPLE)
    slots = {
        code: {name: country_name(key, code) for name, key in zip("ab", countries, strict=True)}
        | {"p": person[{"en": 0, "ru": 1, "tg": 3, "uz": 4}[code]]}
        for code in ("en", "ru", "tg", "uz")
    }
    for name, key in zip("ab", countries, strict=True):
        slots["ru"][f"{name}_gen"], slots["ru"][f"{name}_prep"] = COUNTRIES[key].split()
    slots["ru"]["p_gen"] = person[2]
    return slots

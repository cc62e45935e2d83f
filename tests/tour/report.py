"""The report that the tour's people write, in three languages: a text of the demo, with lines below its pictures."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from demo.content import Article, articles, picture

CREDIT = "Саида Каримова"
SPEAKER = "Токтогулов"
# What stays wrong until an editor sees the first, and a reader the second.
SLIPS = (("письмо банка", "писмо банка"), ("старшеклассник в", "старшекласник в"))
CAPTIONS = {
    "ru": [
        "Столы наставников между рядами.",
        "Арсен Токтогулов показывает, как увеличить буквы.",
        "Очередь к столу.",
        "",
    ],
    "tg": ["Мизҳои устодон дар байни растаҳо.", "Арсен Тоқтогулов нишон медиҳад.", "Навбат назди миз.", ""],
    "en": ["The mentors’ tables between the rows.", "Arsen Toktogulov shows how.", "The queue at a table.", ""],
}
ALTERNATIVES = {
    "ru": ["Ряд столов", "Подросток и женщина с телефоном", "Люди ждут", "Пустой рынок вечером"],
    "tg": ["Қатори мизҳо", "Наврас ва зан бо телефон", "Мардум интизоранд", "Бозори холӣ бегоҳӣ"],
    "en": ["A row of tables", "A teenager and a woman with a telephone", "People wait", "An empty market at night"],
}
# The words that the paste makes a quotation of its own in the second paragraph, and who says them.
SPOKEN = {
    "ru": "Когда внук делает сам, бабушка благодарит и забывает. Когда делает она, уходит полчаса, зато навсегда.",
    "tg": (
        "Вақте ки набера худаш мекунад, бибӣ миннатдор мешаваду фаромӯш мекунад. "
        "Вақте ки бибӣ худаш мекунад, ним соат мегузарад, аммо як умр дар ёд мемонад."
    ),
    "en": (
        "When the grandson does it, the grandmother thanks him and forgets. "
        "When she does it herself it takes half an hour, but for ever."
    ),
}
SPEAKERS = {"ru": "Арсен Токтогулов", "tg": "Арсен Тоқтогулов", "en": "Arsen Toktogulov"}
PICTURES = ("screens", "workshop", "bazaar", "classroom")


def report() -> Article:
    """Return the text in all its languages."""
    [found] = [article for article in articles() if article.key == "digital-fair"]
    return found


def text(name: str, code: str) -> str:
    """Return a field of the report: ``title``, ``lead``, ``venue`` or ``city``."""
    return str(report().data[name][code])


def paragraphs(code: str, *, wrong: bool = False) -> list[str]:
    """Return the text's paragraphs and its quotation; ``wrong``: as they were typed."""
    found = {block["id"]: block["text"][code] for block in report().body if "text" in block}
    whole = [found[name] for name in ("market", "method", "kim", "next")]
    return with_slips(whole) if wrong else whole


def units(code: str, *, wrong: bool = False) -> list[str]:
    """Return the paragraphs with what stands before and behind the quotation, its words and its speaker as units."""
    first, second, *others = paragraphs(code, wrong=wrong)
    opening, end = ("“", "ever.” ") if code == "en" else ("«", "». ")
    before, behind = second.partition(f" {opening}")[0], second.partition(end)[2]
    return [first, before, SPOKEN[code], SPEAKERS[code], behind, *others]


def lines() -> list[str]:
    """Return what the journalist has in a text processor: paragraphs, and captions where pictures will be."""
    first, second, quotation, last = paragraphs("ru", wrong=True)
    captions = [f"{caption} Фото: {CREDIT}".strip() for caption in CAPTIONS["ru"]]
    return [first, captions[0], second, captions[1], f"«{quotation}»", captions[2], last, captions[3]]


def with_slips(texts: list[str]) -> list[str]:
    """Return texts as they were typed."""
    for right, wrong in SLIPS:
        texts = [text.replace(right, wrong) for text in texts]
    return texts


def files() -> list[dict[str, Any]]:
    """Return four pictures as a browser chooses them."""
    found = []
    for key in PICTURES:
        written = BytesIO()
        picture(key).reduce(2).save(written, "JPEG", quality=85)
        found.append({"name": f"{key}.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()})
    return found

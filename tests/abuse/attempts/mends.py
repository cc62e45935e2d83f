"""Ways to turn the sense of a text, or to write it anew, by what counts as a small mend."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Article, Newsroom, paragraph
from tests.abuse.sessions import Fields

TEXT = (
    "Цена воды в городе {word} не увеличилась за двадцать дней, хотя летом по всей области стояла долгая жара и вода "
    "в реке убывала с каждой новой неделей."
)
SENTENCE = "Дорога вдоль реки открыта, машины снова ходят из села в город."


def body(text: str) -> Fields:
    """Return the form field of the one paragraph with this text."""
    return {"body-0-value": paragraph(text)}


def in_review(newsroom: Newsroom, text: str) -> Article:
    """Return an article of the journalist with this text that waits for approval."""
    article = newsroom.write()
    newsroom.press(article, "action-submit", **body(text.format(word=article.word)))
    return article


def mend(newsroom: Newsroom, article: Article, old: str, new: str) -> bool:
    """Let the editor report words as a reader, apply the correction, and return whether readers see it."""
    sent = newsroom.visitor().post(f"/feedback/report/{article.pk}/", {"words": old, "suggestion": new})
    assert sent.status_code == 303, f"not reported: {sent.status_code}"
    found = re.search(r"/admin/reports/typos/(\d+)/", newsroom.editor.get("/admin/reports/typos/?status=open").text)
    assert found, "the report isn't listed"
    detail = f"/admin/reports/typos/{found[1]}/"
    fields = newsroom.editor.fields(detail, ".typo-report__mend")
    assert fields["words"] == new
    newsroom.editor.post(f"{detail}apply/", fields)
    return new in seen(newsroom, article)


def seen(newsroom: Newsroom, article: Article) -> str:
    """Return what readers see of an article, without the places where a word may be parted or a line may not end."""
    text = BeautifulSoup(newsroom.reader.get(newsroom.address(article)).text, "html.parser").get_text()
    return " ".join(text.replace("\u00ad", "").split())


def live(newsroom: Newsroom, text: str) -> Article:
    """Return a live article with this text that the journalist wrote and the other chief editor approved."""
    article = in_review(newsroom, text)
    newsroom.act(article, "approve", newsroom.other_chief, **body(text.format(word=article.word)))
    assert newsroom.is_live(article), "it isn't live: the attempt proves nothing"
    return article


@attempt("An approver deletes “not” from a text in review, and approves it")
def delete_a_negation(newsroom: Newsroom) -> str:
    article = in_review(newsroom, TEXT)
    text = TEXT.format(word=article.word)
    answer = newsroom.act(article, "approve", **body(text.replace("не увеличилась", "увеличилась")))
    assert not newsroom.is_live(article), "it is live"
    newsroom.act(article, "approve", **body(text.replace("стояла долгая", "стояла, долгая")))
    assert newsroom.is_live(article), "a comma isn't approved either: the attempt proves nothing"
    return str(answer.status_code)


@attempt("An editor rewrites a sentence by eight mends of reports of the own")
def mend_a_whole_sentence(newsroom: Newsroom) -> str:
    article = live(newsroom, SENTENCE)
    mends = {
        "Дорога": "Корова", "вдоль": "вдаль", "реки": "руки", "открыта": "отмыта", "машины": "мишени",
        "снова": "слова", "села": "сала", "город": "холод",
    }  # fmt: skip
    for old, new in mends.items():
        mend(newsroom, article, old, new)
    found = re.search(r"(?:\w+ ){3}\w+, \w+ \w+ ходят из \w+ в \w+\.", seen(newsroom, article))
    assert found, "the sentence isn't there: the attempt proves nothing"
    shown = sum(old != new for old, new in zip(SENTENCE.split(), found[0].split(), strict=True))
    assert shown <= 2, f"readers see {shown} of eight: {found[0]}"
    return f"{shown} of eight are live, the others wait for somebody else"

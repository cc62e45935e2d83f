"""Ways to change, on a live page, who made its picture and what it is."""

from __future__ import annotations

import re
from uuid import uuid4

from tests.abuse.attempts import attempt, statuses
from tests.abuse.attempts.files_in_use import colour
from tests.abuse.newsroom import Newsroom

OTHERS = ({"credit": "Forger"}, {"licence": "Forged"}, {"kind": "map"}, {"credit": "Map: Forger"})
AJAX = {"X-Requested-With": "XMLHttpRequest"}


def show(newsroom: Newsroom) -> tuple[int, str, str]:
    """Return a picture of a journalist on a live English page, the page's address, and what readers see there."""
    me, credit = newsroom.other_journalist, f"Author {uuid4().hex[:8]}"
    me.get("/admin/")
    sent = me.post("/admin/articles/pictures/upload/", {"credit": credit, "licence": "CC0"}, files={"file": colour(90)})
    picture = sent.json()["picture"]["id"]
    article = newsroom.write(me, language="en", main_picture=str(picture))
    newsroom.submit(article, me)
    newsroom.act(article, "approve", newsroom.editor_en)
    assert newsroom.is_live(article, "en")
    seen = figure(newsroom, newsroom.address(article, "en"))
    assert f"Photo: <bdi>{credit}</bdi>, <bdi>CC0</bdi>" in seen
    return picture, newsroom.address(article, "en"), seen


def figure(newsroom: Newsroom, address: str) -> str:
    """Return what readers get beside the picture, and the page's data for search engines."""
    answer = newsroom.reader.get(address)
    assert answer.status_code == 200, f"readers get {answer.status_code}: {answer.text[:500]}"
    page = answer.text
    # In how many sizes the picture is there depends on what the worker has made by now.
    data = sorted(set(re.findall('"creditText": *"([^"]*)"', page)))
    assert data, "the page tells search engines of no picture"
    return page.partition("<figcaption>")[2].partition("</figcaption>")[0] + str(data)


@attempt("A journalist changes credit, licence and kind of the own picture on a live page")
def by_its_journalist(newsroom: Newsroom) -> str:
    picture, address, seen = show(newsroom)
    session, credit = newsroom.other_journalist, seen.partition("<bdi>")[2].partition("</bdi>")[0]
    whole = {"title": "Picture", "tags": "", "collection": "1", "kind": "photo", "credit": "", "licence": ""}
    answers = []
    for change in OTHERS:
        fields = {**whole, **change}
        uploaded = {f"image-{picture}-{name}": value for name, value in fields.items()}
        answers.append(session.post(f"/admin/images/{picture}/", fields))
        answers.append(session.post(f"/admin/images/multiple/{picture}/", uploaded, headers=AJAX))
    beside = {"credit": "Forger", "instead_of": credit}
    answers.append(session.post(f"/admin/articles/pictures/{picture}/credit/", beside, headers=AJAX))
    assert figure(newsroom, address) == seen, "readers see something else beside the picture"
    return f"{len(answers)} requests, {statuses(answers)}"


@attempt("An editor of Russian adds a person who has the name in a live English page's credit, and another in English")
def by_way_of_a_person(newsroom: Newsroom) -> str:
    _picture, address, seen = show(newsroom)
    name = seen.partition("<bdi>")[2].partition("</bdi>")[0]
    add = "/admin/snippets/chorsu_articles/person/add/"
    fields = newsroom.editor.fields(add, "form:has([name=name_ru])")
    answer = newsroom.editor.post(add, {**fields, "name_ru": name, "name_en": "Forger", "slug": uuid4().hex[:8]})
    assert answer.status_code == 302, "an editor may add a person"
    assert name in figure(newsroom, address)
    assert "Forger" not in figure(newsroom, address), "readers of English see another credit"
    return "the name in English is refused"

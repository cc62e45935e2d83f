"""Ways to learn the name of a protected author, and to lift a protection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import uuid4

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Newsroom
from tests.abuse.sessions import Session

NAMES = "/admin/articles/names/"
PERSON = "/admin/snippets/chorsu_articles/person/"
CHOOSER = "/admin/snippets/choose/chorsu_articles/person/"


@dataclass(frozen=True, slots=True)
class Author:
    """A protected author: ``secret`` is the last name, in small letters, and stands nowhere else."""

    secret: str
    page: str
    person: str


def make_author(newsroom: Newsroom) -> Author:
    """Let the chief editor protect somebody who had a name, a history and a page before."""
    secret = f"zq{uuid4().hex[:10]}"
    fields = newsroom.chief.fields(f"{PERSON}add/", "form[method=POST]")
    added = newsroom.chief.post(f"{PERSON}add/", {**fields, "name_ru": f"Name {secret}", "about_ru": secret})
    assert added.status_code == 302, f"No person was made: {added.status_code}"
    found = newsroom.chief.get(f"{PERSON}?q={secret}").text
    person = re.findall(rf"{PERSON}edit/(\d+)/", found)[0]
    answer = newsroom.chief.post(f"{NAMES}add/?person={person}", {"email": f"{secret}@example.org"})
    assert answer.status_code == 302, f"Nobody was protected: {answer.status_code}"
    return Author(secret, answer.headers["Location"], person)


def is_protected(newsroom: Newsroom, author: Author) -> bool:
    """Tell whether the newsroom still sees the code name alone."""
    return author.secret not in newsroom.chief.get(f"{PERSON}edit/{author.person}/").text.lower()


def demand_silence(author: Author, session: Session, *addresses: str) -> str:
    """Fail where an answer holds the name; an address that repeats what was asked for doesn't count."""
    codes = []
    for address in addresses:
        answer = session.get(address)
        text = (answer.text + answer.headers.get("Content-Disposition", "")).lower().replace(address.lower(), "")
        assert author.secret not in text, f"{address} tells it"
        codes.append(str(answer.status_code))
    return f"not in {len(addresses)} answers ({', '.join(sorted(set(codes)))})"


@attempt("One chief editor lifts a protection alone, unasked or by confirming the own request; an editor at all")
def one_lifts_alone(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    codes = {newsroom.chief.post(author.page, {"action": "confirm"}).status_code}
    newsroom.chief.post(author.page, {"action": "ask"})
    for session in (newsroom.editor_en, newsroom.chief):
        codes.add(session.post(author.page, {"action": "confirm"}).status_code)
        assert is_protected(newsroom, author), "the name is back"
    newsroom.other_chief.post(author.page, {"action": "confirm"})
    assert not is_protected(newsroom, author), "another one's confirmation does nothing: the attempt proves nothing"
    return f"{sorted(codes)}; another one's confirmation lifts it"


@attempt("A journalist, or an administrator without the right, reads a protected name or lifts the protection")
def others_read(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    outcomes = []
    for session in (newsroom.journalist, newsroom.admin):
        for action in ("show", "ask", "confirm", "save"):
            answer = session.post(author.page, {"action": action})
            assert author.secret not in answer.text.lower(), "it is shown"
        lists = (f"{PERSON}?q={author.secret}", f"{CHOOSER}results/?q={author.secret}")
        for address in lists:
            listed = session.get(address).text
            assert f"/edit/{author.person}/" not in listed, f"{address} finds the person by the name"
            assert f'data-chooser-modal-choice="{author.person}"' not in listed, f"{address} finds the person"
        reports = ("/admin/users/", "/admin/reports/messages/", "/admin/reports/site-history/?export=csv")
        person = (f"{PERSON}history/{author.person}/", f"{PERSON}edit/{author.person}/", f"{PERSON}?ordering=-name")
        outcomes.append(demand_silence(author, session, author.page, NAMES, *reports, *person))
    assert is_protected(newsroom, author), "the name is back"
    return "; ".join(outcomes)


@attempt("A reader asks for a protected name by address, search and suggestion")
def a_reader_asks(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    answers = [newsroom.reader.get(f"/{code}/people/name-{author.secret}/") for code in ("ru", "tg", "en")]
    assert {answer.status_code for answer in answers} == {404}, "there is a page"
    # The form repeats what was asked for, and not the name before it.
    assert f"name {author.secret}" not in newsroom.reader.get(f"/ru/search/?q={author.secret}").text.lower(), (
        "it is found"
    )
    return demand_silence(author, newsroom.reader, "/sitemap.xml", "/ru/", "/ru/feed/")

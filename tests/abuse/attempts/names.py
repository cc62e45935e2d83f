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


@attempt("An editor of one language lifts a protection")
def an_editor_lifts(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    newsroom.chief.post(author.page, {"action": "ask"})
    codes = {newsroom.editor_en.post(author.page, {"action": action}).status_code for action in ("ask", "confirm")}
    form = {"name_withheld": "", "name_ru": "Other", "slug": "other"}
    codes.add(newsroom.editor_en.post(f"{PERSON}edit/{author.person}/", form).status_code)
    assert is_protected(newsroom, author), "the name is back"
    assert "Other" not in newsroom.editor_en.get(f"{PERSON}edit/{author.person}/").text
    return f"{sorted(codes)}, the code name stays"


@attempt("One chief editor alone lifts a protection")
def one_lifts_alone(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    answer = newsroom.chief.post(author.page, {"action": "confirm"})
    assert is_protected(newsroom, author), "the name is back"
    return f"{answer.status_code}, nobody has asked"


@attempt("A chief editor confirms the own request to lift a protection")
def the_asker_confirms(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    newsroom.chief.post(author.page, {"action": "ask"})
    answer = newsroom.chief.post(author.page, {"action": "confirm"})
    assert is_protected(newsroom, author), "the name is back"
    newsroom.other_chief.post(author.page, {"action": "confirm"})
    assert not is_protected(newsroom, author), "another one's confirmation does nothing: the attempt proves nothing"
    return f"{answer.status_code}; another one's confirmation lifts it"


@attempt("An administrator without the right reads a protected name or lifts the protection")
def an_administrator_reads(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    answers = [newsroom.admin.post(author.page, {"action": action}) for action in ("show", "ask", "confirm", "save")]
    assert not any(author.secret in answer.text.lower() for answer in answers), "it is shown"
    assert is_protected(newsroom, author), "the name is back"
    return demand_silence(author, newsroom.admin, author.page, NAMES, "/admin/users/", "/admin/reports/messages/")


@attempt("A journalist reads a protected name in lists, choosers, by searching and by ordering", slow=True)
def a_journalist_lists(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    secret, session = author.secret, newsroom.journalist
    for address in (f"{PERSON}?q={secret}", f"{CHOOSER}results/?q={secret}", f"{PERSON}?q={secret[:6]}"):
        assert f"/edit/{author.person}/" not in session.get(address).text, f"{address} finds the person by the name"
        assert f'data-chooser-modal-choice="{author.person}"' not in session.get(address).text
    columns = ("name_ru", "-name", "slug", "texts", "protectedidentity__texts")
    orders = [f"{PERSON}?ordering={order}" for order in columns]
    chosen = (f"chosen/{author.person}/", f"chosen-multiple/?id={author.person}")
    choosers = [CHOOSER, *(f"{CHOOSER}{path}" for path in ("results/", *chosen))]
    filters = [f"{PERSON}?name_withheld=true", f"{PERSON}?protectedidentity__email__startswith=z"]
    return demand_silence(author, session, PERSON, *orders, *choosers, *filters)


@attempt(
    "A journalist reads a protected name in histories, the site's history and its export, and comparisons", slow=True
)
def a_journalist_looks_back(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    article = newsroom.write()
    byline = {
        "author_links-TOTAL_FORMS": "1",
        "author_links-0-person": author.person,
        "author_links-0-ORDER": "1",
        "author_links-0-id": "",
    }
    newsroom.press(article, "action-save", None, **byline)
    written = newsroom.journalist.fields(article.edit, "#page-edit-form").get("author_links-0-person")
    assert written == author.person, "the byline was not saved: the attempt proves nothing"
    newsroom.submit(article)
    pages = f"/admin/pages/{article.pk}"
    versions = re.findall(r"/revisions/(\d+)/revert/", newsroom.journalist.get(f"{pages}/history/").text)
    places = [f"{pages}/revisions/compare/earliest...live/", *(f"{pages}/revisions/{one}/revert/" for one in versions)]
    if len(versions) > 1:
        places.append(f"{pages}/revisions/compare/{versions[-1]}...{versions[0]}/")
    for session in (newsroom.journalist, newsroom.editor):
        outcome = demand_silence(
            author,
            session,
            f"{pages}/history/",
            f"{pages}/edit/",
            f"{PERSON}history/{author.person}/",
            f"{PERSON}usage/{author.person}/",
            f"{PERSON}edit/{author.person}/",
            *(f"/admin/reports/{report}/?export=csv" for report in ("site-history", "workflow", "locked")),
            "/admin/reports/site-history/",
            *places,
        )
    return outcome


@attempt(
    "A journalist reads a protected name by the API, the page about it, the list of messages and of users", slow=True
)
def a_journalist_asks_machines(newsroom: Newsroom) -> str:
    author = make_author(newsroom)
    shown = newsroom.journalist.post(author.page, {"action": "show"})
    assert author.secret not in shown.text.lower(), "the page shows it"
    return demand_silence(
        author,
        newsroom.journalist,
        author.page,
        NAMES,
        f"{NAMES}add/?person={author.person}",
        "/admin/api/main/pages/?fields=*",
        "/admin/api/main/images/?fields=*",
        "/admin/reports/messages/",
        "/admin/reports/messages/?export=csv",
        "/admin/users/",
        f"/admin/users/?q={author.secret}",
        "/admin/invite/",
    )


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

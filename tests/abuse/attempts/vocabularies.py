"""Ways to change names and addresses that live pages show, for all languages at once."""

from __future__ import annotations

import re
from uuid import uuid4

from tests.abuse.attempts import attempt
from tests.abuse.newsroom import Newsroom
from tests.abuse.sessions import Fields, Session

VOCABULARIES = "/admin/snippets/chorsu_articles"
READERS = {"topic": "topics", "person": "people", "organisation": "organisations"}
LANGUAGES = ("ru", "tg", "en")
FORM = "form:has([name=name_ru])"


def make(newsroom: Newsroom, kind: str) -> tuple[str, Fields]:
    """Let a chief editor add a topic or a person with a name in each language; return its editor and its fields."""
    word = f"zx{uuid4().hex[:10]}"
    add = f"{VOCABULARIES}/{kind}/add/"
    names = {f"name_{code}": f"{word}{code}" for code in LANGUAGES}
    fields = {**newsroom.chief.fields(add, FORM), **names, "slug": word}
    answer = newsroom.chief.post(add, fields)
    assert answer.status_code == 302, f"not added: {answer.status_code}"
    number = re.findall(rf"/{kind}/edit/(\d+)/", newsroom.chief.get(f"{VOCABULARIES}/{kind}/?q={word}").text)[0]
    return f"{VOCABULARIES}/{kind}/edit/{number}/", fields


def forge(newsroom: Newsroom, session: Session, kind: str, *names: str) -> str:
    """Change each of these fields with a person's session; return how it was refused."""
    edit, fields = make(newsroom, kind)
    session.get("/admin/")
    codes = [session.post(edit, {**fields, name: f"forged{uuid4().hex[:8]}"}).status_code for name in names]
    now = newsroom.chief.fields(edit, FORM)
    assert {name: now[name] for name in names} == {name: fields[name] for name in names}, "it was changed"
    for code in LANGUAGES:
        assert newsroom.shows(str(fields[f"name_{code}"]), f"/{code}/{READERS[kind]}/{fields['slug']}/")
    return f"{len(codes)} requests, {', '.join(map(str, sorted(set(codes))))}; readers see what they saw"


@attempt("A translator renames a topic, in the own language and in others")
def a_translator_renames(newsroom: Newsroom) -> str:
    return forge(newsroom, newsroom.translator, "topic", "name_tg", "name_ru", "name_en")


@attempt("An editor changes the address of a topic, a person, an organisation")
def an_editor_changes_an_address(newsroom: Newsroom) -> str:
    return "; ".join(forge(newsroom, newsroom.editor, kind, "slug") for kind in READERS)

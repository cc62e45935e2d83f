"""Ways to stop the newsroom, or to damage what it gives out, by what is pasted, typed or posted."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

from bs4 import BeautifulSoup
from openpyxl import load_workbook
from requests import Response

from tests.abuse.attempts import attempt
from tests.abuse.attempts.approval import AJAX, JSON, decide, in_review, state_of, token_of
from tests.abuse.attempts.files import picture, taken
from tests.abuse.attempts.signing_in import stranger
from tests.abuse.newsroom import FORM, Article, Newsroom
from tests.abuse.sessions import Fields, Session
from tests.articles.hostile_clipboards import shapes

ENOUGH_SECONDS = 10
PATIENCE_SECONDS = 30
PASTE = "/admin/articles/paste/"
REPORT = "/feedback/report/"
TOPIC = "/admin/snippets/chorsu_articles/topic/"
PERSON = "/admin/snippets/chorsu_articles/person/"
# What a form or an address of ours may answer to something that none of our screens sends.
ANSWERS = {200, 302, 400, 403, 404, 413}

# What the program for pasting accepts at most, in characters and in "<" and "&".
LONGEST, MOST_MARKS = 2_000_000, 20_000
CLIPBOARDS = {
    "nested tables": "<table><tr><td>" * 2000,
    "<pre>": "<pre>a\n" * 800,
    "spans": "<span>a</span>" * 100_000,
    "rows": f"<table>{'<tr><td>a</td><td>b</td></tr>' * 30_000}</table>",
    "cells": f"<table><tr>{'<td>a</td>' * 50_000}</tr></table>",
    "<p>": "<p>" * (LONGEST // 3),
    "comments": "<!--" * (LONGEST // 4),
    "comments that end": "<!-- x -->" * (MOST_MARKS - 1),
    "one comment": f"<p>a</p><!--{'-' * 1_900_000}",
    "emoji as pictures": "<img alt='👍'>" * MOST_MARKS,
    "marks": f"<p>a{chr(0x301)}{chr(0x327)}".ljust(160_000, chr(0x327)) + "</p>",
    "marks in turn": f"<p>a{(chr(0x301) + chr(0x327)) * 80_000}</p>",
    "breaks": f"<p>a{'<br> ' * (MOST_MARKS - 2)}</p>",
    "spaces and breaks": f"<p>a{' <br>' * 24}{' ' * 1_900_000}x</p>",
    "<sup>": f"<p>{'<sup>a' * (MOST_MARKS - 2)}</p>",
    "<sup> in turn": f"<p>{'<sup>a</sup>' * (MOST_MARKS // 2 - 1)}</p>",
    **{str(shape): shape.largest(LONGEST, MOST_MARKS) for shape in shapes(200)[::14]},
}
# 160,000 of them, in an order that has to be changed.
MARKS = "a" + "\u0301\u0327" * 80_000

REMOVED = (
    "\0\x01\x08\x0b\x0c\x1b\x1f\x7f\x80\x85\x9f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    "\ufff9\ufdd0\ufffe\uffff\u0378\ue000\U0001ffff\U000e0001\U000f0000\U0010ffff\ud800\udbff\udfff"
)
KEPT = "ӣ ӯ ҳ қ ғ ҷ"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
DIGITS = ("9" * 30, "9" * 4000, "9" * 5000)
NESTED = "[" * 100_000
ODD = (
    "{",
    "[]",
    "-1",
    "9" * 5000,
    "1e999",
    "NaN",
    "\0",
    "a\vb",
    ["1", "2"],
    "x" * 70_000,
    "../../etc",
    b"\xed\xa0\x80",
)


def seconds(send: Callable[[], Response]) -> tuple[Response, float]:
    """Send something and return the answer and how long it took."""
    started = time.monotonic()
    answer = send()
    return answer, time.monotonic() - started


def beside_a_reader(newsroom: Newsroom, name: str, send: Callable[[], Response]) -> tuple[Response, float]:
    """Send something while a reader asks for a page; both have to be answered in time."""
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(seconds, lambda: newsroom.visitor().get("/ru/"))
        answer, took = seconds(send)
        page, waited = reading.result()
    assert took < ENOUGH_SECONDS, f"{name}: {took:.0f} s"
    assert page.status_code == 200, f"{name}: a reader gets {page.status_code}"
    assert waited < ENOUGH_SECONDS, f"{name}: a reader waits {waited:.0f} s"
    return answer, took


def post_json(session: Session, path: str, data: Any) -> Response:
    """Post JSON, given as what it says or as its text."""
    text = data if isinstance(data, str) else json.dumps(data)
    return session.post(path, text.encode("utf-8", "surrogatepass"), headers={"Content-Type": "application/json"})


def answered(answers: Iterable[tuple[Any, Response]]) -> str:
    """Return how posts were answered; none may be an error of the server."""
    codes: dict[int, int] = {}
    for name, answer in answers:
        assert answer.status_code in ANSWERS, f"{str(name)[:80]}: {answer.status_code}"
        codes[answer.status_code] = codes.get(answer.status_code, 0) + 1
    assert codes, "nothing was sent"
    return ", ".join(f"{count} × {code}" for code, count in sorted(codes.items()))


@attempt("A journalist pastes what nobody wrote, of up to 2 MB, to stop the newsroom", slow=True)
def hostile_clipboards(newsroom: Newsroom) -> str:
    me = newsroom.journalist
    me.get("/admin/")
    worst, codes = (0.0, ""), []
    for name, html in CLIPBOARDS.items():
        data = {"html": html, "text": html}
        answer, took = beside_a_reader(newsroom, name, lambda data=data: post_json(me, PASTE, data))
        worst = max(worst, (took, name))
        assert answer.status_code in {200, 413}, f"{name}: {answer.status_code}"
        said = answer.json()
        assert said["error"].endswith(".") if answer.status_code == 413 else "blocks" in said, name
        codes.append(answer.status_code)
    said = f"the slowest, {worst[1]}, in {worst[0]:.1f} s"
    return f"{codes.count(200)} read, {codes.count(413)} refused with a sentence, {said}; readers get pages"


@attempt("160,000 combining marks as user name, headline, comment of a review, report of a typo and search")
def many_marks(newsroom: Newsroom) -> str:
    visitor, login = newsroom.visitor(), stranger(newsroom)
    live, waiting = newsroom.publish(), in_review(newsroom)
    state = state_of(newsroom, waiting)
    draft = newsroom.write()
    form = newsroom.form(draft, title=MARKS, lead=MARKS, slug="")
    report = {"page": live.pk, "selected": "Words", "suggestion": MARKS[:1000], "comment": MARKS[:2000]}
    ways: dict[str, Callable[[], Response]] = {
        "user name": lambda: login.post("/admin/login/", {"username": MARKS, "password": "x"}),
        "address for a new password": lambda: login.post("/admin/password_reset/", {"email": f"{MARKS}@example.org"}),
        "headline": lambda: newsroom.journalist.post(draft.edit, form),
        "headline, autosaved": lambda: newsroom.journalist.post(draft.edit, form, headers=JSON),
        "name": lambda: newsroom.chief.post(f"{TOPIC}add/", {"name_ru": MARKS, "slug": ""}),
        "line under a picture": lambda: newsroom.journalist.post("/admin/articles/caption-line/", {"text": MARKS}),
        "comment of a review": lambda: decide(newsroom.editor, waiting.pk, state, "reject", comment=MARKS)[0],
        "report, all": lambda: post_json(visitor, REPORT, {**report, "selected": MARKS, "comment": MARKS}),
        "report, as much as it may hold": lambda: post_json(
            visitor,
            REPORT,
            json.dumps({**report, "selected": MARKS[:12_000], "before": MARKS[:9000]}, ensure_ascii=False),
        ),
        "report, short": lambda: post_json(visitor, REPORT, report),
        "report, as a form": lambda: visitor.post(f"{REPORT}{live.pk}/", {"words": MARKS, "comment": MARKS}),
        # As much as the line of a request holds.
        "search": lambda: visitor.get("/ru/search/", params={"q": MARKS[:8000]}),
        "search for pages": lambda: newsroom.journalist.get("/admin/pages/search/", params={"q": MARKS[:8000]}),
        "slug": lambda: newsroom.journalist.get("/admin/articles/slug/", params={"text": MARKS[:8000]}),
    }
    worst, answers = (0.0, ""), []
    for name, send in ways.items():
        answer, took = beside_a_reader(newsroom, name, send)
        worst = max(worst, (took, name))
        assert answer.status_code in {*ANSWERS, 201, 414, 429}, f"{name}: {answer.status_code}"
        answers.append(answer.status_code)
    return f"{sorted(set(answers))}, the slowest, {worst[1]}, in {worst[0]:.1f} s; readers get pages"


def unwanted(text: str) -> set[str]:
    """Return the characters of a text that no output may have."""
    turning = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")
    return {
        found
        for found in set(text) - set("\t\n\r")
        if found in turning or unicodedata.category(found) in {"Cc", "Cs", "Co", "Cn"}
    }


def texts_of(data: Any) -> Iterator[str]:
    """Yield all texts in what JSON says."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for inner in [*data, *data.values()] if isinstance(data, dict) else data:
            yield from texts_of(inner)


def typed(word: str) -> bytes:
    """Return what a forged form sends for a text: a word among characters that no text may have, in bytes."""
    return f"Headline {word} {REMOVED}{KEPT}".encode("utf-8", "surrogatepass")


def odd_article(newsroom: Newsroom) -> tuple[Article, dict[str, str]]:
    """Return a live article with such characters in all its texts, and the word of each other thing that it shows."""
    me, chief = newsroom.journalist, newsroom.chief
    words = {name: f"zx{uuid4().hex[:12]}" for name in ("credit", "person", "topic", "tag")}
    pk = taken(newsroom, "images", "picture.png", picture())
    path = f"/admin/images/{pk}/"
    fields = me.fields(path, "form[enctype]")
    changes = {
        "credit": typed(words["credit"]),
        "tags": b'"' + typed(words["tag"]) + b'"',
        "title": typed(words["tag"]),
    }
    assert me.post(path, {**fields, **changes}).status_code == 302, "the picture can't be changed"
    keys = {}
    for name, address in (("person", PERSON), ("topic", TOPIC)):
        form = chief.fields(f"{address}add/", "form[method=POST]")
        answer = chief.post(f"{address}add/", {**form, "name_ru": typed(words[name]), "slug": words[name]})
        assert answer.status_code == 302, f"no {name} was made: {answer.status_code}"
        keys[name] = re.findall(rf"{address}edit/(\d+)/", chief.get(f"{address}?q={words[name]}").text)[0]
    article = newsroom.write()
    text = {"key": "a", "text": f"Words {article.word} {REMOVED}{KEPT}", "type": "unstyled", "depth": 0, "data": {}}
    block = {**text, "inlineStyleRanges": [], "entityRanges": []}
    author = {"TOTAL_FORMS": "1", "0-id": "", "0-person": keys["person"], "0-ORDER": "1", "0-DELETE": ""}
    changed: dict[str, Any] = {
        "title": typed(article.word),
        "lead": typed(article.word),
        "main_picture": str(pk),
        "main_picture_caption": typed(article.word),
        "main_picture_alt": typed(article.word),
        # JSON escapes what UTF-8 can't hold.
        "body-0-value": json.dumps({"blocks": [block], "entityMap": {}}),
        "topics": [keys["topic"]],
        **{f"author_links-{name}": value for name, value in author.items()},
    }
    assert newsroom.press(article, "action-submit", **changed).status_code == 302, "not submitted"
    state = state_of(newsroom, article)
    screen = token_of(newsroom, article, state)
    decide(newsroom.other_chief, article.pk, state, "approve", screen=screen, comment="")
    assert newsroom.is_live(article), "it can't be approved"
    return article, words


@attempt(
    "Control characters, halves of surrogates and what turns the direction, in all texts of an article, reach readers",
    slow=True,
)
def odd_characters(newsroom: Newsroom) -> str:
    article, words = odd_article(newsroom)
    address = newsroom.address(article)
    search = f"/ru/search/?q={article.word}"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while f"Headline {article.word}" not in newsroom.reader.get(search).text and time.monotonic() < deadline:
        time.sleep(0.5)
    xml = ("/ru/feed/", "/ru/feed/analysis/", "/sitemap-ru.xml", "/sitemap.xml")
    pages = (
        address,
        search,
        "/ru/",
        "/ru/analysis/",
        f"/ru/topics/{words['topic']}/",
        f"/ru/people/{words['person']}/",
    )
    shown: dict[str, str] = {}
    for path in (*xml, *pages):
        answer = newsroom.reader.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        written = answer.content.decode()
        if path in xml:
            parsed = "".join(
                part for node in ET.fromstring(written).iter() for part in (node.text or "", *node.attrib.values())
            )
        else:
            read = BeautifulSoup(written, "html.parser")
            parsed = " ".join(
                [read.get_text(), *(str(value) for tag in read.find_all() for value in tag.attrs.values())]
            )
            for script in read.select("script[type='application/ld+json']"):
                parsed += " ".join(texts_of(json.loads(script.string or "")))
        assert not unwanted(written + parsed), f"{path}: {unwanted(written + parsed)}"
        assert all(name.isascii() and value.isprintable() for name, value in answer.headers.items()), path
        shown[path] = parsed
    for path in (address, "/ru/feed/", "/ru/feed/analysis/", search):
        assert article.word in shown[path], f"{path} hasn't got it: the attempt proves nothing"
    assert article.word in shown["/sitemap-ru.xml"]
    assert KEPT in shown[address], "letters were lost"
    assert all(words[name] in shown[address] for name in ("credit", "person", "topic")), (
        "the page doesn't show all of it"
    )
    chief = newsroom.chief
    screens = (
        f"/admin/images/?q={words['tag']}",
        "/admin/reports/messages/",
        f"{article.edit}",
        "/admin/reports/workflow/",
    )
    for path in screens:
        assert not unwanted(chief.get(path).content.decode()), path
    tables = 0
    for report in ("site-history", "aging-pages"):
        cells = exported(chief, f"/admin/reports/{report}/")
        assert any(article.word in cell for cell in cells), f"{report} hasn't got it"
        assert not unwanted("".join(cells)), f"{report}: {unwanted(''.join(cells))}"
        tables += 2
    return f"in none of {len(shown)} pages and files, {tables} tables and {len(screens)} screens; all well-formed"


@attempt("Odd characters in a report of a typo and in a clipboard, as bytes and as escapes of JSON")
def odd_characters_in_json(newsroom: Newsroom) -> str:
    live, visitor, me = newsroom.publish(), newsroom.visitor(), newsroom.journalist
    data = {"page": live.pk, "selected": "Words", "suggestion": f"{live.word} {REMOVED}{KEPT}", "comment": REMOVED}
    html = {"html": f"<p>{REMOVED}{KEPT}</p>", "text": ""}
    answers = []
    for escaped in (True, False):
        answers.append(("report", post_json(visitor, REPORT, json.dumps(data, ensure_ascii=escaped))))
        pasted = post_json(me, PASTE, json.dumps(html, ensure_ascii=escaped))
        answers.append(("paste", pasted))
        assert pasted.status_code == 400 or not unwanted("".join(texts_of(pasted.json()))), "pasted"
    codes = sorted({answer.status_code for _name, answer in answers})
    assert set(codes) <= {200, 201, 400}, codes
    cells = exported(newsroom.chief, "/admin/reports/typos/")
    assert any(live.word in cell and KEPT in cell for cell in cells), "no report arrived: the attempt proves nothing"
    assert not unwanted("".join(cells)), unwanted("".join(cells))
    return f"{codes}, none stored"


def exported(session: Session, path: str) -> list[str]:
    """Return the cells of a report's tables; fail where one is a formula."""
    answer = session.get(path, params={"export": "csv"})
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    cells = [cell for row in csv.reader(io.StringIO(answer.content.decode(), newline="")) for cell in row]
    for cell in cells:
        # A number below zero is one.
        assert not cell.startswith(FORMULAS) or re.fullmatch(r"-\d+", cell), f"{path}: {cell[:40]} is a formula"
    answer = session.get(path, params={"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    for row in sheet.iter_rows():
        for found in row:
            assert found.data_type != "f", f"{path}: {found.value} is a formula"
            cells.append(str(found.value or ""))
    return cells


@attempt("A headline, a credit, a reader's words or a code name is a formula in an exported report", slow=True)
def formulas(newsroom: Newsroom) -> str:
    chief, found = newsroom.chief, 0
    for sign in FORMULAS:
        article = newsroom.publish()
        formula = f"{sign}HYPERLINK({article.word})"
        newsroom.press(article, "action-publish", chief, title=formula, publish_reason=formula)
        report = {"page": article.pk, "selected": "Words", "suggestion": formula, "comment": formula}
        assert post_json(newsroom.visitor(), REPORT, report).status_code in {201, 429}
        pk = taken(newsroom, "images", "picture.png", picture())
        for name in (formula, f"{formula} two"):
            path = f"/admin/images/{pk}/"
            chief.post(path, {**chief.fields(path, "form[enctype]"), "credit": name})
        for path in ("typos", "site-history", "aging-pages", "exceptions"):
            cells = exported(chief, f"/admin/reports/{path}/")
            found += sum(article.word in cell for cell in cells)
        exported(chief, "/admin/articles/pictures/credits/")
    assert found > len(FORMULAS) * 6, f"they are in no report: {found}"
    return f"{found} cells hold them as text"


def draft_with(entity: str) -> str:
    """Return formatted text with an entity."""
    block = {"key": "a", "text": "x", "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "data": {}}
    ranges = [{"offset": 0, "length": 1, "key": 0}]
    entities = {"0": {"type": entity, "mutability": "MUTABLE", "data": {}}}
    return json.dumps({"blocks": [{**block, "entityRanges": ranges}], "entityMap": entities})


def broken(fields: Fields) -> Iterator[tuple[str, Fields]]:
    """Yield forms of an article that no editor sends, with what is wrong with each."""
    for text in ("{", "[]", "1", '"x"', "\0", NESTED, '{"blocks":' * 100_000, '{"blocks": 1}', '{"blocks": [1]}'):
        yield text[:12], {**fields, "body-0-value": text}
    for name in ("body-count", "body-0-type", "body-0-order", "body-0-deleted", "references-count"):
        yield f"no {name}", {key: value for key, value in fields.items() if key != name}
    for name in ("body-count", "key_points-count"):
        for value in ("1000000", "x", "9" * 5000):
            yield f"{name} {value[:9]}", {**fields, name: value}
    for prefix in ("author_links", "comments"):
        for value in ("1000000", "-1", "x", "9" * 5000):
            yield f"{prefix}-TOTAL_FORMS {value[:9]}", {**fields, f"{prefix}-TOTAL_FORMS": value}
        left = {key: value for key, value in fields.items() if not key.startswith(prefix)}
        yield f"no {prefix}", left
    for value in DIGITS:
        yield f"picture {len(value)}", {**fields, "main_picture": value}
        yield f"topics {len(value)}", {**fields, "topics": [value]}
        row = {"TOTAL_FORMS": "1", "0-id": value, "0-person": value, "0-ORDER": value}
        yield f"author {len(value)}", {**fields, **{f"author_links-{name}": given for name, given in row.items()}}


def odd_values(fields: Fields) -> Iterator[tuple[str, Fields]]:
    """Yield a form with one field after another left out, or with a value of no kind that it has."""
    for (name, _old), value in zip(fields.items(), cycle(ODD), strict=False):
        yield f"{name}={value!r}"[:60], {**fields, name: value}
    yield "nothing", {}
    for name in [*fields][:12]:
        yield f"no {name}", {key: value for key, value in fields.items() if key != name}


@attempt(
    "Malformed forms of an article, at its creation, in its editor, by autosave, in the checks and the preview",
    slow=True,
)
def malformed_articles(newsroom: Newsroom) -> str:
    me, article = newsroom.journalist, newsroom.write()
    create = f"/admin/pages/add/chorsu_articles/analysispage/{newsroom.sections['ru']}/"
    made = {**me.fields(create, FORM), **newsroom.text(f"zx{uuid4().hex[:12]}", str(uuid4())), "slug": ""}
    fields = newsroom.form(article)
    ways = (
        (create, made, JSON),
        (article.edit, {**fields, "action-submit": "1"}, {}),
        (article.edit, fields, JSON),
        (f"/admin/articles/check/{article.pk}/", fields, JSON),
        (f"{article.edit}preview/", fields, AJAX),
    )
    answers = [
        (f"{path} {name}", me.post(path, form, headers=headers))
        for path, whole, headers in ways
        for name, form in broken(whole)
    ]
    answers += [(name, me.post(article.edit, form)) for name, form in odd_values(newsroom.form(article))]
    answers.append(("entity", me.post(article.edit, {**newsroom.form(article), "body-0-value": draft_with("BOGUS")})))
    outcome = answered(answers)
    assert not newsroom.is_live(article), "readers see it"
    return outcome


@attempt("Malformed reports of typos, clipboards, searches and addresses, from readers and journalists", slow=True)
def malformed_requests(newsroom: Newsroom) -> str:
    article, visitor, me = newsroom.publish(), newsroom.visitor(), newsroom.journalist
    before = exported(newsroom.chief, "/admin/reports/typos/")
    answers: list[tuple[str, Response]] = []
    bodies = (
        "", "{", "[]", "null", "1", "\0", NESTED, NESTED[:60_000], '{"page":' * 7000, '{"page": 1e999}',
        f'{{"page": {"9" * 5000}}}', f'{{"page": "{"9" * 5000}"}}', f'{{"page": {article.pk}}}',
        f'{{"page": {article.pk}, "selected": ["x"], "comment": "y"}}',
        f'{{"page": {article.pk}, "selected": "x", "comment": {{"a": 1}}}}',
        f'{{"page": {article.pk}, "selected": "x", "comment": "y", "offset": {"9" * 400}}}',
    )  # fmt: skip
    for body in bodies:
        answers += [
            (f"{path} {body[:30]}", post_json(who, path, body)) for who, path in ((visitor, REPORT), (me, PASTE))
        ]
        for kind in ("text/plain", "multipart/form-data", "multipart/form-data; boundary=x"):
            for path in (REPORT, f"{REPORT}{article.pk}/"):
                answers.append((f"{path} {kind}", visitor.post(path, body.encode(), headers={"Content-Type": kind})))
    for value in (*ODD, *DIGITS):
        form = dict.fromkeys(("words", "paragraph", "anyway"), value)
        answers.append((f"words {value!r}"[:40], visitor.post(f"{REPORT}{article.pk}/", form)))
    names = ("q", "page", "topic", "country", "year", "language", "p", "ordering", "locale", "export", "status", "user")
    readers = ("/ru/search/", "/ru/analysis/", "/ru/feed/")
    admin = (
        *("/admin/pages/search/", "/admin/images/", "/admin/documents/", TOPIC, "/admin/translations/"),
        *("/admin/reports/typos/", "/admin/reports/site-history/", "/admin/articles/pictures/credits/"),
    )
    for value in ODD:
        given = value[:500] if isinstance(value, str | bytes) else value
        query = dict.fromkeys(names, given)
        answers += [(f"{path} {value!r}"[:60], visitor.get(path, params=query)) for path in readers]
        answers += [(f"{path} {value!r}"[:60], newsroom.chief.get(path, params=query)) for path in admin]
    for digits in DIGITS:
        for path in (f"{REPORT}{digits}/", f"/ru/people/{digits}/", f"/documents/{digits}/x.pdf"):
            answers += [(path[:60], visitor.get(path)), (path[:60], visitor.post(path, {}))]
        for path in (f"/admin/pages/{digits}/edit/", f"/admin/translations/{digits}/start/tg/"):
            answers += [(path[:60], newsroom.chief.get(path)), (path[:60], newsroom.chief.post(path, {}))]
    outcome = answered((name, answer) for name, answer in answers if answer.status_code not in {405, 414, 415, 429})
    assert exported(newsroom.chief, "/admin/reports/typos/") == before, "a report was stored"
    return f"{outcome}; no report was stored"

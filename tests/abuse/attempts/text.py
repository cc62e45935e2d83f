"""Ways to stop the newsroom, or to damage what it gives out, by what is pasted, typed or posted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from requests import Response

from tests.abuse.attempts import attempt
from tests.abuse.attempts.signing_in import stranger
from tests.abuse.newsroom import Newsroom
from tests.abuse.sessions import Session
from tests.articles.hostile_clipboards import shapes

ENOUGH_SECONDS = 10
PASTE = "/admin/articles/paste/"
REPORT = "/feedback/report/"
# What the program for pasting accepts at most, in characters and in "<" and "&".
LONGEST, MOST_MARKS = 2_000_000, 20_000
# 160,000 of them, in an order that has to be changed.
MARKS = "a" + "\u0301\u0327" * 80_000
# Characters of each kind that no text may have; letters that stay.
ODD = "\0\x01\x0b\x1b\x7f\x85\u2028\u202a\u202e\u2066\ufeff\ufdd0\uffff\u0378\ue000\U000e0001\U0010ffff\ud800\udfff"
KEPT = "ӣ ӯ ҳ қ ғ ҷ"


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


@attempt("A journalist pastes what nobody wrote, of up to 2 MB, to stop the newsroom", slow=True)
def hostile_clipboards(newsroom: Newsroom) -> str:
    newsroom.journalist.get("/admin/")
    slowest = 0.0
    for shape in shapes(200)[::14]:
        html = shape.largest(LONGEST, MOST_MARKS)
        paste = partial(post_json, newsroom.journalist, PASTE, {"html": html, "text": html})
        answer, took = beside_a_reader(newsroom, str(shape), paste)
        slowest = max(slowest, took)
        assert answer.status_code in {200, 413}, f"{shape}: {answer.status_code}"
    return f"read, or refused with a sentence, the slowest in {slowest:.1f} s; readers get pages"


@attempt("160,000 combining marks as user name, headline, report of a typo and search")
def many_marks(newsroom: Newsroom) -> str:
    visitor, login = newsroom.visitor(), stranger(newsroom)
    live, draft = newsroom.publish(), newsroom.write()
    form = newsroom.form(draft, title=MARKS, lead=MARKS, slug="")
    report = {"page": live.pk, "selected": MARKS, "suggestion": MARKS, "comment": MARKS}
    ways: dict[str, Callable[[], Response]] = {
        "user name": lambda: login.post("/admin/login/", {"username": MARKS, "password": "x"}),
        "headline": lambda: newsroom.journalist.post(draft.edit, form),
        "report": lambda: post_json(visitor, REPORT, report),
        # As much as the line of a request holds.
        "search": lambda: visitor.get("/ru/search/", params={"q": MARKS[:8000]}),
    }
    slowest = 0.0
    for name, send in ways.items():
        answer, took = beside_a_reader(newsroom, name, send)
        slowest = max(slowest, took)
        assert answer.status_code < 500, f"{name}: {answer.status_code}"
    return f"answered, the slowest in {slowest:.1f} s; readers get pages"


@attempt("Controls, halves of surrogates and what turns the direction, in a clipboard and in a report of a typo")
def odd_characters(newsroom: Newsroom) -> str:
    live, visitor, me = newsroom.publish(), newsroom.visitor(), newsroom.journalist
    report = {"page": live.pk, "selected": "Words", "suggestion": f"{live.word} {ODD}{KEPT}", "comment": ODD}
    pasted = {"html": f"<p>{ODD}{KEPT}</p>", "text": ""}
    codes = set()
    for is_escaped in (True, False):
        codes.add(post_json(visitor, REPORT, json.dumps(report, ensure_ascii=is_escaped)).status_code)
        answer = post_json(me, PASTE, json.dumps(pasted, ensure_ascii=is_escaped))
        codes.add(answer.status_code)
        assert not set(ODD) & set(json.dumps(answer.json(), ensure_ascii=False)), "pasted"
    assert codes <= {200, 201, 400}, codes
    listed = newsroom.chief.get("/admin/reports/typos/", params={"export": "csv"}).content.decode()
    assert live.word in listed, "no report arrived: the attempt proves nothing"
    assert KEPT in listed, "letters were lost"
    assert not set(ODD) & set(listed), "stored"
    return f"{sorted(codes)}, none stored"

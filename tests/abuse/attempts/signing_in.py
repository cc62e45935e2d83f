"""Ways into accounts and private pages without the password, and ways to shut out those who know it."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

from demo.accounts import PASSWORD
from tests.abuse.attempts import attempt
from tests.abuse.newsroom import PEOPLE, Newsroom
from tests.abuse.sessions import Session

WAIT = 429
_numbers = itertools.count(1)


def network() -> str:
    """Return an address that no attempt has come from."""
    return f"2001:db8:{next(_numbers):x}::1"


def stranger(newsroom: Newsroom, address: str | None = None) -> Session:
    """Return a browser that was never let in, in a network of its own. Everybody else is signed in before."""
    for role in PEOPLE:
        getattr(newsroom, role)
    session = newsroom.visitor()
    session.http.headers["X-Forwarded-For"] = address or network()
    session.get("/admin/login/")
    return session


def guess(session: Session, person: str, password: str = "wrong", **headers: str) -> int:
    """Send a sign-in and return the answer's status."""
    fields = {"username": f"{PEOPLE[person]}@demo.example", "password": password}
    return session.post("/admin/login/", fields, headers=headers).status_code


def is_in(session: Session) -> bool:
    """Tell whether the session gets the admin."""
    return session.get("/admin/", allow_redirects=False).status_code == 200


@attempt("17 wrong passwords, and then the right one")
def seventeen(newsroom: Newsroom) -> str:
    session = stranger(newsroom)
    answers = [guess(session, "translator") for _ in range(17)]
    last = guess(session, "translator", PASSWORD)
    assert last == WAIT, f"{last} after {answers}"
    assert not is_in(session), "signed in"
    return f"{last} from attempt {answers.index(WAIT) + 1} on"


@attempt("30 wrong passwords at one moment")
def at_one_moment(newsroom: Newsroom) -> str:
    address = network()
    sessions = [stranger(newsroom, address) for _ in range(30)]
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(lambda session: guess(session, "editor_tg"), sessions))
    looked_at = sum(answer != WAIT for answer in answers)
    assert looked_at <= 10, f"{looked_at} were looked at"
    return f"{looked_at} looked at, {WAIT} for the others"


@attempt("A forged Host gets into the answer to a request for a new password")
def forged_host(newsroom: Newsroom) -> str:
    session = stranger(newsroom)
    answer = session.post(
        "/admin/password_reset/",
        {"email": f"{PEOPLE['chief']}@demo.example"},
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example"},
    )
    assert "evil" not in str(answer.headers) + answer.text
    answer = session.get("/admin/password_reset/", headers={"Host": "evil.example"})
    assert "//evil.example" not in answer.text
    return f"{answer.status_code} without it"

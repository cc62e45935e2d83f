"""Ways into accounts and private pages without the password, and ways to shut out those who know it."""

from __future__ import annotations

import itertools
import re
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

from demo.accounts import PASSWORD
from tests.abuse.attempts import attempt
from tests.abuse.newsroom import PEOPLE, Newsroom
from tests.abuse.sessions import Session

WAIT = 429
COOKIE = "known_device"
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


@attempt("One account's password guessed from 40 networks, which also keeps its owner out", slow=True)
def many_networks(newsroom: Newsroom) -> str:
    session = stranger(newsroom)
    answers = [guess(session, "other_journalist", **{"X-Forwarded-For": network()}) for _ in range(40)]
    assert guess(stranger(newsroom), "other_journalist", PASSWORD) == WAIT
    owner = stranger(newsroom)
    for cookie in newsroom.other_journalist.http.cookies:
        if cookie.name == COOKIE:
            owner.http.cookies.set_cookie(cookie)
    answer = guess(owner, "other_journalist", PASSWORD)
    assert answer == 302, f"the owner's own browser gets {answer}"
    return f"{WAIT} from attempt {answers.index(WAIT) + 1} on; the owner's own browser signs in"


@attempt("A forged X-Forwarded-For makes a new network for each guess", slow=True)
def forged_networks(newsroom: Newsroom) -> str:
    address = network()
    session = stranger(newsroom, address)
    answers = [
        guess(session, "editor_en", **{"X-Forwarded-For": f"198.51.100.{number}, {address}"}) for number in range(15)
    ]
    assert answers[-1] == WAIT, f"{answers}"
    return f"{WAIT} from attempt {answers.index(WAIT) + 1} on"


@attempt("Wrong passwords of many accounts from one network", slow=True)
def many_accounts(newsroom: Newsroom) -> str:
    session = stranger(newsroom)
    statuses = []
    for number in range(35):
        fields = {"username": f"person{number}@demo.example", "password": "wrong"}
        statuses.append(session.post("/admin/login/", fields).status_code)
    assert statuses[-1] == WAIT, f"{statuses}"
    return f"{WAIT} from attempt {statuses.index(WAIT) + 1} on"


@attempt("The old password is guessed in a session that was left open", slow=True)
def old_password(newsroom: Newsroom) -> str:
    session = newsroom.chief
    new = {"password-new_password1": "another-password-1", "password-new_password2": "another-password-1"}
    fields = {**session.fields("/admin/account/", "form:has([name=password-old_password])"), **new}
    answers = [
        session.post("/admin/account/", {**fields, "password-old_password": old}).status_code
        for old in [*(f"wrong {number}" for number in range(12)), PASSWORD]
    ]
    assert answers[-1] == WAIT, f"{answers}"
    return f"{WAIT} from attempt {answers.index(WAIT) + 1} on"


@attempt("The password of a page is guessed", slow=True)
def page_password(newsroom: Newsroom) -> str:
    article = newsroom.publish()
    newsroom.chief.post(
        f"/admin/pages/{article.pk}/privacy/", {"restriction_type": "password", "password": "open sesame"}
    )
    session = stranger(newsroom)
    form = session.fields(newsroom.address(article), "form[action*=authenticate]")
    [action] = re.findall(r'action="([^"]*authenticate[^"]*)"', session.get(newsroom.address(article)).text)
    answers = [
        session.post(action, {**form, "password": word}).status_code
        for word in [*(f"guess {number}" for number in range(15)), "open sesame"]
    ]
    assert answers[-1] == WAIT, f"{answers}"
    assert not newsroom.shows(f"Lead {article.word}", newsroom.address(article)), "readers see it"
    return f"{WAIT} from attempt {answers.index(WAIT) + 1} on"


@attempt("The answers to a sign-in and to a reset tell whether an address has an account", slow=True)
def enumeration(newsroom: Newsroom) -> str:
    def answers(address: str) -> list[tuple[int, str]]:
        session = stranger(newsroom)
        signing_in = [
            session.post("/admin/login/", {"username": address, "password": "wrong"}).status_code for _ in range(12)
        ]
        asked = [session.post("/admin/password_reset/", {"email": address}) for _ in range(2)]
        return [
            *((status, "") for status in signing_in),
            *((one.status_code, one.headers["Location"]) for one in asked),
        ]

    known, unknown = answers(f"{PEOPLE['chief']}@demo.example"), answers("nobody@demo.example")
    assert known == unknown, f"{known} / {unknown}"
    return "the same answers"


@attempt("Requests for a new password flood the newsroom's mail", slow=True)
def reset_flood(newsroom: Newsroom) -> str:
    session = stranger(newsroom)
    answers = [
        session.post("/admin/password_reset/", {"email": f"person{number}@demo.example"}).status_code
        for number in range(40)
    ]
    assert answers[-1] == WAIT, f"{answers}"
    return f"{WAIT} from request {answers.index(WAIT) + 1} on"


@attempt("A link for a new password with a token of one's own, or none", slow=True)
def forged_links(newsroom: Newsroom) -> str:
    session = stranger(newsroom)
    for key in range(1, 12):
        uid = urlsafe_b64encode(str(key).encode()).decode().rstrip("=")
        for path in ("/admin/password_reset/confirm", "/admin/invitation"):
            for token in ("d0p0q0-" + "0" * 32, "set-password", "welcome"):
                session.post(
                    f"{path}/{uid}/{token}/",
                    {"new_password1": "forged-password-1", "new_password2": "forged-password-1"},
                )
    for person in PEOPLE:
        assert guess(stranger(newsroom), person, "forged-password-1") != 302, f"{person} has the forged password"
    return "no password was set"


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

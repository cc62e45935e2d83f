"""Readers and editors of a running newsroom, over HTTP: what each is answered, how soon, and what was promised them."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

import requests
from bs4 import BeautifulSoup

from tests.abuse.attempts.files import picture
from tests.abuse.newsroom import Newsroom
from tests.abuse.sessions import Session

PATIENCE_SECONDS = 30.0  # of a person, who is told nothing until then
GOOD = {200, 302, 303}
READERS = ("kept page", "own page", "search", "report")
EDITORS = ("save", "publish", "upload", "invite")
_addresses = count(1)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did: when it began and ended, what it was answered (0: nothing), and the words."""

    kind: str
    began: float
    ended: float
    status: int
    said: str = ""

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass(slots=True)
class Promised:
    """What the newsroom said it had taken."""

    saved: dict[int, str] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)
    reported: list[str] = field(default_factory=list)
    uploaded: list[int] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)


class RefusedError(Exception):
    def __init__(self, answer: requests.Response) -> None:
        super().__init__(str(answer.status_code))
        self.answer = answer


class Patient(Session):
    """A session that waits for so long as people do, over plain HTTP, as behind a proxy on this machine."""

    def get(self, path: str, **options: Any) -> requests.Response:
        return self._taken(super().get(path, **{"timeout": PATIENCE_SECONDS, **options}))

    def post(self, path: str, data: Any = None, **options: Any) -> requests.Response:
        return self._taken(super().post(path, data, **{"timeout": PATIENCE_SECONDS, **options}))

    def _taken(self, answer: requests.Response) -> requests.Response:
        for cookie in self.http.cookies:
            cookie.secure = False
        # Whoever has to sign in again is refused what they wanted.
        is_refused = answer.status_code not in GOOD or "/login/" in answer.headers.get("Location", answer.url)
        if self.strict and is_refused:
            raise RefusedError(answer)
        return answer

    strict = False


class People(Newsroom):
    """Everybody at work, each in a thread, until told to stop."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.acts: list[Act] = []
        self.promised = Promised()
        self.ended = threading.Event()
        self.threads: list[threading.Thread] = []

    def visitor(self) -> Session:
        return Patient(self.base_url)

    def prepare(self) -> None:
        """Sign in, and publish what is read, searched and reported."""
        self.articles = [self.publish() for _ in range(4)]
        self.draft = self.write()
        self.admin.get("/admin/")
        self.form_of_draft = self.form(self.draft)
        self.form_to_invite = self.admin.fields("/admin/invite/", "form[method=post]:has([name=address])")
        for session in self.sessions.values():
            session.strict = True  # type: ignore[attr-defined]

    def begin(self) -> None:
        """Let everybody work."""
        works: dict[str, tuple[Callable[[], None], float]] = {
            "kept page": (self.read_kept, 0.2),
            "own page": (self.read_own, 0.5),
            "search": (self.search, 1),
            "report": (self.report, 2),
            "save": (self.save, 1),
            "publish": (self.publish_one, 2),
            "upload": (self.upload, 2),
            "invite": (self.invite, 2),
        }
        for kind, (work, pause) in works.items():
            thread = threading.Thread(target=self._work, args=(kind, work, pause), daemon=True)
            thread.start()
            self.threads.append(thread)

    def end(self) -> None:
        """Let everybody end what they do."""
        self.ended.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE_SECONDS)

    def _work(self, kind: str, work: Callable[[], None], pause: float) -> None:
        while not self.ended.is_set():
            began, status, said = time.monotonic(), 200, ""
            try:
                work()
            except RefusedError as refused:
                status, said = refused.answer.status_code, sentence(refused.answer)
                if status in GOOD:
                    status, said = 401, "has to sign in"
            except (requests.Timeout, requests.ConnectionError) as error:
                status, said = 0, type(error).__name__
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody didn't get what they wanted
                status, said = -1, f"{type(error).__name__}: {error}"[:200]
            self.acts.append(Act(kind, began, time.monotonic(), status, said))
            self.ended.wait(pause)

    def _reader(self) -> Patient:
        reader = Patient(self.base_url)
        reader.strict = True
        number = next(_addresses)
        # Each from a network of their own: readers' limits count by network.
        reader.http.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return reader

    def read_kept(self) -> None:
        self._reader().get(self.address(self.articles[0]))

    def read_own(self) -> None:
        """Read as somebody whose pages aren't shared, since a session is theirs."""
        self._reader().get(self.address(self.articles[1]), cookies={"sessionid": uuid4().hex})

    def search(self) -> None:
        answer = self._reader().get(f"/ru/search/?q={self.articles[2].word}")
        assert f"/{self.articles[2].word}/" in answer.text, "it isn't found"

    def finds(self, word: str) -> bool:
        """Tell whether search finds a word that was published."""
        try:
            return f"/{word}/" in Patient(self.base_url).get(f"/ru/search/?q={word}").text
        except requests.RequestException:
            return False

    def report(self) -> None:
        words, article = f"Words {uuid4().hex[:8]}", self.articles[3]
        self._reader().post(f"/feedback/report/{article.pk}/", {"words": f"Words {article.word}", "suggestion": words})
        self.promised.reported.append(words)

    def save(self) -> None:
        word = uuid4().hex[:12]
        self.journalist.post(self.draft.edit, {**self.form_of_draft, "title": f"Saved {word}"})
        self.promised.saved[self.draft.pk] = word
        self.form_of_draft = self.form(self.draft)

    def publish_one(self) -> None:
        article = self.write()
        self.submit(article)
        self.act(article, "approve")
        self.promised.published[self.address(article)] = article.word

    def upload(self) -> None:
        name = f"{uuid4().hex[:12]}.png"
        answer = self.editor.post(
            "/admin/articles/pictures/upload/", {"credit": "Author"}, files={"file": (name, picture())}
        )
        self.promised.uploaded.append(answer.json()["picture"]["id"])

    def invite(self) -> None:
        address = f"{uuid4().hex[:12]}@invited.test"
        chosen = {"address": address, "roles": ["journalist"], "languages": ["ru"], "message_language": "en"}
        answer = self.admin.post("/admin/invite/", {**self.form_to_invite, **chosen})
        assert answer.status_code == 302, f"The form came back: {sentence(answer)}"
        self.promised.invited.append(address)


def sentence(answer: requests.Response) -> str:
    """Return what an answer says to a person."""
    if "json" in answer.headers.get("Content-Type", ""):
        found = answer.json()
        return str(found.get("error_message") or found.get("message") or json.dumps(found))[:160]
    page = BeautifulSoup(answer.text, "html.parser")
    for selector in (".message-page p:not(.kicker)", ".message-page h1", ".messages", "main p", "body"):
        if found := page.select_one(selector):
            return re.sub(r"\s+", " ", found.get_text()).strip()[:160]
    return ""


def by_kind(acts: list[Act]) -> Iterator[tuple[str, list[Act]]]:
    for kind in (*READERS, *EDITORS):
        if found := [act for act in acts if act.kind == kind]:
            yield kind, found

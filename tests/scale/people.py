"""What readers and editors do through the proxy, and what they were told that was done."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import requests
import urllib3
from requests import Response

from tests.abuse.newsroom import Article, Newsroom
from tests.abuse.sessions import Session
from tests.articles.documents import PDF
from tests.articles.pictures import drawing, file_of

SHOWN = re.compile(r"zx[0-9a-f]{12} v(\d+)v")
GONE = -1
urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


@dataclass(slots=True)
class Record:
    """What people were told, and what they saw; each of its lists is only added to."""

    # Words of saves that were answered as done, by article; those without an answer may be done or not.
    saved: list[tuple[int, str]] = field(default_factory=list)
    # Of each article: when readers had to see which version, as the database said after the answer.
    live: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    documents: dict[str, bytes] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    reads: int = 0


class Visitor(Session):
    """A session behind nginx with a certificate of its own; the site's name has no port there."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.http.verify = False
        # Neither a proxy of this machine's nor other certificates.
        self.http.trust_env = False

    def post(self, path: str, data: Any = None, **options: Any) -> Response:
        headers = {"Referer": "https://localhost/", **options.pop("headers", {})}
        return super().post(path, data, headers=headers, **options)


class Desk(Newsroom):
    """The newsroom through the proxy."""

    def visitor(self) -> Session:
        return Visitor(self.base_url)


class NotDoneError(Exception):
    """An answer wasn't that of something done."""


def edit(desk: Desk, record: Record, ended: threading.Event, live_version: Callable[[int], int], seed: int) -> None:
    """Write, save, publish, change and at times withdraw articles; upload a document and a picture beside each."""
    chance = random.Random(seed)
    while not ended.is_set():
        try:
            article = desk.write()
        except Exception:  # noqa: BLE001 - the server is away, as it may be
            ended.wait(0.5)
            continue
        withdraws = chance.random() < 0.3
        for version in range(1, 4):
            for step in (_save, _publish):
                _tried(partial(step, desk, record, article, version), ended)
            if live_version(article.pk) == version:
                record.live.setdefault(article.word, []).append((time.monotonic(), version))
            for upload in (_document, _picture):
                _tried(partial(upload, desk, record, f"{article.word}{version}"), ended)
            if ended.is_set():
                return
        if withdraws and article.word in record.live:
            _tried(partial(_withdraw, desk, article), ended)
            if live_version(article.pk) == GONE:
                record.live[article.word].append((time.monotonic(), GONE))


def _tried(work: Callable[[], object], ended: threading.Event) -> None:
    """Do something once; what fails is counted already."""
    try:
        work()
    except (NotDoneError, LookupError, AssertionError, requests.RequestException):
        ended.wait(0.3)


def _done(answer: Response) -> Response:
    if answer.status_code != 302:
        raise NotDoneError(answer.status_code)
    return answer


def _save(desk: Desk, record: Record, article: Article, version: int) -> None:
    """Save a draft with words that no other one has."""
    words = f"Kept {article.word} s{version}s"
    form = desk.form(article, desk.journalist, lead=words)
    _done(desk.journalist.post(article.edit, form))
    record.saved.append((article.pk, words))


def _publish(desk: Desk, record: Record, article: Article, version: int) -> None:
    """Submit the next version and approve it."""
    lead = f"Lead {article.word} v{version}v"
    _done(desk.press(article, "action-submit", lead=lead))
    record.saved.append((article.pk, lead))
    _done(desk.act(article, "approve", lead=lead))


def _withdraw(desk: Desk, article: Article) -> None:
    _done(desk.chief.post(f"/admin/pages/{article.pk}/unpublish/", {"next": "/admin/"}))


def _document(desk: Desk, record: Record, name: str) -> None:
    content = PDF + f"%{name}\n%%EOF".encode()
    _upload(desk, "/admin/documents/add/", name, f"{name}.pdf", content)
    record.documents[name] = content


def _picture(desk: Desk, record: Record, name: str) -> None:
    _upload(desk, "/admin/images/add/", name, f"{name}.png", file_of("png", drawing((600, 400))))
    record.pictures.append(name)


def _upload(desk: Desk, path: str, title: str, file: str, content: bytes) -> None:
    fields = {**desk.editor.fields(path, "form[enctype]"), "title": title}
    _done(desk.editor.post(path, fields, files={"file": (file, content)}))


def read(address: str, record: Record, ended: threading.Event, seed: int) -> None:
    """Ask for articles as readers do, and compare each with what had to be seen when it was asked for."""
    chance, visitor = random.Random(seed), Visitor(address)
    while not ended.is_set():
        words = list(record.live)
        if not words:
            ended.wait(0.2)
            continue
        word = chance.choice(words[-12:])
        began = time.monotonic()
        try:
            answer = visitor.get(f"/ru/analysis/{word}/")
        except requests.RequestException:
            continue
        record.reads += 1
        due = [version for moment, version in record.live[word] if moment <= began]
        found = SHOWN.search(answer.text)
        if due and answer.status_code < 500:
            shown = int(found[1]) if answer.status_code == 200 and found else GONE
            # What was taken down later is gone before its answer is known.
            is_right = shown == GONE if due[-1] == GONE else shown >= due[-1] or shown == GONE
            if not is_right or (shown == GONE and not _will_go(record, word)):
                record.stale.append(f"{word}: {shown} ({answer.status_code}) where {due[-1]} was due")
        ended.wait(0.2)


def _will_go(record: Record, word: str) -> bool:
    """Tell whether an article was taken down, or is just being."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if record.live[word][-1][1] == GONE:
            return True
        time.sleep(0.2)
    return False


def report(address: str, record: Record, ended: threading.Event, reports: list[tuple[str, str]]) -> None:
    """Report slips, each once; the suggestion names it."""
    visitor = Visitor(address)
    for text, suggestion in reports:
        headers = {"Content-Type": "application/json", "Origin": "https://localhost", "Referer": "https://localhost/"}
        try:
            answer = visitor.post("/feedback/report/", text.encode(), headers=headers)
        except requests.RequestException:
            continue
        if answer.status_code < 300:
            record.reports.append(suggestion)
        if ended.wait(1):
            return

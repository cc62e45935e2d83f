"""Publish, be killed in the middle, and tell what is left: ``python -m tests.cms.killed_writer ROUNDS``.

A process of its own on the database in ``NEWSROOM_DATA``. Each round forks a writer that publishes, publishes again and
indexes without end, kills it with SIGKILL after a moment, and prints a line of JSON about what it finds.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from itertools import count
from typing import Any, NoReturn

import django

django.setup()

from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from wagtail.models import Page, Revision  # noqa: E402
from wagtail.test.utils.form_data import rich_text, streamfield  # noqa: E402

from chorsu_articles.models import AnalysisPage, SectionPage  # noqa: E402
from chorsu_editorial.hashing import content_hash  # noqa: E402
from chorsu_search.engines import get_engine  # noqa: E402
from chorsu_search.models import Document, IndexChange  # noqa: E402
from chorsu_search.queries import Query  # noqa: E402
from chorsu_search.writing import sync  # noqa: E402
from chorsu_translation.models import PublishedUnits  # noqa: E402
from chorsu_translation.snapshots import take_snapshot  # noqa: E402
from cms.models import User  # noqa: E402
from tests.articles.test_admin_pages import article_data  # noqa: E402
from tests.factories import make_home, make_section, make_user  # noqa: E402


def word(number: int) -> str:
    """Return a word that stands in one edition of one page; its end is no Russian ending, so no other has its stem."""
    letters = "бвгдзклмнп"
    return "слово" + "".join(letters[int(digit)] for digit in str(number)) + "рг"


def write(first: int) -> NoReturn:
    """Publish new pages and new editions of old ones through the admin, and index, until killed.

    Editions are numbered from ``first`` on: no two rounds may write the same word, since each is looked for alone.
    """
    client = Client()
    client.force_login(User.objects.get(is_superuser=True))
    section = SectionPage.objects.get()
    for number in count(first):
        pages = list(AnalysisPage.objects.order_by("pk"))
        if len(pages) < 3 or number % 2:
            url = reverse("wagtailadmin_pages:add", args=["chorsu_articles", "analysispage", section.pk])
        else:
            url = reverse("wagtailadmin_pages:edit", args=[random.choice(pages).pk])
        answer = client.post(url, form(number))
        if answer.status_code != 302:
            sys.exit(f"{url}: {answer.status_code}")
        tell(published=number)
        if number % 3 == 0:
            sync(limit=5)
    raise AssertionError


def form(number: int) -> dict[str, Any]:
    """Return the editor's form of an edition."""
    body = streamfield([("paragraph", rich_text(f"<p>Текст {word(number)}.</p>"))])
    data: dict[str, Any] = article_data(title=f"Статья {word(number)}", slug=f"page-{number}", body=body)
    return data | {"action-publish": "action-publish"}


def tell(**facts: Any) -> None:
    """Print a line for the test."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def look() -> dict[str, Any]:
    """Return what is wrong, by kind, and how many pages are live."""
    wrong: dict[str, list[Any]] = {name: [] for name in ("tree", "half", "unnoted", "unfound", "units")}
    with connection.cursor() as cursor:
        integrity = cursor.execute("PRAGMA integrity_check").fetchone()[0]
    wrong["tree"] = [str(problem) for problem in Page.find_problems() if problem]
    live = list(AnalysisPage.objects.live().order_by("pk"))
    pending = set(IndexChange.objects.values_list("page_id", flat=True))
    indexed = {document.pk: json.dumps(document.texts, ensure_ascii=False) for document in Document.objects.all()}
    for page in live:
        revision = page.live_revision
        if revision is None or content_hash(revision.as_object()) != content_hash(page):
            wrong["half"].append([page.pk, page.title, revision and revision.pk])
        if page.title.split()[-1] not in str(page.body.raw_data[0]["value"]):
            wrong["half"].append(page.pk)
        if page.title not in indexed.get(page.pk, "") and page.pk not in pending:
            wrong["unnoted"].append(page.pk)
        stored = PublishedUnits.objects.filter(page_id=page.pk).first()
        if stored is None or stored.digest != take_snapshot(page).digest:
            wrong["units"].append(page.pk)
    # The lease of a killed process ends by itself; nobody waits for it here.
    IndexChange.objects.update(not_before=timezone.now())
    while sync().done:
        pass
    for page in live:
        query = Query(page.title.split()[-1], languages=("ru",))
        if [hit.page_id for hit in get_engine("embedded").search(query).hits] != [page.pk]:
            wrong["unfound"].append(page.pk)
    left = IndexChange.objects.count()
    return {"integrity": integrity, "live": len(live), "left": left, "wrong": {k: v for k, v in wrong.items() if v}}


def main() -> None:
    """Run the rounds."""
    if not SectionPage.objects.exists():
        make_section(make_home())
        make_user(superuser=True)
    for number in range(int(sys.argv[1])):
        before = Revision.objects.count()
        connections.close_all()
        writer = os.fork()
        if writer == 0:
            try:
                write(number * 1000)
            finally:
                os._exit(1)
        # However busy the machine is, it has published before it dies.
        while Revision.objects.count() < before + 3:
            time.sleep(0.05)
        time.sleep(random.uniform(0, 0.8))
        os.kill(writer, signal.SIGKILL)
        _pid, status = os.waitpid(writer, 0)
        tell(killed=os.WTERMSIG(status) == signal.SIGKILL, **look())


if __name__ == "__main__":
    main()

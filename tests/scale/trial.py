"""What is done to the servers meanwhile, and what must be so at the end."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from typing import Any

import redis
from django.db import connections
from wagtail.documents.models import Document
from wagtail.models import Revision

from chorsu_articles.models import AnalysisPage, Picture, Publication
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send
from chorsu_feedback.anchors import make_anchor, read_page
from chorsu_feedback.models import TypoReport
from chorsu_search.models import IndexChange
from tests.scale import people
from tests.scale.services import Services

EDITORS, READERS, REPORTS, MAILS = 4, 4, 40, 10
AWAY_SECONDS = 2
SETTLED_WITHIN_SECONDS = 120
LEAST = 5
FOR_EVER = "public, max-age=31536000, immutable"
EXPECTED = {
    "Content-Type": "application/pdf",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-cache, public",
}


class Trial:
    """The run, and what is looked for at its end."""

    def __init__(self, services: Services, between: float) -> None:
        self.services, self.between = services, between
        self.record, self.ended = people.Record(), threading.Event()
        self.faults: list[str] = []

    def run(self) -> int:
        """Let people work, disturb them, and look."""
        address, record, ended = self.services.address, self.record, self.ended
        works: list[tuple[Any, ...]] = [(people.report, address, record, ended, self.reports())]
        works += [(people.read, address, record, ended, number) for number in range(READERS)]
        for number in range(EDITORS):
            works.append((people.edit, people.Desk(address), record, ended, self.live_version, number))
        threads = [threading.Thread(target=self.work, args=each, daemon=True) for each in works]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        self.disturb()
        ended.set()
        for thread in threads:
            thread.join(120)
        seconds = time.monotonic() - began
        settled = self.settle()
        rows = [*self.lost(), *self.mails()]
        self.print_table(seconds, settled, rows)
        return 1 if self.faults else 0

    def work(self, what: Any, *arguments: Any) -> None:
        """Let somebody work; what nobody expected is a fault."""
        try:
            what(*arguments)
        except Exception as error:  # noqa: BLE001 - told at the end
            self.faults.append(f"{what.__name__}: {error!r}")
        finally:
            connections.close_all()

    def disturb(self) -> None:
        """Kill each process once, and empty and kill what they share; each is back after a moment."""
        processes = self.services.processes
        for name in ("site A", "worker A", "Redis emptied", "site B", "worker B", "Redis", "store"):
            time.sleep(self.between)
            # Just before, so that a worker is killed while it sends.
            for number in range(MAILS):
                text = {"subject": "Word", "body": "Words.", "key": f"{name} {number}"}
                send(channel="mail", recipient="reader@localhost.localdomain", **text)
            print(f"{name}", file=sys.stderr, flush=True)
            if name == "Redis emptied":
                redis.Redis.from_url(self.services.redis.url).flushall()
                continue
            shared = {"Redis": self.services.redis, "store": self.services.store}
            killed = shared.get(name) or processes[name]
            killed.kill()
            time.sleep(AWAY_SECONDS)
            killed.begin()
        time.sleep(self.between)

    def reports(self) -> list[tuple[str, str]]:
        """Return reports of slips at places of their own: JSON, and the suggestion."""
        found = []
        for page in Publication.objects.filter(live=True).order_by("pk")[:4]:
            leaf = max(read_page(page.specific), key=lambda leaf: len(leaf.text))
            for number in range(REPORTS // 4):
                anchor = make_anchor(leaf, number * 10, number * 10 + 6)
                words = {"selected": anchor.selected, "before": anchor.before, "after": anchor.after}
                place = {"path": anchor.path, "offset": anchor.offset, "revision": page.live_revision_id}
                suggestion = f"mended {page.pk} {number}"
                found.append((json.dumps({"page": page.pk, **words, **place, "suggestion": suggestion}), suggestion))
        return found

    def live_version(self, key: int) -> int:
        """Return which version of an article is live now, as the database says."""
        page = AnalysisPage.objects.get(pk=key)
        found = people.SHOWN.search(page.lead)
        return int(found[1]) if page.live and found else people.GONE

    def settle(self) -> float:
        """Wait until the workers have nothing left to send or index; return the seconds."""
        began = time.monotonic()
        while OutgoingMessage.objects.unsent().exists() or IndexChange.objects.exists():
            if time.monotonic() - began > SETTLED_WITHIN_SECONDS:
                waiting = OutgoingMessage.objects.unsent().count(), IndexChange.objects.count()
                self.faults.append(f"{waiting[0]} messages and {waiting[1]} changes of search still wait")
                break
            time.sleep(0.5)
        return time.monotonic() - began

    def lost(self) -> list[tuple[str, int, int, int]]:
        """Return rows of what was answered as done: how many, how many are missing, how many are there twice."""
        record = self.record
        keys = {pk for pk, _words in record.saved}
        revisions = Revision.page_revisions.filter(object_id__in=map(str, keys)).order_by("pk")
        leads: Counter[tuple[int, str]] = Counter()
        for revision in revisions:
            leads[int(revision.object_id), str(revision.content["lead"])] += 1
        documents = Counter(Document.objects.values_list("title", flat=True))
        pictures = Counter(Picture.objects.values_list("title", flat=True))
        reports = Counter(TypoReport.objects.values_list("suggestion", flat=True))
        drafts = [each for each in record.saved if each[1].startswith("Kept")]
        submitted = [each for each in record.saved if each[1].startswith("Lead")]
        rows = [
            self.row("drafts saved", drafts, leads, once=True),
            # Approving saves the form that it came with.
            self.row("versions submitted", submitted, leads, once=False),
            self.row("documents uploaded", list(record.documents), documents, once=True),
            self.row("pictures uploaded", record.pictures, pictures, once=True),
            self.row("reports of slips", record.reports, reports, once=True),
        ]
        broken = self.broken_documents() + self.broken_pictures()
        self.faults += broken
        published = [(word, version) for word, all_ in record.live.items() for _moment, version in all_]
        kept = [each for each in published if each[1] != people.GONE]
        shown = Counter(each for each in kept if leads[self.key_of(each[0]), f"Lead {each[0]} v{each[1]}v"])
        rows.append(self.row("versions published", kept, shown, once=True))
        return rows

    def key_of(self, word: str) -> int:
        """Return the key of an article."""
        return next(pk for pk, words in self.record.saved if f" {word} " in words)

    def row(self, name: str, told: list[Any], there: Counter[Any], *, once: bool) -> tuple[str, int, int, int]:
        """Return a row of the table, and note its faults."""
        missing = [each for each in told if not there[each]]
        twice = [each for each in told if there[each] > 1] if once else []
        self.faults += [f"{name}: missing {each}" for each in missing] + [f"{name}: twice {each}" for each in twice]
        return name, len(told), len(missing), len(twice)

    def broken_documents(self) -> list[str]:
        """Ask for each document through nginx, and return what isn't as it was uploaded, or as it is promised."""
        visitor, found = people.Visitor(self.services.address), []
        for document in Document.objects.filter(title__in=self.record.documents):
            content = self.record.documents[document.title]
            answer = visitor.get(document.url)
            part = visitor.get(document.url, headers={"Range": "bytes=5-9"})
            headers = {name: answer.headers.get(name, "") for name in EXPECTED}
            if answer.content != content or (part.status_code, part.content) != (206, content[5:10]):
                found.append(f"{document.url}: {answer.status_code}, {part.status_code}, {len(answer.content)} bytes")
            if headers != EXPECTED:
                found.append(f"{document.url}: {headers}")
            if visitor.http.head(visitor.url(document.url)).status_code != 200:
                found.append(f"{document.url}: HEAD")
            if visitor.get(f"/media/{document.file.name}").status_code != 404:
                found.append(f"{document.url}: lies in public")
        return found

    def broken_pictures(self) -> list[str]:
        """Ask for each picture and one of its sizes through nginx, and return those that don't come."""
        visitor, found = people.Visitor(self.services.address), []
        for picture in Picture.objects.filter(title__in=self.record.pictures):
            for file in (picture.file, picture.get_rendition("fill-100x100|format-webp").file):
                answer = visitor.get(file.url)
                kept = answer.headers.get("Cache-Control"), answer.headers.get("X-Content-Type-Options")
                if answer.status_code != 200 or len(answer.content) != file.size or kept != (FOR_EVER, "nosniff"):
                    found.append(f"{file.url}: {answer.status_code} {kept}")
        return found

    def mails(self) -> list[tuple[str, int, int, int]]:
        """Return the row of mails: one may come twice where its worker was killed between sending and noting it."""
        arrived = Counter(
            str(letter["Message-ID"]).split(".", 1)[1].split("@")[0] for letter in self.services.letters.all
        )
        told = [message.identity.hex for message in OutgoingMessage.objects.filter(recipient__endswith=".localdomain")]
        missing = sum(not arrived[each] for each in told)
        twice = sum(arrived[each] - 1 for each in told if arrived[each])
        kills = sum(each.kills for name, each in self.services.processes.items() if name.startswith("worker"))
        if missing or twice > kills:
            self.faults.append(f"mails: {missing} missing, {twice} twice")
        return [("mails sent", len(told), missing, twice)]

    def print_table(self, seconds: float, settled: float, rows: list[tuple[str, int, int, int]]) -> None:
        """Print what was done, lost and seen."""
        record = self.record
        print(f"{'answered as done':<24}{'number':>8}{'lost':>8}{'twice':>8}")
        for name, number, missing, twice in rows:
            print(f"{name:<24}{number:>8}{missing:>8}{twice:>8}")
        print(f"\nreaders: {record.reads} pages in {seconds:.0f} s, {len(record.stale)} stale")
        print(f"settled in {settled:.0f} s")
        self.faults += [f"stale: {each}" for each in record.stale]
        # What nobody did can't get lost.
        self.faults += [f"too few: {name}" for name, number, _missing, _twice in rows if number < LEAST]
        self.faults += ["too few pages read"] if record.reads < 10 * LEAST else []
        for fault in self.faults[:30]:
            print(f"FAULT {fault}")
        print("nothing lost, nothing stale" if not self.faults else f"faults: {len(self.faults)}")

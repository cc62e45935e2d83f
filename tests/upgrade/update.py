"""Runs in a process of its own on an old database: update it by these commands, then print what is found in it."""

from __future__ import annotations

import html
import json
import os
import re
import sys
from collections.abc import Iterator

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"
django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from wagtail.models import Page, Revision  # noqa: E402

from chorsu_editorial.models import FourEyesTaskState  # noqa: E402
from chorsu_feedback.models import TypoReport  # noqa: E402
from chorsu_search.queries import Query  # noqa: E402
from chorsu_search.results import find  # noqa: E402
from chorsu_search.writing import sweep  # noqa: E402
from chorsu_translation.models import MemoryPair  # noqa: E402
from chorsu_translation.selectors import page_state  # noqa: E402
from chorsu_translation.services import remember_marked  # noqa: E402
from demo.models import DemoObject  # noqa: E402

# The texts of live pages as the old version left them: the columns are there in every version.
LIVE = "SELECT p.id, r.content FROM wagtailcore_page p JOIN wagtailcore_revision r ON r.id = p.live_revision_id"


def letters(text: str) -> str:
    """Return the letters and digits alone: how pages are set in type differs between versions."""
    return "".join(re.findall(r"\w", html.unescape(re.sub(r"<[^>]*>", " ", text))))


def paragraphs(value: object) -> Iterator[str]:
    """Yield the letters of each paragraph of a stored body."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from paragraphs(each)
    elif isinstance(value, str) and value.startswith("["):
        yield from paragraphs(json.loads(value))
    elif isinstance(value, str):
        yield from map(letters, re.findall(r"<p[ >].*?</p>", value))


with connection.cursor() as cursor:
    cursor.execute(f"{LIVE} WHERE p.live")
    stored = {key: json.loads(content) for key, content in cursor.fetchall()}
old = {
    key: [letters(texts["title"]), letters(texts.get("lead", "")), *paragraphs(texts.get("body", ""))]
    for key, texts in stored.items()
}
for name in sys.argv[1:]:
    call_command(name, skip_checks=False, verbosity=0)
call_command("createcachetable")  # of the tests' settings
sweep()  # what the worker does first
while remember_marked():
    pass
remembered = MemoryPair.objects.count()
call_command("refresh_translations", stdout=sys.stderr)
call_command("check", fail_level="WARNING", databases=["default"])

for front in Page.objects.filter(depth=2, pk__in=old):
    del old[front.pk][0]  # its title: a front page is called as the outlet
reader = Client(headers={"host": "localhost:8000"})
pages = {page.pk: reader.get(page.url) for page in Page.objects.live().filter(depth__gt=1)}
for revision in Revision.objects.all():
    revision.as_object().full_clean(exclude=["slug"])
article = Page.objects.live().filter(locale__language_code="tg", content_type__model="analysispage").first()
found = {
    "pages": {page: answer.status_code for page, answer in pages.items()},
    "paragraphs": sum(map(len, old.values())),
    "lost": [text for page, texts in old.items() for text in texts if text not in letters(pages[page].text)],
    "found": find(Query(article.title, ("tg",)), request=None).total,
    "states": sorted(map(page_state, Page.objects.filter(depth__gt=3, alias_of=None))),
    "waiting": FourEyesTaskState.objects.filter(status="in_progress").count(),
    "reports": list(TypoReport.objects.values_list("selected", flat=True)),
    "remembered": [remembered, MemoryPair.objects.count()],
    "demo": sum(row.item is not None for row in DemoObject.objects.all()),
}
sys.stdout.write(json.dumps(found))

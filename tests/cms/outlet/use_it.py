"""Runs in a process of its own in the newsroom of this package: migrate, set up, publish, print what is read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from outlet.models import PodcastPage  # noqa: E402

from chorsu_archive.export.archive import write_archive  # noqa: E402
from chorsu_archive.items import Options  # noqa: E402
from chorsu_archive.runs import advance, begin  # noqa: E402
from chorsu_articles.models import Country, Organisation, SectionPage, Topic  # noqa: E402
from chorsu_search.queries import Query  # noqa: E402
from chorsu_search.results import find  # noqa: E402

call_command("makemigrations", "outlet", verbosity=0)
call_command("migrate", verbosity=1)
call_command("setup_newsroom", verbosity=0)
call_command("check", fail_level="WARNING", databases=["default"])
call_command("makemigrations", check=True, dry_run=True, verbosity=0)

section = SectionPage.objects.get(kind="podcasts", locale__language_code="ru")
country = Country.objects.get(code="UZ")
partner = Organisation.objects.create(name_ru="Водный институт", name_sgh="Х̌ац")
topic = Topic.objects.create(name_sgh="Х̌ац тема")
reader = Client(headers={"host": "localhost:8000"})
lists = [section.url, "/ru/countries/uz/", f"/ru/organisations/{partner.slug}/", f"/ru/topics/{topic.slug}/", "/ru/"]
costs = []
for number in range(2):
    page = PodcastPage(title=f"Выпуск {number}", minutes=40, recorded_in=country, live=False, locale=section.locale)
    section.add_child(instance=page)
    page.topics, page.partners = [topic], [partner]
    page.save_revision().publish()
    for url in lists:
        reader.get(url)
    with CaptureQueriesContext(connection) as queries:
        answers = {url: reader.get(url) for url in lists}
    costs.append(len(queries))
found = {
    "sections": list(SectionPage.objects.filter(kind="podcasts").values_list("title", flat=True)),
    "lists": {url: answer.content.decode() for url, answer in answers.items()},
    "page": reader.get(page.url).content.decode(),
    "filtered": {
        code: reader.get(section.url, {"country": code}).content.decode().count("<article") for code in ("uz", "kz")
    },
    "found": find(Query("Водный институт", ("ru",)), request=None).total,
    "costs": costs,
    "in Shughni": reader.get(f"/sgh/topics/{topic.slug}/").content.decode(),
}
with TemporaryDirectory() as folder:
    for name in ("exported", "exported again"):
        write_archive(Path(folder, name))
        rows = map(json.loads, map(Path.read_text, sorted(Path(folder, name).glob("articles/ru/*.json"))))
        found[name] = [row["chorsu"]["content"] for row in rows]
        for page in PodcastPage.objects.all():
            page.delete()
        run = begin(Path(folder, name), options=Options())
        while advance(run, seconds=60):
            pass
sys.stderr.write(json.dumps(found))

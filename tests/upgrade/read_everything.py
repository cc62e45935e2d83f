"""Runs in a process of its own on an old database: migrate it, then read all that is in it and print what was found."""

from __future__ import annotations

import json
import os
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "cms.settings.test"
django.setup()

from django.core.management import call_command  # noqa: E402 - Django has to be set up first
from django.test import Client  # noqa: E402
from wagtail.models import Page, Revision  # noqa: E402

from chorsu_editorial.models import FourEyesTaskState  # noqa: E402
from chorsu_feedback.models import TypoReport  # noqa: E402
from chorsu_search.queries import Query  # noqa: E402
from chorsu_search.selectors import find  # noqa: E402
from chorsu_translation.selectors import with_state  # noqa: E402
from demo.models import DemoObject  # noqa: E402

call_command("migrate", verbosity=0, interactive=False)
call_command("check", fail_level="WARNING", databases=["default"])

reader = Client(headers={"host": "localhost:8000"})
for revision in Revision.objects.all():
    revision.as_object().full_clean(exclude=["slug"])
article = Page.objects.live().get(locale__language_code="tg", content_type__model="analysispage")
found = {
    "pages": {page.url: reader.get(page.url).status_code for page in Page.objects.live().filter(depth__gt=1)},
    "found": find(Query(article.title, ("tg",)), request=None).total,
    "states": sorted(with_state(Page.objects.filter(depth__gt=3)).values_list("translation_state", flat=True)),
    "waiting": FourEyesTaskState.objects.filter(status="in_progress").count(),
    "reports": list(TypoReport.objects.values_list("selected", flat=True)),
    "demo": sum(row.item is not None for row in DemoObject.objects.all()),
}
sys.stdout.write(json.dumps(found))

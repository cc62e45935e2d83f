"""How many queries the screens may take on which editors are all day."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chorsu_articles.models import PublicationAuthor, PublicationTranslator
from tests.cms.content import make_full_article
from tests.factories import make_article, make_home, make_person, make_section, make_user, signed_in

pytestmark = [pytest.mark.thorough, pytest.mark.usefixtures("newsroom_of_module", "media_of_module", "db")]

# All, and of these what was asked before, word for word.
BUDGET = {"editor": (80, 7), "section": (46, 0), "home": (32, 1)}


@pytest.mark.parametrize("screen", BUDGET)
def test_a_screen_of_an_editor_stays_within_its_queries(screen, settings):
    # Wagtail asks it for the addresses of sites once a line.
    settings.CACHES |= {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"}}
    section, person = make_section(make_home()), make_person(slug="one")
    translated = make_section(make_home("tg"))
    for number in range(6):
        page = make_full_article(section, title=f"Story {number}")
        page.author_links = [PublicationAuthor(person=person)]
        page.translator_links = [PublicationTranslator(person=person)]
        page.save_revision().publish()
        make_article(translated, title=f"Story {number}", translation_key=page.translation_key)
    addresses = {
        "editor": reverse("wagtailadmin_pages:edit", args=[page.pk]),
        "section": reverse("wagtailadmin_explore", args=[section.pk]),
        "home": reverse("wagtailadmin_home"),
    }
    browser = signed_in(make_user("Editors (ru)"))
    # What a process learns once.
    browser.get(addresses[screen])
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(addresses[screen]).status_code == 200
    times = Counter(query["sql"] for query in asked.captured_queries)
    repeated = times.total() - len(times)
    assert (len(asked) <= BUDGET[screen][0], repeated <= BUDGET[screen][1]) == (True, True), (len(asked), repeated)

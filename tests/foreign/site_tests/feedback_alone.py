"""Typo reports in a site that has nothing else of ours: runs inside the foreign site, on Django 5.2, in German."""

import json
import sys

import django
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from home.models import HomePage
from wagtail.models import Site

from feedback.models import TypoReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    home = HomePage.objects.get()
    home.title = "Ein Feler im Titel der Startseite"
    home.save_revision().publish()
    Site.objects.update(hostname="testserver")
    return HomePage.objects.get()


def send(client, report_on, **changes):
    data = {
        "page": report_on.pk,
        "selected": "Feler",
        "before": "Ein ",
        "after": " im Titel der Startseite",
        "suggestion": "Fehler",
    }
    return client.post(
        reverse("feedback:report"),
        json.dumps({**data, **changes}),
        content_type="application/json",
        headers={"sec-fetch-site": "same-origin"},
    )


def test_this_is_the_oldest_django_that_the_plugins_run_on():
    assert django.VERSION[:2] == (5, 2)
    assert not {"elasticsearch", "snowballstemmer", "modeltranslation", "articles"} & set(sys.modules)


def test_the_site_has_no_faults():
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check=True, dry_run=True)


def test_the_page_carries_the_script_and_the_form(client, page):
    html = client.get(page.url).content.decode()
    assert "feedback/report.js" in html
    assert reverse("feedback:report_words", args=[page.pk]) in html


def test_a_report_is_found_by_its_contexts_and_stored(client, page):
    assert send(client, page).status_code == 201
    report = TypoReport.objects.get()
    assert (report.selected, report.suggestion, report.step) == ("Feler", "Fehler", "B")
    assert report.locale.language_code == "de"


def test_a_form_without_script(client, page):
    address = reverse("feedback:report_words", args=[page.pk])
    assert client.get(address).status_code == 200
    words = {"words": "Feler", "suggestion": "Fehler"}
    response = client.post(address, words, headers={"sec-fetch-site": "same-origin"})
    assert response.status_code == 303
    assert TypoReport.objects.get().path == "title"


@pytest.mark.parametrize(
    "changes", [{"page": 999}, {"page": "x"}, {"selected": ""}, {"selected": "\0" * 9}, {"selected": []}]
)
def test_bad_input_is_refused_with_words(client, page, changes):
    response = send(client, page, **changes)
    assert 400 <= response.status_code < 500
    assert response.json()["message"]


def test_the_report_is_seen_in_the_admin(client, page):
    send(client, page)
    client.force_login(get_user_model().objects.create_superuser("chefin", "chefin@example.org", "x"))
    assert "Feler" in client.get(reverse("chorsu_feedback:index")).content.decode()

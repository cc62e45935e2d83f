"""Typo reports in the site of somebody else, in German."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from home.models import HomePage
from wagtail.models import Site

from chorsu_feedback.applying import apply_correction, seen_token
from chorsu_feedback.models import MailChoice, TypoReport
from chorsu_feedback.reports import close_report

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
        reverse("chorsu_feedback:report"),
        json.dumps({**data, **changes}),
        content_type="application/json",
        headers={"sec-fetch-site": "same-origin"},
    )


def test_the_page_carries_the_script_and_the_form(client, page):
    html = client.get(page.url).content.decode()
    assert "chorsu_feedback/report.js" in html
    assert reverse("chorsu_feedback:report_words", args=[page.pk]) in html


def test_a_report_is_found_by_its_contexts_and_stored(client, page):
    assert send(client, page).status_code == 201
    report = TypoReport.objects.get()
    assert (report.selected, report.suggestion, report.step) == ("Feler", "Fehler", "B")
    assert report.locale.language_code == "de"


def test_a_form_without_script(client, page):
    address = reverse("chorsu_feedback:report_words", args=[page.pk])
    assert client.get(address).status_code == 200
    words = {"words": "Feler", "suggestion": "Fehler"}
    response = client.post(address, words, headers={"sec-fetch-site": "same-origin"})
    assert response.status_code == 303
    assert TypoReport.objects.get().path == "title"


def test_what_the_readme_registers(client, page, caplog, django_capture_on_commit_callbacks):
    cache.set(f"open-typos-{page.pk}", 7)
    with django_capture_on_commit_callbacks(execute=True):
        send(client, page)
        send(client, page)
        assert "Feler" not in caplog.text
    assert caplog.messages.count(f"{page.title}: Feler → Fehler") == 1
    assert f"open-typos-{page.pk}" not in cache
    boss = get_user_model().objects.create_superuser("chefin", "chefin@example.org", "x")
    report = TypoReport.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        token = seen_token(report, "Fehler")
        where = apply_correction(report=report, user=boss, words="Fehler", token=token)
    assert f"chefin put “Fehler” for “Feler” ({where})" in caplog.messages
    report.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        close_report(report=report, user=boss, status="not_a_mistake")
    assert "Feler: not_a_mistake by chefin" in caplog.messages


def test_the_report_is_seen_in_the_admin(admin, page):
    send(admin, page)
    assert "Feler" in admin.get(reverse("chorsu_feedback_admin:index")).content.decode()
    assert "feedback_reports-section" in admin.get("/admin/").content.decode()


def test_an_editor_hears_of_a_report_by_mail(client, page):
    get_user_model().objects.create_superuser("chefin", "chefin@example.org", "x")
    send(client, page)
    TypoReport.objects.update(created_at=timezone.now() - timedelta(days=1))
    MailChoice.objects.create(user=get_user_model().objects.get(), told_until=timezone.now() - timedelta(days=2))
    for command in ("feedback_sweep", "deliver_messages"):
        call_command(command, verbosity=0)
    (letter,) = mail.outbox
    assert letter.to == ["chefin@example.org"]
    assert "Feler → Fehler" in letter.body
    assert "+ Ein Fehler im Titel der Startseite" in letter.body

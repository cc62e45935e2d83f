"""The translators' desk in a site that has nothing else of ours: runs inside the foreign site, on Django 5.2."""

import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from home.models import HomePage
from wagtail.models import Locale, Page

from translation.selectors import page_state

pytestmark = pytest.mark.django_db
DESK = "chorsu_translation:desk"


@pytest.fixture
def home():
    home = HomePage.objects.get()
    home.title = "Startseite"
    home.save_revision().publish()
    Locale.objects.get_or_create(language_code="en")
    return HomePage.objects.get(pk=home.pk)


@pytest.fixture
def admin(client):
    client.force_login(get_user_model().objects.create_superuser("chefin", "chefin@example.org", "x"))
    return client


def test_nothing_else_of_ours_is_loaded():
    assert not {"articles", "delivery", "modeltranslation", "search.models"} & set(sys.modules)


def test_the_site_has_no_faults():
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check=True, dry_run=True)


def test_from_the_desk_to_a_page_below_a_translated_one(admin, home):
    below = home.add_child(instance=HomePage(title="Über uns", locale=home.locale))
    start = reverse("chorsu_translation:start", args=[below.pk, "en"])
    assert start in admin.get(reverse(DESK)).content.decode()
    refused = admin.post(start, follow=True).content.decode()
    assert "Startseite" in refused, "the page above is named, which has to be translated first"
    for page in (home, below):
        opened = admin.post(reverse("chorsu_translation:start", args=[page.pk, "en"]), follow=True)
        assert opened.status_code == 200
        assert "page-edit-form" in opened.content.decode()
    assert [page.title for page in Page.objects.filter(locale__language_code="en", depth__gt=1)] == [
        "Startseite",
        "Über uns",
    ]


def test_a_translation_is_outdated_until_somebody_says_it_is_still_right(admin, home):
    admin.post(reverse("chorsu_translation:start", args=[home.pk, "en"]))
    target = HomePage.objects.get(locale__language_code="en")
    assert page_state(target) == "draft"
    target.title = "Front page"
    target.save_revision().publish()
    assert page_state(target) == "live"
    home.title = "Neue Startseite"
    home.save_revision().publish()
    assert page_state(target) == "outdated"
    up_to_date = reverse("chorsu_translation:up_to_date", args=[target.pk])
    assert up_to_date in admin.get(reverse(DESK)).content.decode()
    admin.post(up_to_date)
    assert page_state(target) == "live"

"""The translators' desk in the site of somebody else."""

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from home import state_of_translations
from home.models import HomePage
from lxml import etree
from wagtail.models import Locale, Page

from chorsu_translation.findings import find
from chorsu_translation.models import Withdrawal
from chorsu_translation.selectors import page_state

pytestmark = pytest.mark.django_db
DESK = "chorsu_translation:desk"


@pytest.fixture
def home():
    home = HomePage.objects.get()
    home.title = "Startseite"
    home.save_revision().publish()
    Locale.objects.get_or_create(language_code="en")
    return HomePage.objects.get(pk=home.pk)


def press_at_desk(client, action):
    """Follow the desk's link to what changed, and press the button below it."""
    link = BeautifulSoup(client.get(reverse(DESK)).content, "html.parser").find("a", href=action)
    fields = BeautifulSoup(client.get(link["href"]).content, "html.parser").select("main form input")
    client.post(action, {field["name"]: field.get("value", "") for field in fields})


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
    translated = Page.objects.filter(locale__language_code="en", depth__gt=1)
    assert [page.title for page in translated] == ["Startseite", "Über uns"]


def test_a_translation_is_outdated_until_somebody_says_it_is_still_right(admin, home):
    admin.post(reverse("chorsu_translation:start", args=[home.pk, "en"]))
    target = HomePage.objects.get(locale__language_code="en")
    assert page_state(target) == "draft"
    target.title = "Front page"
    target.save_revision().publish()
    assert page_state(target) == "live"
    assert not state_of_translations.outdated_pages()
    home.title = "Neue Startseite"
    home.save_revision().publish()
    assert page_state(target) == "outdated"
    assert list(state_of_translations.outdated_pages()) == [target.page_ptr]
    assert state_of_translations.what_changed(target) == ["title"]
    board = admin.get(reverse("chorsu_translation:board"), {"state": "outdated"}).content.decode()
    assert "Front page" in board
    up_to_date = reverse("chorsu_translation:up_to_date", args=[target.pk])
    assert up_to_date in admin.get(reverse(DESK)).content.decode()
    press_at_desk(admin, up_to_date)
    assert page_state(target) == "live"


def test_the_editor_shows_the_source_of_a_page_type_not_ours(admin, home):
    admin.post(reverse("chorsu_translation:start", args=[home.pk, "en"]))
    target = HomePage.objects.get(locale__language_code="en")
    editor = admin.get(reverse("wagtailadmin_pages:edit", args=[target.pk])).content.decode()
    assert "chorsu_translation/editor" in editor
    units = reverse("chorsu_translation:units", args=[target.pk])
    answer = admin.get(units).json()
    assert answer["source"]["lang"] == "de"
    (unit,) = answer["units"]
    assert (unit["path"], unit["html"]) == ("title", "Startseite")
    home.title = "Neue Startseite"
    home.save_revision().publish()
    unit = admin.get(units).json()["units"][0]
    assert unit["html"] == "<ins>Neue </ins>Startseite"
    mark = {"path": "title", "index": "0", "key": unit["key"]}
    assert admin.post(reverse("chorsu_translation:mark_unit", args=[target.pk]), mark).json()["ready"]


def test_a_check_of_the_sites_own_runs_beside_the_plugins(home):
    home.title = "Die Donau kommt in diesem Jahr früher"
    target = HomePage(title=home.title, locale=Locale.objects.get(language_code="en"))
    assert [finding.check for finding in find(home, target)] == ["untranslated"]
    target.title = "The Rhine comes earlier this year"
    assert [finding.check for finding in find(home, target)] == ["names"]
    target.title = "The Danube is early!"
    assert [finding.message for finding in find(home, target)] == ["The source has fewer exclamation marks."]


def test_what_was_taken_down_is_gone_and_what_is_retracted_says_why(client, home, caplog):
    page = home.add_child(instance=HomePage(title="Geheim", locale=home.locale))
    page.save_revision().publish()
    HomePage.objects.get(pk=page.pk).unpublish()
    answer = client.get(page.url)
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (410, "noindex")
    assert "This text is not available now" in answer.content.decode()
    assert "Geheim" not in answer.content.decode()
    assert page.full_url in caplog.text, "the receiver of the README"
    notices = {"de": {"headline": "Geheim", "sentence": "Die Zahlen waren erfunden."}}
    Withdrawal.objects.create(translation_key=page.translation_key, title="Geheim", reason="x", notices=notices)
    answer = BeautifulSoup(client.get(page.url).content, "html.parser")
    assert (answer.h1.text, answer.p.text) == ("Geheim", "Die Zahlen waren erfunden.")


def test_a_file_for_translators_goes_out_and_what_comes_back_is_a_draft(admin, home):
    """By the steps of the README, with what a translator's program does in between."""
    admin.post(reverse("chorsu_translation:start", args=[home.pk, "en"]))
    target = HomePage.objects.get(locale__language_code="en")
    edit = reverse("wagtailadmin_pages:edit", args=[target.pk])
    menu = BeautifulSoup(admin.get(edit).content, "html.parser")
    screen = next(link["href"] for link in menu.select("a") if "Files for translators" in link.text)
    form = BeautifulSoup(admin.get(screen).content, "html.parser").select_one("form:has([name=version])")
    fields = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    out = admin.post(screen, fields | {"version": "2.1"})
    assert out["Content-Disposition"].startswith("attachment")
    root = etree.fromstring(out.content)
    source = next(root.iter("{*}source"))
    assert source.text == "Startseite"
    target_element = etree.Element(source.tag.replace("source", "target"))
    target_element.text = "Front page"
    source.addnext(target_element)
    upload = SimpleUploadedFile("page.xlf", etree.tostring(root))
    said = admin.post(screen, {"file": upload}).content.decode()
    assert "1 text was brought into the draft." in said
    assert "Front page" in admin.get(edit).content.decode()

"""Articles and search in one site: an interview is found by a field that only its own class has."""

import pytest
from django.urls import reverse
from home.models import HomePage, InterviewPage
from wagtail.models import Locale, Page, Site

from chorsu_articles.models import SectionPage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def section():
    """Return a section of interviews; a test that commits leaves no page behind."""
    german = Locale.objects.get_or_create(language_code="de")[0]
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=german)
    home = HomePage.objects.first() or root.add_child(instance=HomePage(title="Start", slug="start", locale=german))
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)
    return home.add_child(instance=SectionPage(title="Gespräche", kind="interviews", locale=german))


def test_an_interview_is_found_by_its_guest(client, section):
    page = InterviewPage(title="Am Fluss", lead="Worte.", guest="Gertrud Weiß", locale=section.locale, live=False)
    section.add_child(instance=page)
    page.save_revision().publish()
    other = section.add_child(instance=InterviewPage(title="Im Tal", guest="Jemand", locale=section.locale))
    html = client.get(reverse("chorsu_search:search"), {"q": "gertrud weiss"}).content.decode()
    assert page.url in html
    assert other.url not in html

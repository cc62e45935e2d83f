"""Articles in somebody else's site in German, with the README's interview as a kind of the site's own."""

import json
import re

import pytest
from django.conf import settings
from django.urls import reverse
from home.models import HomePage, InterviewPage
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from chorsu_articles.models import AnalysisPage, Country, EventReportPage, Organisation, Person, SectionPage, Topic
from chorsu_articles.models.pictures import PictureKind
from chorsu_articles.services.countries import fill_countries

pytestmark = pytest.mark.django_db
KINDS = {"analysis": AnalysisPage, "events": EventReportPage, "interviews": InterviewPage}


@pytest.fixture
def home():
    Site.objects.update(hostname="testserver")
    return HomePage.objects.get()


def no_rows(*names):
    return {name: inline_formset([]) for name in names}


def add_section(admin, home, kind):
    """Add a section by the admin's form, and return it."""
    url = reverse("wagtailadmin_pages:add", args=["chorsu_articles", "sectionpage", home.pk])
    data = {"title": f"Rubrik {kind}", "slug": "", "kind": kind, "introduction": "", "arrangement": streamfield([])}
    admin.post(url, nested_form_data(data | {"action-publish": "1"}))
    return SectionPage.objects.get(kind=kind)


def form_of_a_page(topics=(), **fields):
    """Return what the editor's form of a publication posts."""
    data = nested_form_data(
        {
            "title": "Die Donau führt wenig Wasser",
            "slug": "",
            "lead": "Was das heißt.",
            "body": streamfield([("paragraph", rich_text("<p>Der Pegel fällt.</p>"))]),
            "main_picture_caption": "",
            "main_picture_alt": "",
            "key_points": streamfield([]),
            "references": streamfield([]),
            "participants": streamfield([]),
            "documents": streamfield([]),
            **no_rows("author_links", "translator_links", "corrections", "comments"),
            **fields,
        }
    )
    return {**data, "topics": [topic.pk for topic in topics]}


def add_page(admin, section, **fields):
    """Add and publish a page of the section's kind by the admin's form, and return it."""
    model = KINDS[section.kind]
    url = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, section.pk])
    assert admin.get(url).status_code == 200
    admin.post(url, form_of_a_page(**fields, **{"action-publish": "1"}))
    page = model.objects.child_of(section).get()
    assert page.live
    return page


def structured_data(html):
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])


def test_a_section_takes_only_the_kind_that_it_lists(admin, home):
    form = admin.get(reverse("wagtailadmin_pages:add", args=["chorsu_articles", "sectionpage", home.pk]))
    choices = re.findall(r'<option value="(\w+)"', form.content.decode())
    assert [choice for choice in choices if choice not in PictureKind.values] == list(KINDS)
    for kind, model in KINDS.items():
        section = add_section(admin, home, kind)
        assert [other for other in KINDS.values() if other.can_create_at(section)] == [model]
        assert not HomePage.can_create_at(section)
    assert not SectionPage.can_create_at(Page.get_first_root_node())


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("analysis", "AnalysisNewsArticle"), ("events", "ReportageNewsArticle"), ("interviews", "OpinionNewsArticle")],
)
def test_a_page_of_each_kind_is_written_published_read_and_listed(admin, client, home, kind, type_):
    section = add_section(admin, home, kind)
    page = add_page(admin, section)
    assert "Die Donau" in admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    client.logout()
    html = client.get(page.url).content.decode()
    assert "Der Pegel fällt." in html
    assert "<h1" in html
    data = structured_data(html)
    assert (data["@type"], data["inLanguage"], data["headline"]) == (type_, "de", page.title)
    assert page.url in client.get(section.url).content.decode()


def test_the_home_page_of_the_admin_leads_to_a_new_page(admin, home):
    section = add_section(admin, home, "analysis")
    add_page(admin, section)
    desk = admin.get("/admin/").content.decode()
    assert reverse("wagtailadmin_pages:add", args=["chorsu_articles", "analysispage", section.pk]) in desk
    assert ("articles_live-section" in desk, "articles_drafts-section" in desk) == (True, False)


def test_an_interview_has_what_its_class_declares(admin, client, home):
    section = add_section(admin, home, "interviews")
    topic = Topic.objects.create(name_de="Wasser")
    page = add_page(admin, section, guest="Gertrud Weiß", topics=[topic])
    html = client.get(page.url).content.decode()
    assert '<p class="guest" data-content-path="guest">Gertrud Weiß</p>' in html
    assert {"@type": "Person", "name": "Gertrud Weiß"} in structured_data(html)["about"]
    assert ">Interview</p>" in client.get(topic.get_absolute_url()).content.decode()


def test_the_editor_says_that_the_guest_is_missing(admin, home):
    section = add_section(admin, home, "interviews")
    url = reverse("chorsu_articles_admin:check_new", args=[section.pk])
    answer = admin.post(url, form_of_a_page()).json()
    assert ("guest", "Der Gast fehlt.") in [(item["what"], item["message"]) for item in answer["missing"]]
    answer = admin.post(url, form_of_a_page(guest="Gertrud Weiß")).json()
    assert "guest" not in [item["what"] for item in answer["missing"]]


def test_names_are_entered_in_german(admin, client):
    for model in (Topic, Country, Person, Organisation):
        url = reverse(f"wagtailsnippets_chorsu_articles_{model._meta.model_name}:add")
        html = admin.get(url).content.decode()
        names = [name for name in re.findall(r'name="(name\w*)"', html) if name != "name_withheld"]
        assert set(names) == {f"name_{code}" for code, _name in settings.LANGUAGES}
    posted = {f"{field}_{code}": "" for code, _name in settings.LANGUAGES for field in ("name", "description")}
    admin.post(reverse("wagtailsnippets_chorsu_articles_topic:add"), {**posted, "name_de": "Flüsse"})
    topic = Topic.objects.get()
    assert (str(topic), topic.slug) == ("Flüsse", "flusse")
    assert "Flüsse" in client.get(topic.get_absolute_url()).content.decode()


def test_countries_get_their_german_names():
    assert fill_countries(["DE", "AT"]) == 2
    assert [country.localized_name() for country in Country.objects.ordered_by_name()] == ["Deutschland", "Österreich"]


def test_there_is_a_right_to_german_names(admin):
    html = admin.get(reverse("wagtailusers_groups:add")).content.decode()
    assert "Can edit vocabulary texts in German" in html
    assert "Kazakh" not in html

"""A page of every kind in five languages, and an outlet that says all it can."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from wagtail.models import PageViewRestriction

from chorsu_articles.models import Country, HomePage, InfoPage, PublicationAuthor, SectionPage, Topic
from chorsu_search.writing import sync
from cms.outlet import FooterEntry, MenuEntry, Outlet
from tests.cms.content import block, make_full_article, make_full_event
from tests.factories import days_ago, make_article, make_event, make_person

CODES = ("ru", "tg", "en", "fa", "uz")
KINDS = {
    "home": "/{code}/",
    "section": "/{code}/analysis/",
    "second page": "/{code}/analysis/?page=2",
    "filtered": "/{code}/analysis/?country=tj",
    "events": "/{code}/events/",
    "article": "/{code}/analysis/full/",
    "event": "/{code}/events/full/",
    "topic": "/{code}/topics/water/",
    "country": "/{code}/countries/tj/",
    "organisation": "/{code}/organisations/institute/",
    "person": "/{code}/people/author/",
    "information": "/{code}/about/",
    "search": "/{code}/search/",
    "found": "/{code}/search/?q=headline",
    "nothing found": "/{code}/search/?q=zzzzzz",
    "missing": "/{code}/nothing/",
    "private": "/{code}/private/",
    "light": "/{code}/analysis/full/?lite=1",
}


def make_whole_site() -> None:
    """Make what the addresses of ``KINDS`` show."""
    topics = [
        Topic.objects.create(slug=slug, description_en="Rivers", **{f"name_{code}": slug.title() for code in CODES})
        for slug in ("water", "roads", "schools", "bread", "salt", "maps")
    ]
    author = make_person("Author", slug="author", about_en="Writes.", position_en="Reporter")
    for code in CODES:
        home = HomePage.objects.get(locale__language_code=code)
        fill(home, topics, author)
    outlet = Outlet.objects.get()
    outlet.tagline_en, outlet.contacts_en, outlet.licence_en = "Of the region", "news@example.org", "CC BY 4.0"
    inside = [MenuEntry(topic=topic, inside=True) for topic in topics]
    outlet.menu_entries.set([MenuEntry(label_en="Topics", label_ru="Темы"), *inside])
    outlet.footer_entries.set([FooterEntry(label_en="Topics"), *(FooterEntry(topic=topic) for topic in topics)])
    outlet.save()
    sync(limit=1000)


def fill(home: HomePage, topics: list[Topic], author: object) -> None:
    """Make a page of every kind in one language."""
    sections = {section.kind: section for section in SectionPage.objects.child_of(home)}
    # No longer word stands in a narrow column.
    article = make_full_article(
        sections["analysis"], title="Headline сельскохозяйственновосстановительный", slug="full"
    )
    article.author_links = [PublicationAuthor(person=author)]
    article.topics = topics
    article.save()
    make_full_event(sections["events"], title="Headline", slug="full", main_picture=article.main_picture)
    tajikistan = Country.objects.get(code="TJ")
    for number in range(24):
        story = make_article(
            sections["analysis"],
            title=f"Headline {number} of the agricultural news of a region",
            lead="A lead of some words",
            published_on=days_ago(number),
            main_picture=None if number % 2 else article.main_picture,
        )
        if number % 3 == 0:
            story.topics = topics[:1]
            story.countries = [tajikistan]
            story.save()
    for days in (-40, -9, 9, 40):
        starts_on = timezone.localdate() + timedelta(days)
        make_event(sections["events"], title=f"Event {days}", starts_on=starts_on, venue="Hall", city="Osh")
    about = InfoPage.objects.child_of(home).get(slug="about")
    about.body = "<h2>Who</h2><p>We <i>write</i>.</p>"
    about.save_revision().publish()
    private = home.add_child(instance=InfoPage(title="Private", slug="private", body="<p>Secret</p>"))
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="secret")
    shown = {"heading": "", "number": "4"}
    home.arrangement = [
        block("lead", {"story": None, "until": None, "with_latest": True}),
        block("week", {**shown, "stories": [article.pk]}),
        block("newest", {**shown, "section": sections["analysis"].pk}),
        block("events", {**shown, "shows": "both"}),
        block("topic", {**shown, "topic": topics[0].pk}),
        block("country", {**shown, "country": tajikistan.pk}),
        block("text", {"heading": "Words", "text": "<p>We write.</p>"}),
    ]
    home.save_revision().publish()

"""The authors of a publication, introduced below its text."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chorsu_articles.models import PublicationAuthor
from tests.factories import make_article, make_home, make_person, make_picture, make_section
from tests.reader.content import make_full_article, read

pytestmark = pytest.mark.django_db


def signed_by(*people, **fields):
    page = make_article(**fields)
    page.author_links = [PublicationAuthor(person=person) for person in people]
    page.save()
    return page


def test_named_authors_are_introduced_below_the_text(client):
    person = make_person("Мадина Рахимова", position="корреспондент", about="Пишет о воде.", photo=make_picture())
    box = read(client, signed_by(person)).select_one(".authors-box")
    assert box.select_one("a[rel=author]")["href"] == person.get_absolute_url()
    assert [" ".join(each.text.split()) for each in box.select("p")] == [
        "Мадина Рахимова",
        "корреспондент",
        "Пишет о воде.",
    ]
    assert box.img["alt"] == ""
    assert "data-content-skip" in box.attrs


def test_who_has_only_a_name_is_not_introduced(client):
    assert not read(client, signed_by(make_person("Мадина Рахимова"))).select(".authors-box")


def test_nothing_introduces_an_author_whose_name_is_withheld(client):
    told = {"position": "тайная должность", "about": "тайная жизнь", "photo": make_picture()}
    hidden = make_person("Тайное Имя", name_withheld=True, **told)
    page = signed_by(hidden)
    soup = read(client, page)
    assert not soup.select(".authors-box")
    assert "тайная" not in str(soup)
    page.author_links.add(PublicationAuthor(person=make_person("Мадина Рахимова", about="Пишет о воде.")))
    page.save()
    soup = read(client, page)
    assert len(soup.select(".author")) == 1
    assert "тайная" not in str(soup)


def test_authors_cost_no_query_each(client):
    def queries(page):
        client.get(page.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(page.url)
        return len(captured)

    people = [make_person(f"Автор {number}", about="Пишет.", photo=make_picture()) for number in range(4)]
    section = make_section(make_home())
    one, four = make_full_article(section), make_full_article(section, title="Another")
    for page, names in ((one, people[:1]), (four, people)):
        page.author_links = [PublicationAuthor(person=person) for person in names]
        page.save()
    assert queries(one) == queries(four) <= 15

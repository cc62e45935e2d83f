"""A withheld name is in nothing that a reader can get: pages, lists, feeds, sitemap, search, data for machines."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from modeltranslation.settings import AVAILABLE_LANGUAGES

from chorsu_articles.models import AnalysisPage, Person, PublicationAuthor, PublicationTranslator
from chorsu_articles.protected_names import protect
from chorsu_search.writing import sync
from cms.models import User
from tests.cms.content import make_full_article, make_full_event
from tests.cms.crawl import crawl
from tests.factories import make_article, make_group, make_home, make_person, make_section, make_user
from tests.languages import newsroom_languages

pytestmark = pytest.mark.django_db

# In the columns of every language, and in the slug that is made of the name.
SECRETS = ("secretname", "secretplace", "secretlife")


def make_secret_person() -> Person:
    words = {"name": "Secretname", "position": "Secretplace", "about": "Secretlife"}
    values = {f"{field}_{code}": f"{word} {code}" for field, word in words.items() for code in AVAILABLE_LANGUAGES}
    return Person.objects.create(**values)


@pytest.fixture(scope="module")
def two_languages() -> Iterator[None]:
    with newsroom_languages("ru", "fa"):
        yield


@pytest.fixture(scope="module")
def named(two_languages, kept_in_module) -> Person:
    """Return a person who is named in articles of two languages, for all tests here."""
    with kept_in_module():
        person = make_secret_person()
        write(person)
        sync()
        return person


@pytest.fixture(scope="module")
def told(named, kept_in_module) -> dict[str, str]:
    """Return all that readers can reach before: whatever the site keeps, it keeps with the name."""
    with kept_in_module():
        return answers(Client())


@pytest.fixture
def person(named, db) -> Person:
    return Person.objects.get(pk=named.pk)


def write(person: Person) -> None:
    """Make an article and its translation; the person wrote and translated both, beside somebody who is named."""
    made: list[AnalysisPage] = []
    other = make_person("Открытое Имя")
    for code in ("ru", "fa"):
        home = make_home(code)
        key = {"translation_key": made[0].translation_key} if made else {}
        article = make_full_article(make_section(home), **key)
        report = make_full_event(make_section(home, "events"))
        for page in (article, report):
            page.author_links = [PublicationAuthor(person=one) for one in (person, other)]
            page.translator_links = [PublicationTranslator(person=one) for one in (person, other)]
            page.save()
        make_article(article.get_parent().specific, title="Related", topics=list(article.topics.all()))
        made.append(article)


def make_chief() -> User:
    group = make_group()
    group.permissions.add(Permission.objects.get(codename="keep_protected_names"))
    return make_user(group.name)


def answers(client: Client) -> dict[str, str]:
    """Return all that readers can reach, in lower case."""
    sync()
    starts = ["/", "/ru/", "/fa/", "/sitemap.xml", "/robots.txt", "/ru/search/?q=headline&language=all"]
    found = crawl(client, *starts)
    assert any("/people/" in address for address in found), "somebody has a page"
    assert any("/feed/" in address for address in found)
    return {address: response.text.lower() for address, response in found.items()}


def test_a_name_is_found_where_it_is_not_withheld(told):
    for secret in SECRETS:
        assert any(secret in text for text in told.values()), secret
    assert any("secretname" in address for address in told)


@pytest.mark.usefixtures("told")
def test_a_withheld_name_is_nowhere(client, person, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        protect(user=make_chief(), person=person)
    texts = answers(client)
    leaks = [(address, secret) for address, text in texts.items() for secret in SECRETS if secret in address + text]
    assert leaks == []


@pytest.mark.sql
@pytest.mark.parametrize("language", ["ru", "fa"])
def test_search_does_not_tell_who_wrote_what(client, person, language, django_capture_on_commit_callbacks):
    address = f"/{language}/search/"
    assert client.get(address, {"q": "secretname"}).context["results"].total > 0
    with django_capture_on_commit_callbacks(execute=True):
        protect(user=make_chief(), person=person)
        person.refresh_from_db()
    sync()
    for words in ("secretname", f"Secretname {language}", "secretname-ru", "secret", "secretplac"):
        answer = client.get(address, {"q": words}).context["results"]
        assert (answer.total, answer.corrected, answer.did_you_mean) == (0, "", ""), words
    narrowed = client.get(address, {"q": "headline", "person": person.slug}).context["results"]
    assert "secretname" not in str(narrowed).lower()


@pytest.mark.sql
def test_a_withheld_name_has_no_address_in_any_language(client, person):
    assert [client.get(f"/{code}/people/{person.slug}/").status_code for code in ("ru", "fa")] == [200, 200]
    slugs = [person.slug, protect(user=make_chief(), person=person).person.slug]
    missing = [client.get(f"/{code}/people/{slug}/") for code in ("ru", "fa") for slug in slugs]
    assert [response.status_code for response in missing] == [404] * 4
    assert all(response.text.lower().count("secretname") == 0 for response in missing)

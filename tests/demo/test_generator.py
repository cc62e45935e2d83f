"""Generated articles are as valid as written ones."""

from __future__ import annotations

from collections import Counter

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage, EventReportPage, Publication, SectionPage
from chorsu_editorial.reading import words_of
from chorsu_search.models import IndexChange
from demo import content
from demo.generator import generate_articles
from tests.newsroom_copy import copy_newsroom

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsroom():
    copy_newsroom()


def texts(pages) -> list[tuple[str, str]]:
    return sorted((page.title, str(page.body.raw_data)) for page in pages)


@pytest.mark.sql
def test_the_tree_is_valid_and_a_page_can_be_added_after(newsroom):
    generate_articles(number=40, languages=["ru", "tg"])
    generate_articles(number=5, languages=["ru"], seed=2)
    assert not any(Page.find_problems())
    section = SectionPage.objects.get(kind="analysis", locale__language_code="ru")
    assert section.numchild == section.get_children().count()
    section.add_child(instance=AnalysisPage(title="Вручную", slug="by-hand"))
    assert not any(Page.find_problems())
    assert Page.objects.get(slug="by-hand").specific.locale.language_code == "ru"


def test_articles_are_complete_and_joined(newsroom):
    generate_articles(number=30, languages=["ru", "tg", "fa"])
    assert Publication.objects.count() == 90
    assert AnalysisPage.objects.count() > EventReportPage.objects.count() > 0
    for page in Publication.objects.filter(locale__language_code="ru").specific():
        versions = page.get_translations()
        assert sorted(version.locale.language_code for version in versions) == ["fa", "tg"]
        for version in versions:
            assert [block.id for block in version.body] == [block.id for block in page.body]
            assert version.published_on == page.published_on
        assert page.author_links.exists()
        assert page.topics.exists()
        assert page.countries.exists()
        assert page.lead
        assert page.word_count == pytest.approx(words_of(page), rel=0.15)
        page.full_clean()
        assert page.get_url().startswith("/ru/")


def test_articles_vary(newsroom):
    generate_articles(number=100, languages=["en"])
    pages = list(Publication.objects.all())
    assert len({page.title for page in pages}) > 80
    assert len({page.published_on.year for page in pages}) > 8
    assert max(Counter(page.lead for page in pages).values()) < 5


def test_a_seed_gives_the_same_articles(newsroom):
    generate_articles(number=5, languages=["ky"], seed=7)
    first = texts(Publication.objects.all())
    for page in Publication.objects.all():
        page.delete()
    generate_articles(number=5, languages=["ky"], seed=7)
    again = texts(Publication.objects.all())
    assert [title for title, _body in again] == [title for title, _body in first]


def test_every_language_has_words(newsroom, settings):
    codes = [code for code, _name in settings.LANGUAGES if code in content.read("generator.toml")]
    generate_articles(number=3, languages=codes)
    assert Publication.objects.count() == 3 * len(codes)


def test_a_generated_article_can_be_edited_and_published(newsroom):
    generate_articles(number=1, languages=["uz"])
    page = Publication.objects.get().specific
    page.title = "Boshqa sarlavha"
    page.save_revision().publish()
    page.refresh_from_db()
    assert page.live
    assert page.title == "Boshqa sarlavha"


def test_search_is_told(newsroom):
    IndexChange.objects.all().delete()
    generate_articles(number=2, languages=["ru"])
    assert IndexChange.objects.filter(subtree=True).exists()


def test_the_command_says_how_fast_it_was(newsroom, capsys):
    call_command("generate_articles", "20", languages="ru,en")
    out = capsys.readouterr().out
    assert out.startswith("40 articles in ")
    assert "a second" in out


@pytest.mark.parametrize(("arguments", "message"), [(["0"], "1 or more"), (["5", "--languages", "de"], "de")])
def test_the_command_refuses_what_it_cannot_do(newsroom, arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("generate_articles", *arguments)

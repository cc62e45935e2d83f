"""Generated articles are as valid as written ones."""

from __future__ import annotations

import pytest
from django.conf import settings
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
CODES = [code for code, _name in settings.LANGUAGES if code in content.read("generator.toml")]


@pytest.mark.sql
def test_articles_are_complete_and_joined_and_a_page_can_be_added_after(capsys):
    copy_newsroom()
    IndexChange.objects.all().delete()
    call_command("generate_articles", "12", languages=",".join(CODES))
    assert capsys.readouterr().out.startswith(f"{12 * len(CODES)} articles in ")
    assert AnalysisPage.objects.count() > EventReportPage.objects.count() > 0
    assert IndexChange.objects.filter(subtree=True).exists()
    for page in Publication.objects.filter(locale__language_code="ru").specific():
        versions = page.get_translations()
        assert versions.count() == len(CODES) - 1
        for version in versions:
            assert [block.id for block in version.body] == [block.id for block in page.body]
        assert page.author_links.exists()
        assert page.topics.exists()
        assert page.word_count == pytest.approx(words_of(page), rel=0.15)
        page.full_clean()
    section = SectionPage.objects.get(kind="analysis", locale__language_code="ru")
    assert section.numchild == section.get_children().count()
    section.add_child(instance=AnalysisPage(title="Вручную", slug="by-hand"))
    assert not any(Page.find_problems())
    page.save_revision().publish()


def test_a_seed_gives_the_same_articles():
    copy_newsroom()
    titles = []
    for languages in (["ky"], ["ky"]):
        generate_articles(number=5, languages=languages, seed=7)
        titles.append(sorted(Publication.objects.values_list("title", flat=True)))
        for page in Publication.objects.all():
            page.delete()
    assert titles[0] == titles[1]


@pytest.mark.parametrize(("arguments", "message"), [(["0"], "1 or more"), (["5", "--languages", "de"], "de")])
def test_the_command_refuses_what_it_cannot_do(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("generate_articles", *arguments)

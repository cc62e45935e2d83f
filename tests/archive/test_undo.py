"""Taking an import back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from chorsu_archive.items import ArchiveError, Contributor, Medium, Options, Term
from chorsu_archive.models import ImportedItem
from chorsu_archive.report import articles_of
from chorsu_archive.runs import advance, begin, begin_undo, work_on
from chorsu_articles.models import AnalysisPage, Person, Picture, SectionPage, Topic
from tests.archive.made import bring, item, take_back, write
from tests.articles.pictures import file_of
from tests.factories import make_article

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("made_newsroom")]


def archive(path: Path, **fields: Any) -> Path:
    """Return an archive of three texts, with an author, a tag, a picture and addresses."""
    of = {"authors": ("anna",), "terms": (("tag", "voda"),), "picture": "m"} | fields
    items = [item(n, addresses=(f"https://old.example/a-{n}/",), **of) for n in range(2)]
    items.append(item(2, language="tg", group="g", addresses=("https://old.example/tg/",), **of))
    return write(
        path / "a.made",
        items,
        contributors=[Contributor("anna", "Анна")],
        terms=[Term("tag", "voda", "Вода")],
        media=[Medium("m", "https://old.example/wp-content/uploads/a.png")],
        files={"m": file_of("png")},
    )


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Page, Picture, Person, Topic, Redirect)}


def test_nothing_is_left_of_a_run(imports, tmp_path):
    archive(tmp_path)
    before = counts()
    run = imports()
    assert counts() != before
    rows = ImportedItem.objects.count()
    assert take_back(run) == []
    assert counts() == before
    assert (run.position, run.total, run.counts["stays"]) == (rows, rows, 0)
    assert not any(Page.find_problems())
    assert not ImportedItem.objects.exists()
    assert take_back(run) == []
    assert imports().counts == {"created": 3}


def test_what_an_editor_touched_or_uses_stays_and_is_said(tmp_path, capsys):
    run = bring(archive(tmp_path))
    touched, linked = AnalysisPage.objects.get(slug="article-0"), AnalysisPage.objects.get(slug="article-1")
    touched.title = "Правка"
    touched.save_revision().publish()
    section = SectionPage.objects.get(kind="analysis", locale__language_code="ru")
    link = f'<p><a linktype="page" id="{linked.pk}">там</a></p>'
    other = make_article(section, slug="other", body=[{"type": "paragraph", "value": link}])
    topic = Topic.objects.get()
    topic.name_ru = "Вода и лёд"
    topic.save()
    call_command("import_archive", undo=run.pk)
    said = capsys.readouterr().out
    assert said.count("somebody changed it here since.") == 2
    assert "“Статья 1”: other pages use it." in said
    assert "“Анна”: something else uses it." in said
    assert list(AnalysisPage.objects.order_by("pk")) == [touched, linked, other]
    assert Picture.objects.count() == Person.objects.count() == Topic.objects.count() == 1
    assert touched.author_links.count() == 1


def test_a_run_that_made_and_changed_nothing_has_nothing_to_take_back(imports, tmp_path):
    archive(tmp_path)
    first, second = imports(), imports()
    with pytest.raises(CommandError, match=f"nothing to take back.* {first.pk}"):
        call_command("import_archive", undo=second.pk)
    assert AnalysisPage.objects.count() == 3


@pytest.mark.thorough
def test_what_a_run_only_changed_goes_back(tmp_path):
    first = bring(archive(tmp_path))
    second = bring(archive(tmp_path, html="<p>Другой текст.</p>"))
    assert second.counts == {"changed": 3}
    bring(archive(tmp_path, html="<p>Третий текст.</p>"), is_preview=True)
    assert take_back(second) == []
    assert not articles_of(second).exists()
    page = AnalysisPage.objects.get(slug="article-0")
    for version in (page, page.get_latest_revision_as_object()):
        assert "Первый абзац" in str(version.body)
    assert (page.live, page.live_revision_id) == (True, page.latest_revision_id)
    assert bring(archive(tmp_path, html="<p>Другой текст.</p>")).counts == {"changed": 3}
    take_back(first)
    assert not AnalysisPage.objects.exists()
    assert not articles_of(first).exists(), "nor what a preview said of them"


def test_of_several_runs_only_what_is_that_ones_own_goes(imports, tmp_path):
    archive(tmp_path)
    imports()
    dated = AnalysisPage.objects.order_by("pk").values_list("slug", "first_published_at", "last_published_at")
    before = list(dated)
    second = imports(item(0), item(1), item(7))
    assert second.counts == {"changed": 2, "created": 1}
    take_back(second)
    assert list(dated.all()) == before


def test_a_translation_that_somebody_made_here_keeps_its_source(tmp_path):
    run = bring(archive(tmp_path))
    source = AnalysisPage.objects.get(slug="article-0")
    tajik = SectionPage.objects.get(kind="analysis", locale__language_code="tg")
    make_article(tajik, slug="own", translation_key=source.translation_key)
    assert any("Статья 0" in sentence for sentence in take_back(run))
    assert AnalysisPage.objects.filter(pk=source.pk).exists()


@pytest.mark.thorough
def test_a_picture_that_was_here_before_stays(imports, tmp_path):
    archive(tmp_path)
    imports()
    ImportedItem.objects.all().delete()
    for page in AnalysisPage.objects.all():
        page.delete()
    picture = Picture.objects.get()
    run = imports()
    assert AnalysisPage.objects.get(slug="article-0").main_picture == picture
    assert take_back(run) == []
    assert Picture.objects.get() == picture


def test_what_stays_is_looked_at_once(tmp_path):
    run = bring(archive(tmp_path))
    for page in AnalysisPage.objects.all():
        page.title = "Правка"
        page.save_revision()
    begin_undo(run)
    rows = ImportedItem.objects.count()
    assert sum(advance(run, seconds=0) for _step in range(2 * rows)) == rows
    assert (run.position, run.total, run.state) == (rows, rows, "undone")


def test_what_waits_for_its_day_stays(tmp_path):
    run = bring(archive(tmp_path, status="draft"))
    page = AnalysisPage.objects.get(slug="article-0")
    page.go_live_at = timezone.now() + timedelta(days=3)
    page.save_revision().publish()
    assert any("Статья 0" in sentence for sentence in take_back(run))
    assert list(AnalysisPage.objects.all()) == [page]


def test_a_run_at_work_is_not_taken_back(tmp_path):
    run = begin(archive(tmp_path), options=Options())
    steps = work_on(run)
    next(steps)
    with pytest.raises(ArchiveError, match="at work"):
        begin_undo(run)


def test_a_draft_that_a_run_published_is_a_draft_again(tmp_path):
    bring(archive(tmp_path, status="draft", html="<p>Тайна.</p>"))
    second = bring(archive(tmp_path))
    assert AnalysisPage.objects.get(slug="article-0").live
    assert take_back(second) == []
    page = AnalysisPage.objects.get(slug="article-0")
    assert not page.live
    assert "Тайна" in str(page.get_latest_revision_as_object().body)


def test_a_picture_or_redirect_that_an_editor_changed_stays(tmp_path):
    run = bring(archive(tmp_path))
    picture, redirect = Picture.objects.get(), Redirect.objects.get(redirect_link__gt="")
    picture.title = "Правка"
    picture.save()
    redirect.redirect_link = "/ru/"
    redirect.save()
    assert len(take_back(run)) == 2
    assert Picture.objects.exists()
    assert Redirect.objects.exists()

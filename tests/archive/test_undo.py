"""Taking an import back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from chorsu_archive.items import ArchiveError, Contributor, Medium, Options, Term
from chorsu_archive.models import ImportedItem, ImportRun
from chorsu_archive.runs import advance, begin, undo
from chorsu_articles.models import AnalysisPage, Person, Picture, SectionPage, Topic
from tests.archive.made import bring, item, use_made, write
from tests.factories import make_article, make_picture
from tests.newsroom_copy import copy_newsroom

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _newsroom(settings: Any) -> Iterator[None]:
    use_made(settings)
    copy_newsroom()
    with override("en"):
        yield


def archive(path: Path, **fields: Any) -> Path:
    """Return an archive of three texts, with an author, a tag, a picture and addresses."""
    picture = make_picture()
    with picture.file.open("rb") as opened:
        content = opened.read()
    picture.delete()
    of = {"authors": ("anna",), "terms": (("tag", "voda"),), "picture": "m"} | fields
    items = [item(n, addresses=(f"https://old.example/a-{n}/",), **of) for n in range(2)]
    items.append(item(2, language="tg", group="g", addresses=("https://old.example/tg/",), **of))
    return write(
        path / "a.made",
        items,
        contributors=[Contributor("anna", "Анна")],
        terms=[Term("tag", "voda", "Вода")],
        media=[Medium("m", "https://old.example/wp-content/uploads/a.png")],
        files={"m": content},
    )


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Page, Picture, Person, Topic, Redirect)}


def test_nothing_is_left_of_a_run(tmp_path: Path) -> None:
    path = archive(tmp_path)
    before = counts()
    run = bring(path)
    assert counts() != before
    undone = undo(run)
    assert counts() == before
    assert (undone.counts["page"], undone.counts["person"], undone.stays) == (3, 1, [])
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE
    assert not any(Page.find_problems())
    assert not ImportedItem.objects.exists()
    assert undo(run).counts == {}
    assert bring(path).counts == {"created": 3}


def test_what_an_editor_touched_or_uses_stays_and_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
    assert "“Статья 0”: somebody changed it here since." in said
    assert "“Статья 1”: other pages use it." in said
    assert "“Вода”: somebody changed it here since." in said
    assert "“Анна”: something else uses it." in said
    assert list(AnalysisPage.objects.order_by("pk")) == [touched, linked, other]
    assert Picture.objects.count() == Person.objects.count() == Topic.objects.count() == 1
    assert touched.author_links.count() == 1


def test_what_a_run_only_changed_goes_back(tmp_path: Path) -> None:
    first = bring(archive(tmp_path))
    second = bring(archive(tmp_path, html="<p>Другой текст.</p>"))
    assert second.counts == {"changed": 3}
    undone = undo(second)
    assert undone.stays == []
    page = AnalysisPage.objects.get(slug="article-0")
    assert "Первый абзац" in str(page.body)
    assert (page.live, page.live_revision_id) == (True, page.latest_revision_id)
    assert "Первый абзац" in str(page.get_latest_revision_as_object().body)
    assert bring(archive(tmp_path, html="<p>Другой текст.</p>")).counts == {"changed": 3}
    undo(first)
    assert not AnalysisPage.objects.exists()


def test_of_several_runs_only_what_is_that_ones_own_goes(tmp_path: Path) -> None:
    path = archive(tmp_path)
    bring(path)
    second = bring(write(path, [item(n) for n in range(2)] + [item(7)]))
    assert second.counts == {"changed": 2, "created": 1}
    undo(second)
    assert sorted(AnalysisPage.objects.values_list("slug", flat=True)) == ["article-0", "article-1", "article-2"]


def test_a_translation_that_somebody_made_here_keeps_its_source(tmp_path: Path) -> None:
    run = bring(archive(tmp_path))
    source = AnalysisPage.objects.get(slug="article-0")
    tajik = SectionPage.objects.get(kind="analysis", locale__language_code="tg")
    make_article(tajik, slug="own", translation_key=source.translation_key)
    assert any("Статья 0" in sentence for sentence in undo(run).stays)
    assert AnalysisPage.objects.filter(pk=source.pk).exists()


def test_a_run_at_work_is_not_taken_back(tmp_path: Path) -> None:
    run = begin(archive(tmp_path), options=Options())
    assert advance(run, seconds=0)
    with pytest.raises(ArchiveError, match="at work"):
        undo(run)

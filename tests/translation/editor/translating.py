"""What a translator and the source's author do."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage
from chorsu_editorial.reading import with_leaf
from chorsu_translation.editor.units import TranslationUnit, bitext_of
from tests.translation.newsroom import publish

PARAGRAPHS = ["Первый.", "Второй.", "Третий в ряду."]
TAJIK = ["Якум.", "Дуюм.", "Сеюм дар қатор."]


def rich(paragraphs: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in paragraphs)


def path_of(source: AnalysisPage) -> str:
    return f"body.{source.body[0].id}"


def translated(target: AnalysisPage, paragraphs: list[str] = TAJIK, **fields: str) -> AnalysisPage:
    """Save a version of the translation, as its editor does."""
    version: Any = target.get_latest_revision_as_object()
    for name, value in {"title": "Об", "lead": "Муқаддима", **fields}.items():
        setattr(version, name, value)
    with_leaf(version, path_of(version), rich(paragraphs)).save_revision()
    return AnalysisPage.objects.get(pk=target.pk)


def go_live(target: AnalysisPage) -> None:
    target.get_latest_revision().publish()


def rewrite(source: AnalysisPage, paragraphs: list[str]) -> AnalysisPage:
    return publish(with_leaf(AnalysisPage.objects.get(pk=source.pk), path_of(source), rich(paragraphs)))


def ask(client: Client, target: Page, name: str = "units", **fields: Any) -> Any:
    return client.get(reverse(f"chorsu_translation:{name}", args=[target.pk]), fields)


def units_beside(target: Page) -> list[TranslationUnit]:
    """Return what the editor shows beside a translation, unit by unit."""
    return bitext_of(Page.objects.get(pk=target.pk)).units  # type: ignore[union-attr]


def to_do(target: Page) -> list[str]:
    """Return the texts of the source that are to do, or were before they were removed."""
    return [unit.source.html or unit.source.was for unit in units_beside(target) if not unit.done]

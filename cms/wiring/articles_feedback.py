"""Joins articles and feedback: a report of a name or a credit leads to its editor; corrections are told to readers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import Count, Min, Model
from django.urls import reverse
from django.utils import translation
from wagtail import hooks

from chorsu_articles.models import Correction, HomePage, Picture, Publication, Topic
from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.pictures.renditions import pictures_in
from chorsu_feedback.desk import counted
from chorsu_feedback.models import TypoReport
from chorsu_feedback.registry import register_corrections, register_shown


def shown(page: Publication) -> Iterator[tuple[Model, str]]:
    """Yield people, entries of vocabularies and pictures of a publication with their texts in its language."""
    language = page.locale.language_code
    links = chain(page.author_links.select_related("person"), page.translator_links.select_related("person"))
    for person in (link.person for link in links):
        if not person.name_withheld:
            for text in ("name", "position", "about"):
                yield person, person.text_and_language(text, language)[0]
    for field in page._meta.many_to_many:
        if isinstance(field, VocabularyField):
            for row in getattr(page, field.name).all():
                yield row, row.localized_name(language)
    main: list[Picture] = [page.main_picture] if page.main_picture else []
    pictures = [*main, *pictures_in(page.body)]
    with translation.override(language):
        Picture.load_shown_facts(pictures)
        credits_shown = [picture.shown_credit for picture in pictures]
    for picture, credit in zip(pictures, credits_shown, strict=True):
        yield picture, credit
        yield picture, picture.licence


def introductions(page: HomePage) -> Iterator[tuple[Model, str]]:
    """Yield the topics with what their pages say of them, whose mistakes are reported to the front page."""
    language = page.locale.language_code
    for topic in Topic.objects.all():
        for text in ("name", "description"):
            yield topic, topic.text_and_language(text, language)[0]


register_shown(Publication, shown)
register_shown(HomePage, introductions)
register_corrections(
    Publication, lambda page, text: page.corrections.add(Correction(text=text, sort_order=page.corrections.count()))
)


@hooks.register("chorsu_articles_live")
def open_reports(pages: list[Publication]) -> dict[int, tuple[str, str]]:
    """Return by page the number of its open typo reports, and the address of the first: one query."""
    found = TypoReport.objects.filter(page__in=[page.pk for page in pages], status=TypoReport.Status.OPEN, held=False)
    return {
        page: (counted(number), reverse("chorsu_feedback_admin:detail", args=[first]))
        for page, number, first in found.values_list("page").annotate(Count("pk"), Min("pk")).order_by()
    }

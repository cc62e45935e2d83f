"""Joins articles and feedback: a report of a name or a credit leads to its editor; corrections are told to readers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import Model
from django.utils import timezone, translation

from chorsu_articles.models import Correction, Picture, Publication
from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.pictures.renditions import pictures_in
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


def add_correction(page: Publication, text: str) -> None:
    place = len(page.corrections.all())
    page.corrections.add(Correction(date=timezone.localdate(), text=text, sort_order=place))


register_shown(Publication, shown)
register_corrections(Publication, add_correction)

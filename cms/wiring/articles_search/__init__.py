"""Joins articles and search: what publications are found by, what their results show, and names that answer a query."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from chorsu_articles.models import Publication, SectionPage
from chorsu_search.names import forget_names, store_names
from chorsu_search.registry import register, register_cards, register_names
from cms.wiring.articles_search.cards import cards, join
from cms.wiring.articles_search.documents import describe, note_publications_of, prepare
from cms.wiring.articles_search.names import SECTION, SOURCE, VOCABULARIES, key_of, kind_of


def vocabulary_about_to_be_saved(instance: Any, **_kwargs: object) -> None:
    """Forget the names of a row whose key changes: a protected author gets another."""
    stored = VOCABULARIES[kind_of(instance)].objects.filter(pk=instance.pk).first()
    if stored and key_of(stored) != key_of(instance):
        forget_names(kind_of(instance), [key_of(stored)])


def vocabulary_saved(instance: Any, created: bool, **_kwargs: object) -> None:
    """Store the names of a row, and note the publications that are found by them."""
    store_names(kind_of(instance), [key_of(instance)])
    if not created:
        note_publications_of(instance)


def vocabulary_about_to_be_deleted(instance: Any, **_kwargs: object) -> None:
    """Note the publications that are found by a name."""
    note_publications_of(instance)


def vocabulary_deleted(instance: Any, **_kwargs: object) -> None:
    """Forget the names of a row."""
    forget_names(kind_of(instance), [key_of(instance)])


def section_changed(**_kwargs: object) -> None:
    """Store the names of all sections: the key of one is the number of the first of its pages, which may be gone."""
    store_names(SECTION)


register(Publication, describe, prepare=prepare)
register_cards(Publication, cards, join=join)
register_names(SOURCE)
for model in VOCABULARIES.values():
    name = model.__name__
    pre_save.connect(vocabulary_about_to_be_saved, sender=model, dispatch_uid=f"articles_search_saving_{name}")
    post_save.connect(vocabulary_saved, sender=model, dispatch_uid=f"articles_search_saved_{name}")
    pre_delete.connect(vocabulary_about_to_be_deleted, sender=model, dispatch_uid=f"articles_search_deleting_{name}")
    post_delete.connect(vocabulary_deleted, sender=model, dispatch_uid=f"articles_search_deleted_{name}")
for signal in (post_save, post_delete):
    signal.connect(section_changed, sender=SectionPage, dispatch_uid="articles_search_section")

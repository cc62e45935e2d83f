"""What an article's own page reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue

from chorsu_articles.models import (
    Correction,
    Picture,
    Publication,
    PublicationAuthor,
    PublicationTranslator,
    Vocabulary,
)


def pictures_in(value: Any) -> Iterable[Picture]:
    """Yield the pictures that stand anywhere in a stream, struct or list value."""
    if isinstance(value, Picture):
        yield value
    elif isinstance(value, StreamValue):
        for child in value:
            yield from pictures_in(child.value)
    elif isinstance(value, StructValue):
        for child in value.values():
            yield from pictures_in(child)
    elif isinstance(value, ListValue):
        for child in value:
            yield from pictures_in(child)


def prefetch_article(publication: Publication) -> None:
    """Load what an article's own page shows: byline, topics, corrections, and every picture's renditions.

    Each is read once, however often page, template and structured data ask; the queries do not depend on the number of
    pictures and people.
    """
    # Of a page in memory (a preview) the relations may differ from what is stored; those are not read. Those of a page
    # that was kept are read already.
    known = {
        *publication.__dict__.get("_cluster_related_objects", ()),
        *publication.__dict__.get("_prefetched_objects_cache", ()),
    }
    relations: dict[str, Callable[[], Any]] = {
        "author_links": lambda: PublicationAuthor.objects.select_related("person__photo"),
        "translator_links": lambda: PublicationTranslator.objects.select_related("person"),
        "corrections": Correction.objects.all,
    }
    for field in publication._meta.many_to_many:
        if issubclass(field.related_model, Vocabulary):
            relations[field.name] = field.related_model.objects.ordered_by_name
    stored = [Prefetch(name, rows()) for name, rows in relations.items() if name not in known]
    if stored and publication.pk:
        prefetch_related_objects([publication], *stored)
    pictures = list(pictures_in(publication.body))
    if publication.main_picture:
        pictures.append(publication.main_picture)
    pictures += [person.photo for person in publication.introduced_authors if person.photo]
    if pictures:
        renditions = Picture.get_rendition_model().objects.all()
        prefetch_related_objects(pictures, Prefetch("renditions", renditions, to_attr="prefetched_renditions"))

"""What an article's own page reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.models import Page

from chorsu_articles.models import (
    Correction,
    Picture,
    Publication,
    PublicationAuthor,
    PublicationTranslator,
    Vocabulary,
)
from chorsu_articles.selectors.lists import open_to_all


def named_in(value: Any) -> Iterable[Picture | Publication]:
    """Yield the pictures and publications that stand anywhere in a stream, struct or list value."""
    if isinstance(value, Picture | Publication):
        yield value
    elif isinstance(value, StreamValue):
        for child in value:
            yield from named_in(child.value)
    elif isinstance(value, StructValue):
        for child in value.values():
            yield from named_in(child)
    elif isinstance(value, ListValue):
        for child in value:
            yield from named_in(child)


def pictures_in(value: Any) -> Iterable[Picture]:
    """Yield the pictures that stand anywhere in a stream, struct or list value."""
    return (each for each in named_in(value) if isinstance(each, Picture))


def named_by(publication: Publication) -> dict[tuple[str, int], Picture | Publication]:
    """Return what the text names by label and key, ready to be shown: pictures with their renditions, pages marked.

    With ``chorsu_articles.blocks.choosers.known``, the text is read again without a query.
    """
    named = list(named_in(publication.body))
    main = [publication.main_picture] if publication.main_picture else []
    # The page's own too, which is kept with it: one query for all.
    _load_renditions([*main, *(each for each in named if isinstance(each, Picture))])
    pages = [each for each in named if isinstance(each, Publication)]
    seen = {page.pk for page in seen_by_all(pages)}
    for page in pages:
        page.is_seen_by_all = page.pk in seen
    return {(each._meta.label, each.pk): each for each in named}


def seen_by_all(pages: Iterable[Any]) -> list[Any]:
    """Leave out the pages that not every reader may see: a private page's headline shows nowhere."""
    chosen = [page for page in pages if page]
    asked = [page.pk for page in chosen if not hasattr(page, "is_seen_by_all")]
    seen = set(open_to_all(Page.objects.filter(pk__in=asked)).values_list("pk", flat=True)) if asked else set()
    return [page for page in chosen if getattr(page, "is_seen_by_all", page.pk in seen)]


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
    _load_renditions([*pictures, *(person.photo for person in publication.introduced_authors if person.photo)])


def _load_renditions(pictures: Iterable[Picture]) -> None:
    unread = [picture for picture in pictures if not hasattr(picture, "prefetched_renditions")]
    if unread:
        renditions = Picture.get_rendition_model().objects.all()
        prefetch_related_objects(unread, Prefetch("renditions", renditions, to_attr="prefetched_renditions"))

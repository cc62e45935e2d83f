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
    PictureRendition,
    Publication,
    PublicationAuthor,
    PublicationTranslator,
    Vocabulary,
)
from chorsu_articles.selectors.lists import card_topics, open_to_all


def pictures_in(value: Any) -> Iterable[Picture]:
    """Yield the pictures that stand anywhere in a stream, struct or list value."""
    if isinstance(value, Picture):
        yield value
    elif isinstance(value, StructValue):
        for child in value.values():
            yield from pictures_in(child)
    elif isinstance(value, StreamValue | ListValue):
        for child in value:
            yield from pictures_in(child.value if isinstance(value, StreamValue) else child)


def seen_by_all(pages: Iterable[Any]) -> list[Any]:
    """Leave out the pages that not every reader may see: a private page's headline shows nowhere."""
    chosen = [page for page in pages if page]
    seen = set(open_to_all(Page.objects.filter(pk__in=[page.pk for page in chosen])).values_list("pk", flat=True))
    return [page for page in chosen if page.pk in seen]


def prefetch_article(publication: Publication, beside: Callable[[], list[Publication]] = list) -> list[Publication]:
    """Load what an article's own page shows: byline, topics, corrections, and every picture's renditions.

    ``beside`` chooses bare cards, by the article's topics; they are returned ready for a list. The number of queries
    doesn't depend on that of pictures and people.
    """
    # Of a page in memory (a preview) the relations may differ from what is stored; those are not read.
    known = {"", *publication.__dict__.get("_cluster_related_objects", ())}
    authors = Prefetch("author_links", PublicationAuthor.objects.select_related("person__photo"))
    prefetches = [
        Prefetch("translator_links", PublicationTranslator.objects.select_related("person")),
        Prefetch("corrections", Correction.objects.all()),
        *(
            Prefetch(field.name, field.related_model.objects.ordered_by_name())
            for field in publication._meta.many_to_many
            if issubclass(field.related_model, Vocabulary)
        ),
    ]
    if publication.pk:
        unread = [each for each in prefetches if each.prefetch_to not in known]
        prefetch_related_objects([publication], *unread)
    cards = beside()
    has_stored_authors = publication.pk and authors.prefetch_to not in known
    if with_authors := [*([publication] if has_stored_authors else ()), *cards]:
        prefetch_related_objects(with_authors, authors)
    if cards:
        prefetch_related_objects(cards, Prefetch("topics", card_topics()))
    load_renditions(
        [
            *pictures_in(publication.body),
            *(person.photo for person in publication.introduced_authors if person.photo),
            *(page.main_picture for page in (publication, *cards) if page.main_picture),
        ]
    )
    return cards


def load_renditions(pictures: Iterable[Picture]) -> None:
    """Read the sizes of pictures by one query."""
    renditions = PictureRendition.objects.all()
    prefetch_related_objects(list(pictures), Prefetch("renditions", renditions, to_attr="prefetched_renditions"))

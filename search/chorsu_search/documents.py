"""What an engine stores of a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.search import index

from chorsu_editorial.leaves import public_leaves
from chorsu_editorial.text_fields import text_relations
from chorsu_locales.characters import permitted
from chorsu_search.declared import declared_texts, is_lead
from chorsu_search.fields import FACET_LENGTH, FIELD_OF_ROLE
from chorsu_search.registry import extras_for


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One page as the engines see it.

    ``texts`` maps a name of ``chorsu_search.fields.FIELDS`` to plain text; ``facets`` maps a name of
    ``chorsu_search.fields.FACETS`` to values. ``version`` grows with every reading of the page: an engine keeps the
    highest that it was given.
    """

    page_id: int
    version: int
    language: str
    texts: Mapping[str, str]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_on: datetime | None = None


def _local(moment: datetime) -> datetime:
    """Return a moment in the site's time zone, whose year readers filter by."""
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def with_texts(pages: PageQuerySet) -> PageQuerySet:
    """Let what is read of pages of one class be fetched for all of them at once."""
    for declared in pages.model.get_search_fields():
        if isinstance(declared, index.RelatedFields):
            pages = declared.select_on_queryset(pages)
    return pages.prefetch_related("locale", *text_relations(pages.model))


def build_document(page: Page, *, version: int) -> SearchDocument:
    """Read a live page into a document; ``page`` is of its specific class."""
    texts: dict[str, list[str]] = defaultdict(list)
    for leaf in public_leaves(page):
        name = "lead" if is_lead(page, leaf.path) else FIELD_OF_ROLE.get(leaf.role, "body")
        texts[name].append(leaf.text)
    for name, text in declared_texts(page):
        texts[name].append(text)
    extras = extras_for(page)
    texts["people"].extend(extras.people)
    texts["places"].extend(extras.places)
    texts["topics"].extend(extras.topics)
    published = extras.published_on or page.first_published_at
    facets = {
        name: tuple(dict.fromkeys(str(value)[:FACET_LENGTH] for value in values))
        for name, values in extras.facets.items()
        if values
    }
    if published:
        facets.setdefault("year", (str(_local(published).year),))
    return SearchDocument(
        page_id=page.pk,
        version=version,
        language=page.locale.language_code,
        texts={name: permitted("\n".join(parts)) for name, parts in texts.items() if parts},
        facets=facets,
        published_on=published,
    )

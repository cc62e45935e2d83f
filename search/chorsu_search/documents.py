"""What an engine stores of a page: which pages readers may find, and what is read of them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Left, Length
from django.http import HttpRequest
from django.utils.html import strip_tags
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.query import PageQuerySet
from wagtail.search import index

from chorsu_editorial.reading import child_rows, public_leaves, text_fields, text_relations, units
from chorsu_locales.dates import local_date
from chorsu_locales.normal_form import permitted
from chorsu_search.conf import get_settings
from chorsu_search.days import day_words
from chorsu_search.queries import facet_value
from chorsu_search.registry import extras_for, prepare_pages

logger = logging.getLogger("chorsu_search")

# How often a word in this field counts, against a word in the body. None counts less than once: Elasticsearch's
# combined_fields query refuses that.
WEIGHTS: Mapping[str, float] = {
    "headline": 10.0,
    "lead": 4.0,
    "body": 1.0,
    "quotations": 1.0,
    "captions": 1.0,
    "people": 4.0,
    "places": 3.0,
    "topics": 3.0,
}
FIELDS = tuple(WEIGHTS)
# A word that is written exactly as it was asked for is counted once more, by these.
EXACT_WEIGHTS: Mapping[str, float] = {name: WEIGHTS[name] if name == "headline" else 1.0 for name in WEIGHTS}

FIELD_OF_ROLE: Mapping[str, str] = {
    "headline": "headline",
    "lead": "lead",
    "heading": "body",
    "body": "body",
    "quotation": "quotations",
    "caption": "captions",
    "people": "people",
}
LEAST_BOOST_OF_A_LEAD = 2


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One page as the engines see it.

    ``texts`` maps a name of ``FIELDS`` to plain text; ``facets`` maps the name of a registered facet to values.
    """

    page_id: int
    language: str
    texts: Mapping[str, str]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_on: datetime | None = None


# --- which pages ------------------------------------------------------------------------------------------------


def findable_pages(below: Sequence[int] = ()) -> PageQuerySet:
    """Return the pages that readers may find; with ``below`` those that are, or stand below, one of these pages."""
    pages = Page.objects.filter(stands_below(below)) if below else Page.objects.all()
    return findable(pages)


def stands_below(roots: Sequence[int]) -> Exists:
    """Return the condition that a page is, or stands below, one of the pages with these keys."""
    return Exists(Page.objects.filter(pk__in=roots, path=Left(OuterRef("path"), Length("path"))))


def roots_of_site(request: HttpRequest | None) -> tuple[int, ...]:
    """Return the keys of the pages below which stand the pages of the site that was asked; none where that are all."""
    every = {(each.site_id, each.root_path) for each in Site.get_site_root_paths()}
    if request is None or get_settings().all_sites or len({site_id for site_id, _path in every}) < 2:
        return ()
    site = Site.find_for_request(request)
    if site is None or {path for site_id, path in every if site_id == site.pk} == {path for _site_id, path in every}:
        return ()
    # As Wagtail has it: with several languages each translation of a site's root is a root of it.
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return (site.root_page_id,)
    keys = Site.objects.filter(pk=site.pk).values("root_page__translation_key")
    return tuple(Page.objects.filter(translation_key__in=keys).order_by("pk").values_list("pk", flat=True))


def ancestors_of(page_ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the keys of the pages above each page, and its own."""
    paths = dict(Page.objects.filter(pk__in=list(page_ids)).values_list("pk", "path"))
    step = Page.steplen
    above = {key: [path[:end] for end in range(step, len(path) + 1, step)] for key, path in paths.items()}
    every = {path for found in above.values() for path in found}
    keys = dict(Page.objects.filter(path__in=every).values_list("path", "pk"))
    return {key: [keys[path] for path in found if path in keys] for key, found in above.items()}


def findable[Pages: PageQuerySet](pages: Pages) -> Pages:
    """Keep the pages that readers may find: live, public, no root, of no excluded type.

    An alias is left out: it has the text of its original, and is as private.
    """
    pages = pages.live().filter(depth__gt=1, alias_of__isnull=True)
    # As ``public()`` does, without a question of its own.
    at_or_above = PageViewRestriction.objects.filter(page__path=Left(OuterRef("path"), Length("page__path")))
    pages = pages.exclude(Exists(at_or_above))
    for label in get_settings().exclude:
        app_label, _, model = label.lower().partition(".")
        pages = pages.exclude(content_type__app_label=app_label, content_type__model=model)
    return pages


def specific_pages(page_ids: Sequence[int]) -> list[Page]:
    """Return those of the pages that readers may find, each of its own class.

    Wagtail's ``specific()`` raises ``KeyError`` if a page is deleted between its two queries.
    """
    keys: dict[type[Page], list[int]] = {}
    for page in findable_pages().filter(pk__in=page_ids):
        keys.setdefault(page.specific_class or Page, []).append(page.pk)
    found: list[Page] = []
    for model, of_model in keys.items():
        query = model.objects.filter(pk__in=of_model)
        for declared in model.get_search_fields():
            if isinstance(declared, index.RelatedFields):
                query = declared.select_on_queryset(query)
        pages = list(query.prefetch_related("locale", *text_relations(model)))
        try:
            prepare_pages(pages)
        except Exception:
            logger.exception("What is read of pages of %s could not be fetched at once.", model)
        found += pages
    return found


# --- what is read of them ---------------------------------------------------------------------------------------


def read_documents(pages: Iterable[Page]) -> tuple[list[SearchDocument], set[int]]:
    """Return the documents of pages, and the keys of pages that can't be read, which are logged."""
    documents, unreadable = [], set()
    for page in pages:
        try:
            documents.append(build_document(page))
        except Exception:
            logger.exception("Page %s (%s) could not be read for search.", page.pk, page.specific_class)
            unreadable.add(page.pk)
    return documents, unreadable


def build_document(page: Page) -> SearchDocument:
    """Return the document of a live page, which is of its specific class."""
    texts: dict[str, list[str]] = defaultdict(list)
    fields = page.get_search_fields()
    leads = {each.field_name for each in fields if isinstance(each, index.SearchField) and _is_lead(each)} - {"title"}
    for leaf in public_leaves(page):
        for unit in units(leaf):
            name = "lead" if leaf.path in leads else FIELD_OF_ROLE.get(unit.role, "body")
            texts[name].append(unit.text)
    for name, text in _declared_by(page, fields):
        texts[name].append(text)
    extras = extras_for(page)
    texts["people"].extend(extras.people)
    texts["places"].extend(extras.places)
    texts["topics"].extend(extras.topics)
    published = (extras.published_on or page.first_published_at) if extras.dated else None
    facets = {
        name: found
        for name, values in extras.facets.items()
        if (found := tuple(dict.fromkeys(filter(None, (facet_value(str(value)) for value in values)))))
    }
    day = local_date(published) if published else None
    if day:
        facets.setdefault("year", (str(day.year),))
    texts["places"].append(day_words(day, extras.period))
    return SearchDocument(
        page_id=page.pk,
        language=page.locale.language_code,
        texts={name: permitted("\n".join(parts)) for name, parts in texts.items() if any(parts)},
        facets=facets,
        published_on=published,
    )


# --- what a page type declares for Wagtail's own search, in ``search_fields``, and that is no leaf of it ---------


def _is_lead(declared: index.SearchField) -> bool:
    return (declared.boost or 1) >= LEAST_BOOST_OF_A_LEAD


def _declared_by(instance: models.Model, declarations: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield texts of a page or a child row, each with its field of the document.

    They are those of attributes that are no fields (methods that return a text), and names of related objects
    (categories, tags), which are topics.
    """
    names = [declared.field_name for declared in declarations]
    leaves = {field.name: field for field in text_fields(type(instance), named=names)}
    for declared in declarations:
        leaf = leaves.get(declared.field_name)
        if isinstance(declared, index.RelatedFields):
            if leaf and leaf.rows:
                for row in child_rows(instance, leaf.name):
                    yield from _declared_by(row, declared.fields)
            else:
                yield from (("topics", text) for text in _related_texts(instance, declared))
        elif isinstance(declared, index.SearchField) and leaf is None:
            yield from (("lead" if _is_lead(declared) else "body", text) for text in _texts(declared, instance))


def _related_texts(instance: models.Model, declared: index.RelatedFields) -> Iterator[str]:
    related = declared.get_value(instance)
    if related is None:
        return
    for row in related.all() if hasattr(related, "all") else [related]:
        for inner in declared.fields:
            if isinstance(inner, index.RelatedFields):
                yield from _related_texts(row, inner)
            elif isinstance(inner, index.SearchField):
                yield from _texts(inner, row)


def _texts(declared: index.SearchField, instance: models.Model) -> list[str]:
    value = declared.get_value(instance)
    values = value if isinstance(value, list | tuple) else [value]
    return [strip_tags(str(value)) for value in values if value not in {None, ""}]

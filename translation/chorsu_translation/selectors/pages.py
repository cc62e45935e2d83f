"""Which pages are translated, and from which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, QuerySet
from wagtail.models import Locale, Page

from chorsu_translation.conf import get_settings
from chorsu_translation.models import TranslationLink


def translatable_pages() -> QuerySet[Page]:
    """Return the pages that are translated: of the configured types, without aliases and the root."""
    pages: QuerySet[Page] = Page.objects.filter(depth__gt=1, alias_of__isnull=True)
    names = get_settings().page_types
    if not names:
        return pages
    chosen = tuple(apps.get_model(name) for name in names)
    models_of_types = [model for model in apps.get_models() if issubclass(model, chosen)]
    types = ContentType.objects.get_for_models(*models_of_types).values()
    chosen_pages: QuerySet[Page] = pages.filter(content_type__in=list(types))
    return chosen_pages


def current_text(page: Page) -> Page:
    """Return the version of a page that its translations are compared with: the live one, else the latest."""
    specific: Page = page.specific
    return specific if page.live else specific.get_latest_revision_as_object()


def originals(locales: Iterable[Locale]) -> QuerySet[Page]:
    """Return the pages that translations start from, the last changed first; also those whose source is gone."""
    pages = translatable_pages().filter(translation_link__source__isnull=True, locale__in=list(locales))
    return pages.select_related("locale").order_by(F("latest_revision_created_at").desc(nulls_last=True), "-pk")


def page_in(page: Page, locale: Locale) -> Page | None:
    """Return an article's page in a language, which is no alias; ``page`` is its page in any language."""
    found: Page | None = Page.objects.filter(
        translation_key=page.translation_key, locale=locale, alias_of__isnull=True
    ).first()
    return found


def source_for(page: Page, locale: Locale) -> Page:
    """Return the page that an article's translation into ``locale`` is, or would be, made from.

    ``page`` is the article's page in any language. It is returned itself where no page of the article is an original.
    """
    versions = Page.objects.filter(translation_key=page.translation_key, alias_of__isnull=True)
    made_from = versions.model.objects.filter(
        translation_links__target__translation_key=page.translation_key, translation_links__target__locale=locale
    )
    original = versions.filter(translation_link__isnull=True).order_by("pk")
    return made_from.first() or original.first() or page


def target_place(source: Page, locale: Locale) -> str:
    """Return the path of an article's page in a language; else of the nearest page above it that is translated.

    Where nothing above it is, that is the root, below which front pages stand.
    """
    above = source.get_ancestors(inclusive=True).order_by().values("translation_key")
    found = Page.objects.filter(translation_key__in=above, locale=locale, depth__gt=1).order_by("-depth")
    path: str = found.values_list("path", flat=True).first() or source.path[: Page.steplen]
    return path


def unlinked_translations(locales: list[Locale]) -> Iterator[tuple[Page | None, Page]]:
    """Yield each page that has translations and no link, with the page to link it to: its first one in ``locales``.

    That is None where it has none there. Left out are those pages themselves, and pages that they were made from.
    """
    order = {locale.pk: number for number, locale in enumerate(locales)}
    pages = translatable_pages().select_related("locale")
    several = pages.order_by().values("translation_key").annotate(pages=Count("pk")).filter(pages__gt=1)
    sources = dict(TranslationLink.objects.values_list("target_id", "source_id"))
    found = pages.filter(translation_key__in=several.values("translation_key")).order_by("translation_key", "pk")
    for _key, group in groupby(found.iterator(chunk_size=500), key=attrgetter("translation_key")):
        versions = list(group)
        candidates = sorted(
            (page for page in versions if page.locale_id in order), key=lambda page: order[page.locale_id]
        )
        source = candidates[0] if candidates else None
        above = {source.pk, *_made_from(source.pk, sources)} if source else set()
        yield from ((source, page) for page in versions if page.pk not in above and page.pk not in sources)


def _made_from(pk: int, sources: Mapping[int, int | None]) -> set[int]:
    found: set[int] = set()
    at = sources.get(pk)
    while at is not None and at not in found:
        found.add(at)
        at = sources.get(at)
    return found

"""States of pages in their languages, computed in SQL from facts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import attrgetter, or_
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import GroupPagePermission, Locale, Page, Revision, WorkflowState

from chorsu_translation.conf import get_settings
from chorsu_translation.models import PublishedUnits, TranslationLink
from chorsu_translation.snapshots import changed_units, take_snapshot


class State(models.TextChoices):
    """The state of an article in one language."""

    MISSING = "missing", pgettext_lazy("state of a translation", "Missing")
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    SCHEDULED = "scheduled", _("Scheduled")
    SOURCE_WITHDRAWN = "source_withdrawn", _("Source withdrawn")
    OUTDATED = "outdated", _("Outdated")
    LIVE = "live", _("Live")


def with_state(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Annotate pages with ``translation_state``, a value of ``State``.

    Outdated: the source shows its readers something else than the baseline of the live translation. A page that
    nobody translated from another (an original) is never outdated.
    """
    this_page = {
        "base_content_type": ContentType.objects.get_for_model(Page),
        "object_id": Cast(OuterRef("pk"), CharField()),
    }
    workflow = WorkflowState.objects.filter(**this_page)
    scheduled = Revision.objects.filter(**this_page, approved_go_live_at__isnull=False)
    link = TranslationLink.objects.filter(target=OuterRef("pk"))
    source_digest = PublishedUnits.objects.filter(page__translation_links__target=OuterRef("pk"))
    annotated: QuerySet[Page] = pages.annotate(
        is_in_review=Exists(workflow.filter(status=WorkflowState.STATUS_IN_PROGRESS)),
        needs_changes=Exists(workflow.filter(status=WorkflowState.STATUS_NEEDS_CHANGES)),
        is_scheduled=Exists(scheduled),
        source_is_withdrawn=Exists(link.filter(source__live=False, source__first_published_at__isnull=False)),
        source_digest=Subquery(source_digest.values("digest")[:1]),
    ).annotate(
        translation_state=Case(
            When(is_in_review=True, then=Value(State.IN_REVIEW.value)),
            When(needs_changes=True, then=Value(State.CHANGES_REQUESTED.value)),
            When(live=False, is_scheduled=True, then=Value(State.SCHEDULED.value)),
            When(live=False, then=Value(State.DRAFT.value)),
            When(source_is_withdrawn=True, then=Value(State.SOURCE_WITHDRAWN.value)),
            When(
                Q(translation_baseline__isnull=False, source_digest__isnull=False)
                & ~Q(translation_baseline__digest=F("source_digest")),
                then=Value(State.OUTDATED.value),
            ),
            default=Value(State.LIVE.value),
            output_field=CharField(),
        )
    )
    return annotated


def page_state(page: Page) -> State:
    """Return the state of one page."""
    found = with_state(Page.objects.filter(pk=page.pk)).values_list("translation_state", flat=True).get()
    return State(found)


def source_digest(target: Page) -> str:
    """Return the digest of what the source of a translation shows its readers; empty where it shows nothing."""
    published = PublishedUnits.objects.filter(page__translation_links__target=target)
    return published.values_list("digest", flat=True).first() or ""


def outdated_paths(target: Page) -> list[str]:
    """Return the content paths of the source that changed since the translation's baseline, in reading order."""
    link = TranslationLink.objects.select_related("source").filter(target=target).first()
    baseline = getattr(target, "translation_baseline", None)
    if link is None or link.source is None or baseline is None:
        return []
    return changed_units(baseline.units, take_snapshot(link.source.specific).units)


Rights = Mapping[int, frozenset[str]]


def may_read_drafts(user: Any) -> bool:
    """Return whether the user may begin translations of any language's unpublished pages."""
    allowed: bool = user.has_perm("chorsu_translation.add_translationlink")
    return allowed


def rights_by_locale(user: Any) -> dict[int, frozenset[str]]:
    """Return what the user may do in each locale's tree, by locale id: "add", "change" or both."""
    locales = set(Locale.objects.values_list("pk", flat=True))
    if user.is_superuser:
        return dict.fromkeys(locales, frozenset({"add", "change"}))
    found: dict[int, frozenset[str]] = {}
    granted = GroupPagePermission.objects.filter(
        group__user=user, permission__codename__in=["add_page", "change_page"]
    ).values_list("page__depth", "page__locale_id", "permission__codename")
    for depth, locale_id, codename in granted:
        for reached in locales if depth == 1 else {locale_id}:
            found[reached] = found.get(reached, frozenset()) | {codename.removesuffix("_page")}
    return found


def desk_locales(user: Any) -> list[Locale]:
    """Return the locales that the user works in."""
    if not user.is_active:
        return []
    rights = rights_by_locale(user)
    return [locale for locale in Locale.objects.order_by("pk") if locale.pk in rights]


@dataclass(frozen=True, slots=True)
class Cell:
    """One article in one language: its page and state, and whether who looks may begin or edit it."""

    locale: Locale
    state: State
    page: Page | None
    is_source: bool
    may_start: bool = False
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One article: the page to translate from, and a cell per language."""

    source: Page
    cells: list[Cell]


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


def originals(locales: Iterable[Locale]) -> QuerySet[Page]:
    """Return the pages that translations start from, the last changed first."""
    pages = translatable_pages().filter(translation_link__isnull=True, locale__in=list(locales))
    return pages.select_related("locale").order_by(F("latest_revision_created_at").desc(nulls_last=True), "-pk")


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


def originals_in_state(pages: QuerySet[Page], *, locales: Iterable[Locale], state: State) -> QuerySet[Page]:
    """Keep originals whose page in at least one of the languages is in ``state``."""
    there = translatable_pages().filter(translation_key=OuterRef("translation_key"))
    if state == State.MISSING:
        missing = (~Exists(there.filter(locale=locale)) for locale in locales)
        return pages.filter(reduce(or_, map(Q, missing)))
    found = with_state(there.filter(locale__in=list(locales)))
    return pages.filter(Exists(found.filter(translation_state=state.value)))


def desk_rows(
    sources: Iterable[Page], *, locales: list[Locale], user_id: int | None, rights: Rights, drafts: bool = False
) -> list[Row]:
    """Return the desk's rows for a page of originals, in two queries however many there are.

    ``rights`` says by locale id what the person who looks may do in that language's tree: "change" is any page,
    "add" is new pages and one's own. ``drafts`` says whether they may begin with anybody's unpublished page.
    """
    sources = list(sources)
    keys: list[uuid.UUID] = [source.translation_key for source in sources]
    pages: Any = with_state(Page.objects.filter(translation_key__in=keys, locale__in=locales, alias_of__isnull=True))
    found = {(page.translation_key, page.locale_id): page for page in pages}
    rows = []
    for source in sources:
        cells = []
        at_source = rights.get(source.locale_id, frozenset())
        may_copy = source.live or drafts or "change" in at_source or ("add" in at_source and source.owner_id == user_id)
        for locale in locales:
            page = found.get((source.translation_key, locale.pk))
            state = State(page.translation_state) if page else State.MISSING
            here = rights.get(locale.pk, frozenset())
            may_edit = page is not None and ("change" in here or ("add" in here and page.owner_id == user_id))
            cells.append(
                Cell(
                    locale,
                    state,
                    page,
                    is_source=locale.pk == source.locale_id,
                    may_start=page is None and may_copy and "add" in here,
                    may_edit=may_edit,
                )
            )
        rows.append(Row(source, cells))
    return rows

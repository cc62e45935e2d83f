"""Begin a translation: from what, with what, and where it will stand."""

from __future__ import annotations

import uuid
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.text import slugify as django_slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from modelcluster.models import get_all_child_relations
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.admin import messages
from wagtail.coreutils import find_available_slug
from wagtail.log_actions import LogContext
from wagtail.models import COMMENTS_RELATION_NAME, Locale, Page, TranslatableMixin
from wagtail.signals import copy_for_translation_done
from wagtail.users.models import UserProfile

from chorsu_editorial.drafts import draft_reader
from chorsu_editorial.lock_order import lock_articles, lock_pages
from chorsu_editorial.markup import readable_text
from chorsu_editorial.reading import all_leaves, with_leaves
from chorsu_locales.request_checks import whole_number
from chorsu_locales.text import slugify
from chorsu_translation.baselines import declare_untranslated, link_translation
from chorsu_translation.conf import get_settings
from chorsu_translation.drafts import record_drafts, waiting
from chorsu_translation.filling import fill_units, room
from chorsu_translation.memory.search import Memory
from chorsu_translation.models import Baseline, UnitDraft
from chorsu_translation.pages import (
    FromDeskView,
    Rights,
    TranslationError,
    may_read,
    translatable_pages,
)
from chorsu_translation.planning import open_request
from chorsu_translation.signals import translation_begins
from chorsu_translation.snapshots import paths_in_page, take_snapshot

COPY, EMPTY = "copy", "empty"
# In Wagtail's profile, among what the admin remembers of a person.
REMEMBERED = "chorsu_translation_start_with"


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """The live version of a page, or the draft of ``saved_at``, and the ``missing`` pages above its translation."""

    page: Page
    missing: list[Page]
    draft: bool
    saved_at: datetime | None

    @property
    def headline(self) -> str:
        """Return what the text is called that the translation would be made from."""
        is_public = self.page.live and not self.draft
        return str(self.page.title if is_public else self.page.get_admin_display_title())

    @property
    def value(self) -> str:
        return f"{self.page.pk}:draft" if self.draft else str(self.page.pk)


def parent_in(source: Page, locale: Locale) -> Page | None:
    """Return the page below which a translation belongs; front pages of all languages stand below the root."""
    parent: Page = source.get_parent()
    return parent if parent.is_root() else parent.get_translation_or_none(locale)


def missing_parents(source: Page, locale: Locale) -> list[Page]:
    """Return the pages above a source, below the nearest that has a page in this language; the uppermost first."""
    above: list[Page] = list(source.get_ancestors().filter(depth__gt=1).order_by("-depth"))
    keys = [page.translation_key for page in above]
    there = set(Page.objects.filter(locale=locale, translation_key__in=keys).values_list("translation_key", flat=True))
    return list(takewhile(lambda page: page.translation_key not in there, above))[::-1]


def may_start(*, user: Any, source: Page, locale: Locale, draft: bool = False) -> bool:
    """Return whether the user may read the text, and add it, and what is missing above it, in the target's tree.

    A draft that has no headline yet is no text to translate.
    """
    if not source.title or not may_read(user=user, page=source, draft=draft):
        return False
    missing = missing_parents(source, locale)
    place = parent_in(missing[0] if missing else source, locale)
    if place is None or not place.permissions_for_user(user).can_add_subpage():
        return False
    return all(may_read(user=user, page=page) for page in missing)


def starting_points(*, article: Page, locale: Locale, user: Any) -> list[StartingPoint]:
    """Return what the user may translate an article from: its pages in the other languages, ``article`` first."""
    pages = Page.objects.filter(translation_key=article.translation_key, alias_of__isnull=True)
    others = pages.exclude(locale=locale).select_related("locale").order_by("pk")
    found = []
    for page in sorted(others, key=lambda page: page.pk != article.pk):
        for draft in (False, True) if page.live and page.has_unpublished_changes else (False,):
            if may_start(user=user, source=page, locale=locale, draft=draft):
                saved_at = page.latest_revision_created_at if draft else None
                found.append(StartingPoint(page, missing_parents(page, locale), draft, saved_at))
    return found


def places_of_missing(
    sources: list[Page], found: Container[tuple[uuid.UUID, int]], locales: list[Locale], rights: Rights
) -> dict[tuple[int, int], str]:
    """Return, by source and locale, the path below which a missing page would be made; it is ``may_start`` for many."""
    step = Page.steplen
    wanted = [source for source in sources if any((source.translation_key, each.pk) not in found for each in locales)]
    paths = {source.path[:end] for source in wanted for end in range(2 * step, len(source.path), step)}
    keys = Page.objects.filter(path__in=paths).order_by().values("translation_key")
    pages = list(Page.objects.filter(translation_key__in=keys))
    above = {page.path: page for page in pages if page.path in paths}
    translated = {(page.translation_key, page.locale_id): page.path for page in pages if not page.alias_of_id}
    places: dict[tuple[int, int], str] = {}
    for source in wanted:
        for locale in locales:
            place, may_copy = source.path[:step], True
            for end in range(len(source.path) - step, step, -step):
                page = above.get(source.path[:end])
                path = translated.get((page.translation_key, locale.pk)) if page else None
                if path is not None:
                    place = path
                    break
                may_copy = may_copy and page is not None and rights.may_copy(page)
            if may_copy:
                places[source.pk, locale.pk] = place
    return places


@transaction.atomic
def start_translation(*, source: Page, locale: Locale, user: Any, start_with: str = "", draft: bool = False) -> Page:
    """Make the draft of a translation, owned by ``user``, and return it; an existing one is returned as it is.

    ``start_with``: "copy" of the source's text, or "empty" blocks with the source's ids; by default what the settings
    say. The live version of the source is copied, else its latest draft; ``draft`` takes the draft of a live source
    too. Missing pages above it are made as drafts. An alias in that language becomes a page. What the memory knows
    exactly is put in, and counts as not done until somebody looks at it.

    Raises ``PermissionDenied`` where ``may_start`` is False.
    """
    # All pages of the article are locked, since each can be the source.
    locked = lock_articles([source.translation_key]).get(source.pk)
    if locked is None:
        raise TranslationError(_("This page has been deleted, or is no longer part of this article."))
    source = locked
    existing: Page | None = source.get_translation_or_none(locale)
    if existing is not None and not existing.alias_of_id:
        return existing
    if not may_start(user=user, source=source, locale=locale, draft=draft):
        raise PermissionDenied
    for page in missing_parents(source, locale):
        # Else Wagtail's history would show, of all pages that one request makes, the entry of the last alone.
        with LogContext(user=user):
            start_translation(source=page, locale=locale, user=user, start_with=COPY)
    content = _version(source, draft)
    is_empty = (start_with or get_settings().start_with) == EMPTY
    filled = _fill_from_memory(content, locale, whole=is_empty)
    if is_empty:
        _empty(content, {path for path, _index in filled})
    translation_begins.send(sender=type(content), content=content, locale=locale, user=user)
    if existing is not None:
        target = _turn_alias_into_page(existing, content, user)
    else:
        target = _copy(source=source, content=content, locale=locale, user=user)
    if existing is not None or (draft and source.live):
        # A copy was linked by the signal's receiver, which took the live version as its baseline.
        how, text = Baseline.How.STARTED, _version(source, draft)
        link_translation(source=source, target=target, user=user, how=how, text=text)
    if existing is not None and target.live:
        declare_untranslated(target=target)
    record_drafts(target=target, texts=filled.values(), origin=UnitDraft.Origin.MEMORY, user=user)
    return target


def _version(source: Page, draft: bool) -> Page:
    page: Page = source.get_specific() if source.live and not draft else source.get_latest_revision_as_object()
    return page


def _fill_from_memory(content: Page, locale: Locale, *, whole: bool) -> dict[tuple[str, int], str]:
    """Put in, and return, paragraphs of which the memory knows each sentence; ``whole``: of texts known to the end."""
    units = {(str(path), int(index)): str(html) for path, index, html in take_snapshot(content).units}
    found = Memory(Page(locale=locale), content.locale).of_units(units.values())
    known = {html: offered[0].html for html, offered in found.items() if not offered[0].sentence}
    texts = {
        (path, index): known[html]
        for (path, index), html in units.items()
        if html in known and len(readable_text(known[html], rich=True)) <= room(type(content), path)
    }
    partly = {path for path, _index in units.keys() - texts.keys()} if whole else ()
    return {at: texts[at] for at in fill_units(content, {at: texts[at] for at in texts if at[0] not in partly})}


def _empty(page: Page, filled: Container[str]) -> None:
    # A page without a title can't be stored.
    kept = {path for counted, path in paths_in_page(page).items() if counted in filled} | {"title"}
    with_leaves(page, {leaf.path: "" for leaf in all_leaves(page) if leaf.compared and leaf.path not in kept})


def _set_locale(row: Any, locale: Locale) -> None:
    if isinstance(row, TranslatableMixin):
        row.locale = locale


def _turn_alias_into_page(alias: Page, content: Page, user: Any) -> Page:
    """Make a page of an alias, with a draft of this content; what readers see of it stays."""
    # Before the conversion, which stores a revision of the page.
    alias.owner = user
    alias.save(update_fields=["owner"], clean=False)
    page: Page = Page.objects.get(pk=alias.pk).specific
    ConvertAliasPageAction(page, user=user).execute(skip_permission_checks=True)
    draft = page.with_content_json(content.serializable_data())
    # The rows of the content belong to another page: these are new ones.
    content.copy_all_child_relations(target=draft, exclude=[COMMENTS_RELATION_NAME])
    for relation in get_all_child_relations(type(draft)):
        for row in getattr(draft, relation.get_accessor_name()).all():
            _set_locale(row, draft.locale)
    for name in ("slug", *content.exclude_fields_in_copy):
        setattr(draft, name, getattr(page, name))
    draft.save_revision(user=user, clean=False)
    return Page.objects.get(pk=alias.pk)


def _copy(*, source: Page, content: Page, locale: Locale, user: Any) -> Page:
    """Copy as Wagtail's action does, which would ask for rights on the source and a permission of another plug-in."""
    place = parent_in(source, locale)
    if place is None:
        raise TranslationError(_("The page that it belongs below has been deleted."))
    # Whoever adds another page below it at this moment is waited for: both would get the same place in the tree.
    parent = lock_pages([place.pk])[place.pk]
    target: Page = content.copy(
        to=parent,
        user=user,
        update_attrs={"locale": locale, "slug": find_available_slug(parent, _slug(content, source, parent, locale))},
        copy_revisions=False,
        keep_live=False,
        reset_translation_key=False,
        process_child_object=lambda _page, _copy, _relation, child: _set_locale(child, locale),
        log_action="wagtail.copy_for_translation",
    )
    copy_for_translation_done.send(sender=CopyPageForTranslationAction, source_obj=source.specific, target_obj=target)
    return target


def _slug(content: Page, source: Page, parent: Page, locale: Locale) -> str:
    """Return the slug that the editor's script makes of the title: only such a slug follows the translated title."""
    if parent.is_root():
        return f"{source.slug}-{locale.language_code}"
    if source.slug == django_slugify(content.title, allow_unicode=True):
        return str(source.slug)
    return slugify(content.title, locale.language_code)


class StartView(FromDeskView):
    template_name = "chorsu_translation/starting/start.html"
    page_title = gettext_lazy("Begin a translation")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.article = get_object_or_404(translatable_pages(), pk=kwargs["page_id"])
        self.locale = get_object_or_404(Locale, language_code=kwargs["language"])
        existing = self.article.get_translation_or_none(self.locale)
        if existing is not None and not existing.alias_of_id:
            return redirect("wagtailadmin_pages:edit", existing.pk)
        if not self.choices:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def choices(self) -> list[StartingPoint]:
        return starting_points(article=self.article, locale=self.locale, user=self.request.user)

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.respond()

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        offered = {"": self.choices[0], **{each.value: each for each in self.choices}}
        option, start_with = offered.get(request.POST.get("source", "")), request.POST.get("start_with", "")
        if option is None or start_with not in {"", COPY, EMPTY}:
            messages.error(request, _("Choose one of what is offered here."))
            return self.respond(400)
        try:
            target = start_translation(
                source=option.page,
                locale=self.locale,
                user=request.user,
                start_with=start_with,
                draft=option.draft,
            )
        except TranslationError as error:
            messages.error(request, str(error))
            return redirect("chorsu_translation:desk")
        if start_with:
            profile = UserProfile.get_for_user(request.user)
            profile.dismissibles[REMEMBERED] = start_with
            profile.save(update_fields=["dismissibles"])
        if known := len(waiting(target.get_latest_revision_as_object())):
            messages.info(request, _("Paragraphs from memory, to be looked at: %(count)d") % {"count": known})
        if option.missing:
            text = ngettext(
                "%(count)d page above it was made as a draft. Readers come here once that is published too.",
                "%(count)d pages above it were made as drafts. Readers come here once those are published too.",
                len(option.missing),
            )
            messages.warning(request, text % {"count": len(option.missing)})
        return redirect("wagtailadmin_pages:edit", target.pk)

    def get_context_data(self, **kwargs: Any) -> Any:
        kept = UserProfile.get_for_user(self.request.user).dismissibles.get(REMEMBERED)
        return super().get_context_data(
            article=self.article,
            headline=draft_reader(self.request.user).headline(self.article),
            locale=self.locale,
            options=self.choices,
            start_with=kept if kept in (COPY, EMPTY) else get_settings().start_with,
            asked=open_request(self.article, self.locale),
            **kwargs,
        )


def copy_within_one_language(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Refuse to copy a page below one of another language, where the copy would stay in its own; Wagtail doesn't."""
    if request.method != "POST":
        return None
    chosen = request.POST.get("new_parent_page", "")
    parent = Page.objects.filter(pk=whole_number(chosen)).first()
    if parent is None:
        messages.error(request, _("Choose the page below which the copy belongs."))
        return redirect("wagtailadmin_pages:copy", page.pk)
    if parent.is_root() or parent.locale_id == page.locale_id:
        return None
    text = _("“%(parent)s” is in %(language)s. To bring a page into another language, translate it here.")
    messages.error(request, text % {"parent": parent.title, "language": parent.locale.get_display_name()})
    return redirect("chorsu_translation:desk")

"""Which pages are translated, and from which; what people may do with them; what views share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import View
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import GroupPagePermission, Locale, Page

from chorsu_editorial.drafts import DRAFT_PERMISSIONS, DraftReader, granted_rights, site_trees
from chorsu_translation.conf import get_settings
from chorsu_translation.models import TranslationLink

RIGHTS = ("add", "change", "publish")
WORKS = ("add", "change")
PLANS = ("change", "publish")
# By it people translate what readers can't see yet, of all languages of their sites.
READS_DRAFTS = "chorsu_translation.add_translationlink"
DRAFT_PERMISSIONS.add(READS_DRAFTS)


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


def page_in(page: Page, locale: Locale) -> Page | None:
    """Return an article's page in a language, but no alias; ``page`` is its page in any language."""
    found: Page | None = Page.objects.filter(
        translation_key=page.translation_key, locale=locale, alias_of__isnull=True
    ).first()
    return found


def source_for(page: Page, locale: Locale) -> Page:
    """Return the page from which an article's translation into ``locale`` is, or would be, made; or ``page``."""
    versions = Page.objects.filter(translation_key=page.translation_key, alias_of__isnull=True)
    sources = versions.model.objects.filter(
        translation_links__target__translation_key=page.translation_key, translation_links__target__locale=locale
    )
    original = versions.filter(translation_link__isnull=True).order_by("pk")
    return sources.first() or original.first() or page


def _live_originals(pages: Iterable[Page]) -> set[int]:
    """Return the language that all of these articles were written in, if all of these originals are live."""
    keys = {page.translation_key for page in pages}
    originals = Page.objects.filter(translation_key__in=keys, alias_of__isnull=True, translation_link__isnull=True)
    rows = originals.order_by("-pk").values_list("translation_key", "locale_id", "live")
    found = set({key: (locale, live) for key, locale, live in rows}.values())
    return {locale for locale, live in found if live and len(found) == 1}


def target_place(source: Page, locale: Locale) -> str:
    """Return the path of an article's page in a language, else of the nearest translated page above it, or the root."""
    above = source.get_ancestors(inclusive=True).order_by().values("translation_key")
    found = Page.objects.filter(translation_key__in=above, locale=locale, depth__gt=1).order_by("-depth")
    path: str = found.values_list("path", flat=True).first() or source.path[: Page.steplen]
    return path


def unlinked_translations(locales: list[Locale]) -> Iterator[tuple[Page | None, Page]]:
    """Yield each page that has translations and no link, with the article's first page in ``locales``, or None."""
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
        above = {source.pk, *made_from(source.pk, sources.get)} if source else set()
        yield from ((source, page) for page in versions if page.pk not in above and page.pk not in sources)


def made_from(pk: int, source_of: Callable[[int], int | None]) -> list[int]:
    """Return the pages that a page was made from, its own source first."""
    found: list[int] = []
    at = source_of(pk)
    while at is not None and at not in (*found, pk):
        found.append(at)
        at = source_of(at)
    return found


@dataclass(frozen=True)
class Rights:
    """What a person may do below which pages: "change" any page, "add" new pages and edit their own, or "publish".

    ``paths`` are those of the pages where groups hold a right; rights on the root are rights in every language.
    """

    user_id: Any = None
    everywhere: bool = False
    reads_drafts: bool = False
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    locales: frozenset[int] = frozenset()

    @cached_property
    def draft_paths(self) -> tuple[str, ...]:
        """The trees in which the person may copy drafts."""
        return site_trees(chain(*self.paths.values())) if self.reads_drafts else ()

    def works_in(self, locale: Locale) -> bool:
        return self.everywhere or locale.pk in self.locales

    @property
    def works_somewhere(self) -> bool:
        return self.everywhere or bool(self.locales)

    def may(self, right: str, path: str) -> bool:
        return self.everywhere or path.startswith(self.paths.get(right, ()))

    def may_edit(self, page: Any) -> bool:
        """Return whether the person may edit a page, as far as groups' rights go."""
        return self.may("change", page.path) or (page.owner_id == self.user_id and self.may("add", page.path))

    def may_plan(self, *paths: str) -> bool:
        """Return whether the person is an editor of one of these paths."""
        return any(self.may(right, path) for right in PLANS for path in paths)

    @property
    def plans_somewhere(self) -> bool:
        return self.everywhere or any(self.paths.get(right) for right in PLANS)

    @property
    def drafts(self) -> DraftReader:
        """Whose drafts the person sees, as ``draft_reader`` says it."""
        return DraftReader(self.everywhere, (*chain(*self.paths.values()), *self.draft_paths))

    def may_copy(self, source: Page) -> bool:
        """Return whether the person may translate this source: fewer people may copy what readers can't see."""
        return source.live or source.path.startswith(self.draft_paths) or self.may_edit(source)


def rights_of(user: Any) -> Rights:
    """Return what a user may do."""
    if user.is_superuser:
        return Rights(user.pk, everywhere=user.is_active)
    if not user.is_active:
        return Rights(user.pk)
    paths: dict[str, tuple[str, ...]] = {}
    locales: set[int] = set()
    in_root = False
    for granted in granted_rights(user):
        right = granted.permission.codename.removesuffix("_page")
        if right not in RIGHTS:
            continue
        paths[right] = (*paths.get(right, ()), granted.page.path)
        if right in WORKS:
            locales.add(granted.page.locale_id)
            in_root = in_root or granted.page.is_root()
    if in_root:
        locales.update(Locale.objects.values_list("pk", flat=True))
    return Rights(user.pk, reads_drafts=bool(user.has_perm(READS_DRAFTS)), paths=paths, locales=frozenset(locales))


def plannable_locales(pages: Iterable[Page], user: Any) -> list[Locale]:
    """Return the languages in which the user may be an editor of one of the articles, or of its source.

    The language that all of the articles were written in, and are live in, is none of them.
    """
    rights = rights_of(user)
    pages = list(pages)
    locales = list(Locale.objects.exclude(pk__in=_live_originals(pages)).order_by("pk"))
    if rights.may_plan(*(page.path for page in pages)):
        return locales
    trees = Page.objects.filter(path__in=[path for each in PLANS for path in rights.paths.get(each, ())])
    own = set(trees.values_list("locale", flat=True))
    return [locale for locale in locales if locale.pk in own]


def desk_locales(user: Any) -> list[Locale]:
    """Return the locales in whose trees the user may add or change pages."""
    rights = rights_of(user)
    return [locale for locale in Locale.objects.order_by("pk") if rights.works_in(locale)]


def has_desk(user: Any) -> bool:
    """Return whether there is a locale in whose tree the user may add or change pages."""
    return rights_of(user).works_somewhere


def people_of(locales: Iterable[Locale]) -> QuerySet[Any]:
    """Return who can work in the tree of at least one of the languages and open the admin, and administrators."""
    granted = GroupPagePermission.objects.filter(
        Q(page__locale__in=list(locales), page__depth__gt=1) | Q(page__depth=1),
        permission__codename__in=["add_page", "change_page"],
    )
    enters = Q(
        groups__permissions__codename="access_admin", groups__permissions__content_type__app_label="wagtailadmin"
    )
    users = get_user_model().objects.filter(is_active=True)
    entering = users.filter(enters).values("pk")
    working = users.filter(groups__in=granted.values("group"))
    people: QuerySet[Any] = users.filter(
        Q(is_superuser=True) | Q(pk__in=working.values("pk")) & Q(pk__in=entering)
    ).order_by(get_user_model().USERNAME_FIELD)
    return people


def may_read(*, user: Any, page: Page, draft: bool = False) -> bool:
    """Return whether the user may read, and so copy, a page's text; ``draft``: of a version that isn't live."""
    if page.live and not draft:
        return True
    if page.permissions_for_user(user).can_edit():
        return True
    return bool(user.has_perm(READS_DRAFTS) and page.path.startswith(rights_of(user).draft_paths))


class TranslationError(Exception):
    """A translation can't be made or linked to its source; the text tells the person why."""


def check_editable(*, target: Page, user: Any) -> None:
    """Raise ``PermissionDenied``, or ``TranslationError`` with the reason, where the user can't edit the page now."""
    if target.alias_of_id or not target.permissions_for_user(user).can_edit():
        raise PermissionDenied
    lock = target.specific.get_lock()
    if lock is not None and lock.for_user(user):
        raise TranslationError(str(lock.get_message(user) or _("This page is locked.")))


class FromDeskView(WagtailAdminTemplateMixin, View):
    """A view that the desk, or the editor of ``edited_page``, leads to."""

    header_icon = "globe"
    _show_breadcrumbs = True
    edited_page: Page | None = None

    def respond(self, status: int = 200, **context: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(**context), status=status)
        return response

    def next_url(self) -> str:
        return get_valid_next_url_from_request(self.request) or reverse("chorsu_translation:desk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = {"url": reverse("chorsu_translation:desk"), "label": _("Translations")}
        if page := self.edited_page:
            above = {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.title}
        here = {"url": "", "label": self.page_title, "sublabel": self.get_page_subtitle()}
        return [*super().get_breadcrumbs_items(), above, here]

"""What people may do at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.models import GroupPagePermission, Locale, Page

RIGHTS = ("add", "change", "publish")
PLANS = ("change", "publish")


class Owned(Protocol):
    """A page, or what is known of it."""

    @property
    def path(self) -> str: ...
    @property
    def owner_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do below which pages.

    "change" is any page, "add" new pages and one's own. ``paths`` are those of the pages where groups hold a right;
    rights on the root are rights in every language.
    """

    user_id: Any = None
    everywhere: bool = False
    reads_drafts: bool = False
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    locales: frozenset[int] = frozenset()

    def works_in(self, locale: Locale) -> bool:
        """Return whether the person may add or change pages somewhere in a language's tree."""
        return self.everywhere or locale.pk in self.locales

    def may(self, right: str, path: str) -> bool:
        """Return whether the person holds a right on the page with this path."""
        return self.everywhere or path.startswith(self.paths.get(right, ()))

    def may_edit(self, page: Owned) -> bool:
        """Return whether the person may edit a page, as far as groups' rights go."""
        return self.may("change", page.path) or (page.owner_id == self.user_id and self.may("add", page.path))

    def may_plan(self, *paths: str) -> bool:
        """Return whether the person is an editor of one of these places."""
        return any(self.may(right, path) for right in PLANS for path in paths)

    @property
    def plans_somewhere(self) -> bool:
        """Return whether the person is an editor of any place."""
        return self.everywhere or any(self.paths.get(right) for right in PLANS)

    def may_copy(self, source: Page) -> bool:
        """Return whether the person may begin with this source: what readers can't see is copied by fewer people."""
        return source.live or self.reads_drafts or self.may_edit(source)


def rights_of(user: Any) -> Rights:
    """Return what a user may do, in a query or two."""
    drafts = may_read_drafts(user)
    if user.is_superuser:
        return Rights(user.pk, everywhere=user.is_active, reads_drafts=drafts)
    paths: dict[str, tuple[str, ...]] = {}
    locales: set[int] = set()
    in_root = False
    if user.is_active:
        granted = GroupPagePermission.objects.filter(
            group__user=user, permission__codename__in=[f"{right}_page" for right in RIGHTS]
        )
        facts = granted.values_list("permission__codename", "page__path", "page__depth", "page__locale").distinct()
        for codename, path, depth, locale in facts:
            right = codename.removesuffix("_page")
            paths[right] = (*paths.get(right, ()), path)
            if right != "publish":
                locales.add(locale)
                in_root = in_root or depth == 1
        if in_root:
            locales.update(Locale.objects.values_list("pk", flat=True))
    return Rights(user.pk, reads_drafts=drafts, paths=paths, locales=frozenset(locales))


def plannable_locales(pages: Iterable[Page], user: Any) -> list[Locale]:
    """Return the languages in which the user may be an editor of one of the articles, or of its source.

    Each article is asked by itself when something is decided about it.
    """
    rights = rights_of(user)
    locales = list(Locale.objects.order_by("pk"))
    if rights.may_plan(*(page.path for page in pages)):
        return locales
    trees = Page.objects.filter(path__in=[path for each in PLANS for path in rights.paths.get(each, ())])
    own = set(trees.values_list("locale", flat=True))
    return [locale for locale in locales if locale.pk in own]


def may_read_drafts(user: Any) -> bool:
    """Return whether the user may begin translations of any language's unpublished pages."""
    allowed: bool = user.has_perm("chorsu_translation.add_translationlink")
    return allowed


def desk_locales(user: Any) -> list[Locale]:
    """Return the locales in whose trees the user may add or change pages."""
    if not user.is_active:
        return []
    rights = rights_of(user)
    return [locale for locale in Locale.objects.order_by("pk") if rights.works_in(locale)]


def people_of(locales: Iterable[Locale]) -> QuerySet[Any]:
    """Return who can work in the tree of at least one of the languages, and so be given translations into it.

    Administrators can everywhere. Who can't open the admin can't either.
    """
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
    """Return whether the user may read the text of a page; ``draft``: of what readers don't see yet.

    A copy is as good as reading it. Who edits the page or holds ``chorsu_translation.add_translationlink``, as
    translators and editors do, may read what is unpublished too.
    """
    is_public = page.live and not draft
    return bool(is_public or may_read_drafts(user) or page.permissions_for_user(user).can_edit())

"""Who sees the headline of a text that readers can't see: for an investigation that is the secret.

Whoever has a right on pages somewhere sees the drafts below, as in Wagtail's explorer; who may translate from drafts,
those of all languages of the same site. Others see a text's language and state alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import GroupPagePermission, Page
from wagtail.permission_policies.pages import PagePermissionPolicy

# Rights by which people read the drafts of each language of a site; a plug-in adds its own.
DRAFT_PERMISSIONS: set[str] = set()
RIGHTS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


@dataclass(frozen=True, slots=True)
class DraftReader:
    """Whose drafts a person sees: all, or those that stand below pages with these ``paths``."""

    everywhere: bool = False
    paths: tuple[str, ...] = ()

    def sees(self, page: Any) -> bool:
        """Return whether the person sees what isn't published of a page; ``page`` needs a ``path`` alone."""
        return self.everywhere or page.path.startswith(self.paths)

    def headline(self, page: Page) -> str:
        """Return what a page is called, as far as the person may know."""
        if self.sees(page):
            return str(page.get_admin_display_title())
        return str(page.title) if page.live else _("Unpublished text")

    def seen(self) -> Q:
        """Return the condition of pages of which the person sees what isn't published."""
        if self.everywhere:
            return Q()
        return reduce(or_, [Q(path__startswith=path) for path in self.paths], Q(pk__in=[]))

    def known(self) -> Q:
        """Return the condition of pages whose headline the person may know."""
        return Q() if self.everywhere else Q(live=True) | self.seen()


def granted_rights(user: Any) -> Iterable[GroupPagePermission]:
    """Return the rights on pages of a user's groups, each with its page and permission; a superuser has none.

    Wagtail reads them once for a user in memory, for all that it asks of them.
    """
    rights: Iterable[GroupPagePermission] = PagePermissionPolicy().get_cached_permissions_for_user(user)
    return rights


def draft_reader(user: Any) -> DraftReader:
    """Return which drafts a user sees."""
    if not user.is_active:
        return DraftReader()
    if user.is_superuser:
        return DraftReader(everywhere=True)
    granted = [right.page.path for right in granted_rights(user) if right.permission.codename in RIGHTS]
    paths = tuple(dict.fromkeys(granted))
    if any(user.has_perm(permission) for permission in DRAFT_PERMISSIONS):
        paths += site_trees(paths)
    return DraftReader(paths=paths)


def site_trees(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths of the trees, in each language, of the sites in which pages with these paths stand.

    Sites stand below the root; where that is among the paths, it is all of them.
    """
    length = 2 * Page.steplen
    beginnings = {path[:length] for path in paths}
    roots = tuple(path for path in beginnings if len(path) < length)
    if roots:
        return roots
    fronts = Page.objects.filter(path__in=beginnings, depth=2)
    trees = Page.objects.filter(depth=2, translation_key__in=fronts.values("translation_key"))
    return tuple(trees.values_list("path", flat=True))

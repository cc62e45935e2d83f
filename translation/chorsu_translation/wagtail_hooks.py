"""The desk in Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from chorsu_locales.numbers import whole_number
from chorsu_translation import urls
from chorsu_translation.selectors import desk_locales


class DeskMenuItem(MenuItem):
    """Shown to those who work in at least one language's tree."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether the person has anything to do at the desk."""
        return bool(desk_locales(request.user))


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    """Add the desk's addresses."""
    return [path("translations/", include(urls))]


@hooks.register("register_admin_menu_item")
def register_desk_menu_item() -> MenuItem:
    """Add the desk to the main menu."""
    return DeskMenuItem(
        _("Translations"), reverse("chorsu_translation:desk"), name="translations", icon_name="globe", order=150
    )


@hooks.register("before_copy_page")
def copy_within_one_language(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Send to the desk whoever copies a page below one of another language: the copy would stay in its language.

    Wagtail refuses such a move, and not such a copy. It fails where the form names no page to copy to.
    """
    if request.method != "POST":
        return None
    chosen = request.POST.get("new_parent_page", "")
    parent = Page.objects.filter(pk=whole_number(chosen)).first()
    if parent is None:
        messages.error(request, gettext("Choose the page below which the copy belongs."))
        return redirect("wagtailadmin_pages:copy", page.pk)
    if parent.is_root() or parent.locale_id == page.locale_id:
        return None
    text = gettext("“%(parent)s” is in %(language)s. To bring a page into another language, translate it here.")
    messages.error(request, text % {"parent": parent.title, "language": parent.locale.get_display_name()})
    return redirect("chorsu_translation:desk")


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the right to translate unpublished pages to other groups."""
    return Permission.objects.filter(content_type__app_label="chorsu_translation", codename="add_translationlink")


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Name the plug-in's entries in a page's history."""
    actions.register_action(
        "chorsu_translation.declare_up_to_date",
        gettext("Declare the translation up to date"),
        gettext("Declared the translation up to date with its source"),
    )

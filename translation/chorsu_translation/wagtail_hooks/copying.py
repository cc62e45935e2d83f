"""Copies stay in their language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from chorsu_locales.received import whole_number


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

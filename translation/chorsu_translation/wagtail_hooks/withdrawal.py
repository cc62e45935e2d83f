"""*Withdraw everywhere* and *Take down in this language* in a page's menu, their rights, and entries in the history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry, Page

from chorsu_editorial.past_approval import needs_approval
from chorsu_translation.models.people import name_of
from chorsu_translation.selectors import translatable_pages
from chorsu_translation.selectors.withdrawals import article_standing, may_take_down, may_withdraw, open_withdrawals
from chorsu_translation.services.withdrawal import BROUGHT_BACK, WITHDRAWN


@hooks.register("register_page_header_buttons")
def add_withdrawal(page: Page, user: Any, next_url: str = "", view_name: str = "") -> Iterator[Button]:  # noqa: ARG001
    """Offer to take an article down, or to bring it back."""
    if page.live and not page.permissions_for_user(user).can_unpublish() and may_take_down(user, page):
        url = reverse("chorsu_translation:take_down", args=[page.pk])
        yield Button(gettext_lazy("Take down in this language"), url, icon_name="download", priority=60)
    if not may_withdraw(user) or not translatable_pages().filter(pk=page.pk).exists():
        return
    if any(each.is_up for each in article_standing(page.translation_key)):
        url = reverse("chorsu_translation:withdraw", args=[page.pk])
        yield Button(gettext_lazy("Withdraw everywhere"), url, icon_name="download", priority=61)
    elif open_withdrawals([page.translation_key]):
        url = reverse("chorsu_translation:bring_back", args=[page.pk])
        yield Button(gettext_lazy("Bring back everywhere"), url, icon_name="upload", priority=61)


@hooks.register("before_unpublish_page")
def ask_why(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Ask for a reason where Wagtail would take a page down without one."""
    if request.POST.get("include_descendants") or not needs_approval(page) or not may_take_down(request.user, page):
        return None
    return redirect("chorsu_translation:take_down", page.pk)


@hooks.register("before_edit_page")
def say_that_it_was_withdrawn(request: HttpRequest, page: Page) -> None:
    """Tell whoever opens a page of an article that was withdrawn everywhere when and by whom, and the way back."""
    withdrawal = open_withdrawals([page.translation_key]).get(page.translation_key) if request.method == "GET" else None
    if withdrawal is None:
        return
    date = date_format(timezone.localtime(withdrawal.withdrawn_at), "SHORT_DATETIME_FORMAT")
    text = " · ".join(
        filter(None, (_("Withdrawn everywhere %(date)s") % {"date": date}, name_of(withdrawal.withdrawn_by)))
    )
    back = reverse("chorsu_translation:bring_back", args=[page.pk])
    buttons = [messages.button(back, _("Bring back"))] if may_withdraw(request.user) else []
    messages.warning(request, text, buttons=buttons)


@hooks.register("register_permissions")
def offer_withdrawal() -> QuerySet[Permission]:
    """Let administrators give the rights to groups."""
    names = ("withdraw_everywhere", "add_withdrawal")
    return Permission.objects.filter(content_type__app_label="chorsu_translation", codename__in=names)


@hooks.register("register_log_actions")
def name_withdrawals(actions: LogActionRegistry) -> None:
    """Name the entries in a page's history."""

    @actions.register_action(WITHDRAWN)
    class WithdrawnFormatter(LogFormatter):
        label = gettext_lazy("Withdraw everywhere")
        message = gettext_lazy("Taken down in every language")

        def format_comment(self, log_entry: BaseLogEntry) -> str:
            """Give the reason."""
            return str(log_entry.data.get("reason", ""))

    actions.register_action(
        BROUGHT_BACK, gettext_lazy("Bring back"), gettext_lazy("Brought back as it was before it was taken down")
    )

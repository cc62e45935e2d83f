"""Messages that haven't left yet, in Wagtail's admin: for the people who look after the newsroom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from chorsu_delivery.channels import channel_label, name_of_recipient
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import retry
from chorsu_locales.menus import MenuItemFor


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    results = UnsentMessagesView.as_view(results_only=True)
    return [
        path("reports/messages/", UnsentMessagesView.as_view(), name="chorsu_delivery_unsent"),
        path("reports/messages/results/", results, name="chorsu_delivery_unsent_results"),
        path("reports/messages/<int:pk>/retry/", retry_message, name="chorsu_delivery_retry"),
    ]


@hooks.register("register_reports_menu_item")
def register_reports_menu_item() -> MenuItem:
    return MenuItemFor(
        _("Unsent messages"),
        reverse("chorsu_delivery_unsent"),
        shown_to=lambda user: user.has_perm("chorsu_delivery.view_outgoingmessage"),
        count=lambda _user: OutgoingMessage.objects.stuck().count(),
        name="unsent-messages",
        icon_name="mail",
        order=1300,
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="chorsu_delivery", codename__in=["view_outgoingmessage", "change_outgoingmessage"]
    )


CHANGE = "chorsu_delivery.change_outgoingmessage"


class RetryColumn(BaseColumn):
    cell_template_name = "chorsu_delivery/retry_cell.html"

    def get_cell_context_data(self, instance: OutgoingMessage, parent_context: Any) -> dict[str, Any]:
        token = get_token(parent_context["request"])  # tables render their cells without the request
        return {**super().get_cell_context_data(instance, parent_context), "csrf_token": token}


class UnsentMessagesView(ReportView):
    """List messages that wait, those that fail most often first. Texts aren't shown: they contain personal links."""

    model = OutgoingMessage
    # Wagtail 7.4 takes none from ``model``, and then lets everybody in who may enter the admin.
    permission_policy = ModelPermissionPolicy(OutgoingMessage)
    permission_required = "view"
    page_title = _("Unsent messages")
    header_icon = "mail"
    index_url_name = "chorsu_delivery_unsent"
    index_results_url_name = "chorsu_delivery_unsent_results"
    verbose_name_plural = _("unsent messages")
    list_export = ["recipient", "channel", "subject", "created_at", "attempts", "not_before", "last_error"]
    columns = [
        Column("subject", label=_("Subject")),
        Column("recipient", label=_("Recipient"), accessor=name_of_recipient),
        Column("channel", label=_("Channel"), accessor=channel_label),
        DateColumn("created_at", label=_("Written")),
        Column("attempts", label=_("Attempts")),
        Column("last_error", label=_("Last error")),
        DateColumn("not_before", label=_("Next attempt")),
    ]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.has_perm(CHANGE):
            self.columns = [*self.columns, RetryColumn("retry", label=_("Action"))]

    def get_queryset(self) -> QuerySet[OutgoingMessage]:
        return OutgoingMessage.objects.unsent().order_by("-attempts", "pk")


@require_POST
def retry_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the message due now; the worker sends it within seconds."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    message = get_object_or_404(OutgoingMessage, pk=pk)
    retry(message=message)
    messages.success(request, gettext("The message to %(to)s is tried again now.") % {"to": name_of_recipient(message)})
    return redirect("chorsu_delivery_unsent")

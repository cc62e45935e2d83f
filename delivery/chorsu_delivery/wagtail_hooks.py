"""What the app adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from chorsu_delivery.selectors import stuck_count
from chorsu_delivery.views import UnsentMessagesView, retry_message


class UnsentMessagesMenuItem(MenuItem):
    """The entry of the Reports menu, with the number of messages that failed several times."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Show it to those who may see messages."""
        return request.user.has_perm("chorsu_delivery.view_outgoingmessage")

    def render_component(self, request: HttpRequest) -> Any:
        """Return the sidebar's entry. Menu items are shared between requests, so the label is set on the component."""
        component = super().render_component(request)
        if count := stuck_count():
            component.label = f"{self.label} ({count})"
        return component


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Put the report below the admin's address."""
    return [
        path("reports/messages/", UnsentMessagesView.as_view(), name="chorsu_delivery_unsent"),
        path(
            "reports/messages/results/",
            UnsentMessagesView.as_view(results_only=True),
            name="chorsu_delivery_unsent_results",
        ),
        path("reports/messages/<int:pk>/retry/", retry_message, name="chorsu_delivery_retry"),
    ]


@hooks.register("register_reports_menu_item")
def register_reports_menu_item() -> MenuItem:
    """Put the report into the Reports menu."""
    return UnsentMessagesMenuItem(
        _("Unsent messages"), reverse("chorsu_delivery_unsent"), name="unsent-messages", icon_name="mail", order=1300
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to other groups."""
    return Permission.objects.filter(
        content_type__app_label="chorsu_delivery", codename__in=["view_outgoingmessage", "change_outgoingmessage"]
    )

"""What the app adds to Wagtail's admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.views import UnsentMessagesView, retry_message
from chorsu_locales.menus import MenuItemFor


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
    """Let administrators give the rights to other groups."""
    return Permission.objects.filter(
        content_type__app_label="chorsu_delivery", codename__in=["view_outgoingmessage", "change_outgoingmessage"]
    )

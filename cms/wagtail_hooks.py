"""What the site adds to Wagtail's admin."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from cms.languages.hooks import refuse_other_language
from cms.newsroom.views import InviteView


class InviteMenuItem(MenuItem):
    """Shown to those who may invite."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether this user may invite."""
        return request.user.has_perm("chorsu_cms.invite_user")


hooks.register("before_serve_page", refuse_other_language)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Add the invitation's form."""
    return [path("invite/", InviteView.as_view(), name="newsroom_invite")]


@hooks.register("register_settings_menu_item")
def register_invite_menu_item() -> MenuItem:
    """Put "Invite" into the settings menu, above the users."""
    return InviteMenuItem(_("Invite"), reverse("newsroom_invite"), icon_name="user", order=590)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name the newsroom's own actions in Wagtail's history."""
    actions.register_action("chorsu.invite", _("Invite"), _("Invited to the newsroom"))


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the right to invite to other groups."""
    return Permission.objects.filter(content_type__app_label="chorsu_cms", codename="invite_user")

"""What the site adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import SubmitForModerationMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from chorsu_locales.menus import MenuItemFor
from chorsu_locales.selectors import is_enabled
from cms.newsroom.accounts import AddressPanel
from cms.newsroom.invitations import InviteView
from cms.newsroom.messages import ChatsViewSet, MessageChoicePanel
from cms.outlet_admin import OutletViewSet
from cms.publishing import DeleteOwnDrafts, explanation, may_delete
from cms.reader.routing import OpenPageLinkHandler


class SubmitMenuItem(SubmitForModerationMenuItem):
    """Wagtail's button without the workflow's name: a page has one approval, that of its language."""

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Say whether the page is submitted for the first time or again."""
        context: dict[str, Any] = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        is_again = state is not None and state.status == state.STATUS_NEEDS_CHANGES
        context["label"] = _("Submit again for approval") if is_again else _("Submit for approval")
        return context


hooks.register("register_account_settings_panel", AddressPanel)
hooks.register("register_account_settings_panel", MessageChoicePanel)
hooks.register("register_admin_viewset", ChatsViewSet)
register_snippet(OutletViewSet)
hooks.register("register_bulk_action", DeleteOwnDrafts, order=1)  # after Wagtail's own, which it replaces


@hooks.register("before_delete_page")
def explain_deletion(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Say why a page isn't deleted, before anything is asked."""
    if may_delete(request.user, page):
        return None
    messages.error(request, explanation(page))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("construct_admin_api")
def delete_in_the_admin_only(router: Any) -> None:
    """Take deletion from the API, where a refusal would leave half of it done: no screen of Wagtail's uses it."""
    pages = router._endpoints["pages"]  # noqa: SLF001 - the hook is given nothing else to find it by
    pages.actions = {name: action for name, action in pages.actions.items() if name != "delete"}


@hooks.register("register_rich_text_features", order=10)
def register_rich_text_features(features: FeatureRegistry) -> None:
    """Link open pages only, instead of Wagtail's handler, which is registered before."""
    features.register_link_type(OpenPageLinkHandler)


@hooks.register("construct_page_action_menu")
def submit_for_approval(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001
    """Offer to submit in our words."""
    menu_items[:] = [
        SubmitMenuItem(item.order) if type(item) is SubmitForModerationMenuItem else item for item in menu_items
    ]


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    """Add the invitation's form."""
    return [path("invite/", InviteView.as_view(), name="newsroom_invite")]


@hooks.register("register_settings_menu_item")
def register_invite_menu_item() -> MenuItem:
    """Put "Invite" into the settings menu, above the users."""
    return MenuItemFor(
        _("Invite"),
        reverse("newsroom_invite"),
        shown_to=lambda user: user.has_perm("chorsu_cms.invite_user"),
        icon_name="user",
        order=590,
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name the newsroom's own actions in Wagtail's history."""
    actions.register_action("chorsu.invite", _("Invite"), _("Invited to the newsroom"))


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let administrators give the rights to invite and to set chats to other groups."""
    offered = Q(codename="invite_user") | Q(content_type__model__in=("languagechats", "outlet"))
    return Permission.objects.filter(offered, content_type__app_label="chorsu_cms")


@hooks.register("before_serve_page")
def refuse_other_language(page: Page, _request: HttpRequest, _args: Any, _kwargs: Any) -> None:
    """Answer 404 to a page of a switched-off language, or below another language's prefix.

    Where a language has no live home page, Wagtail serves the default language's tree under that language's prefix.
    """
    code = page.locale.language_code
    if code != translation.get_language() or not is_enabled(code):
        raise Http404

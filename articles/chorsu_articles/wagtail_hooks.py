"""Where the admin of articles joins Wagtail's."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.account import AvatarSettingsPanel
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import BaseLogEntry
from wagtail.signals import init_new_page
from wagtail.snippets.models import register_snippet

from chorsu_articles import (
    corrections,  # noqa: F401 - its hook
    vocabularies,
)
from chorsu_articles import protected_names as names
from chorsu_articles.admin import (
    desk,  # noqa: F401 - its hook
    views,
)
from chorsu_articles.columns import describe_values
from chorsu_articles.forms.pictures import AvatarForm
from chorsu_articles.models import Person, PictureKind, Publication, PublicationAuthor
from chorsu_articles.models.publications import CORRECTED
from chorsu_articles.pictures import library
from chorsu_articles.pictures.former import COPY_ACTION
from chorsu_articles.vocabularies import TEXTS_CHANGED, VocabularyGroup
from chorsu_editorial.exceptions import ReasonFormatter
from chorsu_locales.menus import MenuItemFor

register_snippet(VocabularyGroup)

# Wagtail's view names its panels itself, without a setting.
AvatarSettingsPanel.form_class = AvatarForm
AvatarSettingsPanel.template_name = "chorsu_articles/admin/avatar.html"

EDITOR_SCRIPTS = (
    "initial_state",
    "enter",
    "slug",
    "completeness",
    "paste",
    "pictures",
    "captions",
    "main_picture",
    "kept_text",
    "find",
    "tables",
)
CREDITS = library.CreditChangesReport
# Below ``/admin/articles/``.
HELPERS = [
    path("slug/", views.slug, name="slug"),
    path("suggestions/<int:picture_id>/", views.suggestions, name="suggestions"),
    path("paste/", views.paste, name="paste"),
    path("caption-line/", views.caption_line, name="caption_line"),
    path("pictures/together/", library.together, name="pictures_together"),
    path("pictures/upload/", library.upload, name="upload_picture"),
    path("pictures/<int:picture_id>/credit/", library.credit, name="picture_credit"),
    path("pictures/credits/", CREDITS.as_view(), name="credit_changes"),
    path("pictures/credits/results/", CREDITS.as_view(results_only=True), name="credit_changes_results"),
    path("names/", names.ProtectedNamesView.as_view(), name="protected_names"),
    path("names/add/", names.ProtectView.as_view(), name="protect_name"),
    path("names/<int:pk>/", names.ProtectedNameView.as_view(), name="protected_name"),
    path("texts/<int:entry_id>/put-back/", vocabularies.put_text_back, name="put_text_back"),
    path("session/", views.session, name="session"),
    path("kept/<int:page_id>/", views.kept_text, name="kept_text"),
    path("check/<int:page_id>/", views.check_page, name="check"),
    path("check/below/<int:section_id>/", views.check_new_page, name="check_new"),
]


@hooks.register("register_admin_urls", order=-1)
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Add the helpers, and take over Wagtail's page for many pictures. The first match answers: hence the order."""
    return [
        path("images/multiple/add/", library.AddTogetherView.as_view()),
        path("articles/", include((HELPERS, "chorsu_articles_admin"))),
    ]


@hooks.register("insert_editor_js")
def insert_editor_scripts() -> SafeString:
    tools = render_to_string(
        "chorsu_articles/admin/editor.html", {"messages": views.editor_messages(), "kinds": PictureKind.choices}
    )
    scripts = format_html_join(
        "\n",
        '<script type="module" src="{}"></script>',
        ((static(f"chorsu_articles/admin/{name}.js"),) for name in EDITOR_SCRIPTS),
    )
    return tools + scripts


@hooks.register("insert_global_admin_js")
def insert_every_page() -> SafeString:
    """Load the script that asks before signing out, on any page, deletes texts that are kept in the browser."""
    return format_html(
        '<script type="module" src="{}" data-articles-sign-out="{}" data-articles-question="{}"></script>',
        static("chorsu_articles/admin/every_page.js"),
        reverse("wagtailadmin_logout"),
        _("Texts that are not saved yet are kept in this browser. Signing out deletes them. Sign out all the same?"),
    )


@hooks.register("insert_global_admin_css")
def insert_styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("chorsu_articles/admin/articles.css"))


@hooks.register("register_settings_menu_item")
def register_protected_names_menu_item() -> MenuItem:
    return MenuItemFor(
        _("Protected names"),
        reverse("chorsu_articles_admin:protected_names"),
        shown_to=lambda user: names.may_keep_names(user) or names.may_see_names(user),
        icon_name="lock",
        order=595,
    )


@hooks.register("register_reports_menu_item")
def register_credit_changes() -> MenuItem:
    return MenuItemFor(
        _("Credits of pictures"),
        reverse("chorsu_articles_admin:credit_changes"),
        shown_to=library.may_see_report,
        name="credit-changes",
        icon_name="image",
        order=860,
    )


@receiver(init_new_page, dispatch_uid="chorsu_articles.name_author")
def name_author(page: Any, **_kwargs: Any) -> None:
    """Enter who begins an article as its author, in the form, where it can be taken out."""
    if isinstance(page, Publication) and (person := Person.called_as(page.owner)):
        page.author_links = [PublicationAuthor(person=person)]


@hooks.register("before_delete_snippet")
def keep_protected_people(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Say that a protected person can't be deleted, where the database would refuse."""
    if not any(isinstance(instance, Person) and instance.name_withheld for instance in instances):
        return None
    messages.error(request, _("A person whose name is protected can't be deleted: lift the protection first."))
    return redirect("wagtailsnippets_chorsu_articles_person:list")


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="chorsu_articles", codename__in=[names.SEE, names.KEEP])


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    for action, label, message in (
        (COPY_ACTION, _("Copy the picture"), _("Copied the picture into the new library")),
        (library.CREDIT_CHANGED, _("Change the credit"), _("Changed what readers see beside the picture")),
        (names.READ_ACTION, _("Read the protected name"), _("Read the protected name")),
        (names.PROTECT_ACTION, _("Protect the name"), _("Protected the name")),
        (names.CHANGE_ACTION, _("Change the protected name"), _("Changed what is kept of the name")),
        (names.ASK_ACTION, _("Ask to lift the protection"), _("Asked to lift the protection")),
        (names.WITHDRAW_ACTION, _("Keep the protection"), _("Left the name protected")),
        (names.LIFT_ACTION, _("Lift the protection"), _("Lifted the protection of the name")),
        (names.NAME_READER_ACTION, _("Let see protected names"), _("May see protected names")),
        (names.REMOVE_READER_ACTION, _("Let see protected names no more"), _("May see protected names no more")),
    ):
        actions.register_action(action, label, message)

    @actions.register_action(CORRECTED)
    class Corrected(ReasonFormatter):
        label, message = _("Correct"), _("Told readers of a correction")

    @actions.register_action(TEXTS_CHANGED)
    class TextsChanged(LogFormatter):
        label = _("Change a text that readers see")
        message = _("Changed a text that readers see")

        def format_message(self, log_entry: BaseLogEntry) -> str:
            """Give both texts; those of a person who is protected by now are gone."""
            model, data = log_entry.content_type.model_class(), log_entry.data
            both = " → ".join(describe_values(model, data[side]) for side in ("before", "after") if side in data)
            return f"{self.message}: {both}" if both else str(self.message)

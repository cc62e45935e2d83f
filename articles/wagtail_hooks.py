"""Where the admin of articles joins Wagtail's."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from articles.admin import urls
from articles.admin.messages import editor_messages
from articles.admin.pictures import AddTogetherView
from articles.admin.vocabularies import VocabularyGroup

register_snippet(VocabularyGroup)

EDITOR_SCRIPTS = ("slug", "completeness", "suggestions", "paste", "pictures", "captions", "kept_text")


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Add the helpers, and take over Wagtail's page for uploading many pictures (the first match answers)."""
    return [
        path("images/multiple/add/", AddTogetherView.as_view()),
        path("articles/", include(urls)),
    ]


@hooks.register("insert_editor_js")
def insert_editor_scripts() -> SafeString:
    """Load the editor's scripts, one per job, and what they show."""
    tools = render_to_string("articles/admin/editor.html", {"messages": editor_messages()})
    scripts = format_html_join(
        "\n",
        '<script type="module" src="{}"></script>',
        ((static(f"articles/admin/{name}.js"),) for name in EDITOR_SCRIPTS),
    )
    return tools + scripts


@hooks.register("insert_global_admin_js")
def insert_every_page() -> SafeString:
    """Load what looks after texts kept in the browser: on every page, because one signs out on any."""
    return format_html(
        '<script type="module" src="{}" data-articles-sign-out="{}" data-articles-question="{}"></script>',
        static("articles/admin/every_page.js"),
        reverse("wagtailadmin_logout"),
        _("Texts that are not saved yet are kept in this browser. Signing out deletes them. Sign out all the same?"),
    )


@hooks.register("insert_global_admin_css")
def insert_styles() -> SafeString:
    """Load the few styles that the admin of articles adds."""
    return format_html('<link rel="stylesheet" href="{}">', static("articles/admin/articles.css"))

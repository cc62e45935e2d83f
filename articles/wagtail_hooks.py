"""Where the admin of articles joins Wagtail's."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from articles.admin import urls
from articles.admin.messages import editor_messages
from articles.admin.pictures import AddTogetherView
from articles.admin.vocabularies import VocabularyGroup

register_snippet(VocabularyGroup)

EDITOR_SCRIPTS = ("slug", "completeness", "suggestions", "paste", "pictures", "captions")


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


@hooks.register("insert_global_admin_css")
def insert_styles() -> SafeString:
    """Load the few styles that the admin of articles adds."""
    return format_html('<link rel="stylesheet" href="{}">', static("articles/admin/articles.css"))

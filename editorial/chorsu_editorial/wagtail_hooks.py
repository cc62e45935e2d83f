"""What the app adds to Wagtail's admin: each of these modules registers its hooks, or has them registered here."""

from __future__ import annotations

from typing import Any

from wagtail import hooks

from chorsu_editorial import (
    action_bar,
    comments,
    desk,
    editor,
    exceptions,
    folded_history,
    held_approvals,
    review_screen,
)
from chorsu_editorial.file_usage import views
from chorsu_editorial.guest_links import views as guest_links

__all__ = [
    "action_bar",
    "comments",
    "desk",
    "editor",
    "exceptions",
    "folded_history",
    "held_approvals",
    "review_screen",
    "views",
]

HOOKS: tuple[tuple[str, Any], ...] = (
    ("register_admin_urls", guest_links.register_admin_urls),
    ("register_log_actions", guest_links.register_log_actions),
    ("register_page_header_buttons", guest_links.offer_links),
)
for name, hook in HOOKS:
    hooks.register(name, hook)

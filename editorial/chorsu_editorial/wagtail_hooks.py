"""What the app adds to Wagtail's admin: each of these modules registers its hooks."""

from __future__ import annotations

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

"""What the app adds to Wagtail's admin: each of these modules registers its hooks."""

from __future__ import annotations

from chorsu_editorial import editor, exceptions, held, lock_order, remarks, review_screen
from chorsu_editorial.uses import views

__all__ = ["editor", "exceptions", "held", "lock_order", "remarks", "review_screen", "views"]

"""What the plug-in adds to Wagtail's admin: a file per subject."""

from chorsu_translation.wagtail_hooks import (
    copying,
    desk,
    editor,
    findings,
    history,
    linking,
    minor,
    rights,
    structure,
    withdrawal,
)

__all__ = ["copying", "desk", "editor", "findings", "history", "linking", "minor", "rights", "structure", "withdrawal"]

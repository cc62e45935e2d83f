from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """Typo reports by readers."""

    name = "chorsu_feedback"
    label = "chorsu_feedback"
    verbose_name = _("Feedback")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, follow publications, and tell what a correction is called in the log."""
        import_module("chorsu_feedback.applying")
        import_module("chorsu_feedback.checks")
        import_module("chorsu_feedback.reports")

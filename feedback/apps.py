from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """Typo reports by readers."""

    name = "feedback"
    label = "chorsu_feedback"
    verbose_name = _("Feedback")
    default_auto_field = "django.db.models.BigAutoField"

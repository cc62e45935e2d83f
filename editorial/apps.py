from __future__ import annotations

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """What the plug-ins all say about a page."""

    name = "editorial"
    label = "chorsu_editorial"
    verbose_name = _("Editorial")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks and connect receivers."""
        importlib.import_module("editorial.checks")
        importlib.import_module("editorial.receivers")

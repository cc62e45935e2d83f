from __future__ import annotations

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditorialConfig(AppConfig):
    """What the plug-ins share: reading a page's text, its history, and its review."""

    name = "chorsu_editorial"
    label = "chorsu_editorial"
    verbose_name = _("Editorial")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        importlib.import_module("chorsu_editorial.checks")
        importlib.import_module("chorsu_editorial.receivers")
        importlib.import_module("chorsu_editorial.file_usage.policies").install_policies()

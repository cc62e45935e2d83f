from __future__ import annotations

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """The site: the only place where the plug-ins meet."""

    name = "cms"
    label = "chorsu_cms"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the site's checks, receivers and way of exporting; ``cms.wiring`` joins the plug-ins."""
        importlib.import_module("cms.checks")
        importlib.import_module("cms.receivers")
        importlib.import_module("cms.spreadsheets")

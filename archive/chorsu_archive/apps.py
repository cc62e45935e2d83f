from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    """Articles from other systems, and into files."""

    name = "chorsu_archive"
    label = "chorsu_archive"
    verbose_name = _("Archive")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and what the log says of articles that came from elsewhere."""
        import_module("chorsu_archive.checks")
        import_module("chorsu_archive.pages")
        # Without it Django has to come as far as its checks, which say so.
        if apps.is_installed("wagtail.contrib.redirects"):
            import_module("chorsu_archive.receivers")

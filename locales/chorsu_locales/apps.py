from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocalesConfig(AppConfig):
    """What a language is."""

    name = "chorsu_locales"
    label = "chorsu_locales"
    verbose_name = _("Languages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("chorsu_locales.checks")
        catalogues = import_module("chorsu_locales.catalogues")
        catalogues.register_names()
        catalogues.install()

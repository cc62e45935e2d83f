from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocalesConfig(AppConfig):
    """What a language is."""

    name = "chorsu_locales"
    label = "chorsu_locales"
    verbose_name = _("Languages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell Django the names of languages that only the table knows, and chain the catalogues."""
        from chorsu_locales import catalogues, checks, registration  # noqa: F401, PLC0415 (they need loaded apps)

        registration.register_names()
        catalogues.install()

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocalesConfig(AppConfig):
    """What a language is."""

    name = "locales"
    label = "chorsu_locales"
    verbose_name = _("Languages")
    default_auto_field = "django.db.models.BigAutoField"

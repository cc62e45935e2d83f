from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationConfig(AppConfig):
    """Who translates what, and what is out of date."""

    name = "translation"
    label = "chorsu_translation"
    verbose_name = _("Translation")
    default_auto_field = "django.db.models.BigAutoField"

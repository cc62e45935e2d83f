from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationConfig(AppConfig):
    """The plug-in of translations: their states, and the translators' desk."""

    name = "chorsu_translation"
    label = "chorsu_translation"
    verbose_name = _("Translation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from chorsu_translation import checks, receivers  # noqa: F401, PLC0415 - models have to be loaded first
        from chorsu_translation.glossary import terms  # noqa: F401, PLC0415 - registers a check

        receivers.connect(self)

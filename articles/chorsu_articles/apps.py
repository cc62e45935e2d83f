from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.db.models.signals import pre_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "chorsu_articles"
    label = "chorsu_articles"
    verbose_name = _("Articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks, language columns and what each page's template gets; they read models, all loaded by now."""
        import_module("chorsu_articles.checks")
        import_module("chorsu_articles.views")
        if find_spec("modeltranslation"):  # else chorsu_articles.E001
            # Here rather than by an entry in INSTALLED_APPS, which a site could forget or put into a wrong place.
            import_module("chorsu_articles.translation")
            import_module("chorsu_articles.pictures.renditions").encode_avif_sooner()
            columns = import_module("chorsu_articles.columns")
            pre_migrate.connect(columns.migrations_begin, sender=self, dispatch_uid="chorsu_articles.columns")

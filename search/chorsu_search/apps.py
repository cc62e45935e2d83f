from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "chorsu_search"
    label = "chorsu_search"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from chorsu_editorial.stated_facts import register_vocabulary  # noqa: PLC0415 - as for the next
        from chorsu_search import checks, services, stated_facts  # noqa: F401, PLC0415 - they import models
        from chorsu_search.spelling import groups  # noqa: F401, PLC0415

        register_vocabulary(stated_facts.VOCABULARY)

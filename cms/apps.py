from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """The site: the only place where the plug-ins meet."""

    name = "cms"
    label = "chorsu_cms"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the site's checks and join the plug-ins."""
        from cms import checks  # noqa: F401, PLC0415 - Django's registry has to be complete first
        from cms.wiring import articles_search  # noqa: PLC0415

        articles_search.connect()

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    """The site: the only place where the plug-ins meet."""

    name = "cms"
    label = "chorsu_cms"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the site's checks and receivers, and join the plug-ins."""
        from wagtail.signals import post_page_move  # noqa: PLC0415

        from cms import checks, receivers  # noqa: F401, PLC0415 - Django's registry has to be complete first
        from cms.wiring import articles_search  # noqa: PLC0415

        articles_search.connect()
        post_save.connect(receivers.saved, dispatch_uid="chorsu_cms.saved")
        post_delete.connect(receivers.changed, dispatch_uid="chorsu_cms.deleted")
        post_page_move.connect(receivers.changed, dispatch_uid="chorsu_cms.moved")

from __future__ import annotations

import importlib
import pkgutil

from django.apps import AppConfig, apps
from django.db.models.signals import pre_migrate
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator
from wagtail.users.apps import WagtailUsersAppConfig


def _gettext(message: str) -> str | Promise:
    """Return a text; until all apps are ready a lazy one: Wagtail asks for some while its modules load, for nobody.

    Only modules that load until then have this function. The texts are labels of forms, choosers, filters and columns,
    of which Wagtail's other ones are lazy.
    """
    return gettext(message) if apps.ready else _(message)


translation.gettext = _gettext  # type: ignore[assignment]


class CmsConfig(AppConfig):
    """The site: the only place where the plug-ins meet."""

    default = True
    name = "cms"
    label = "chorsu_cms"
    verbose_name = _("Newsroom")

    def ready(self) -> None:
        importlib.import_module("cms.checks")
        importlib.import_module("cms.receivers")
        outlet = importlib.import_module("cms.outlet")
        translator.register(outlet.Outlet, fields=("name", "tagline", "contacts", "imprint", "licence"))
        translator.register([outlet.MenuEntry, outlet.FooterEntry], fields=("label",))
        columns = importlib.import_module("chorsu_articles.columns")
        pre_migrate.connect(columns.migrations_begin, sender=self, dispatch_uid="chorsu_cms.columns")


class UsersConfig(WagtailUsersAppConfig):
    user_viewset = "cms.newsroom.invitations.AccountViewSet"


class WiringConfig(AppConfig):
    """Joins the plug-ins: each file of ``cms.wiring`` the pair that it is named after.

    The last of the installed apps: by now every other one has connected its own receivers.
    """

    name = "cms.wiring"
    label = "chorsu_wiring"

    def ready(self) -> None:
        for module in pkgutil.iter_modules(importlib.import_module(self.name).__path__, f"{self.name}."):
            importlib.import_module(module.name)
        translation.gettext = gettext

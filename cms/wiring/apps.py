from __future__ import annotations

import importlib
import pkgutil

from django.apps import AppConfig

import cms.wiring


class WiringConfig(AppConfig):
    """Joins the plug-ins. The last of the installed apps: by now every other one has connected its own receivers."""

    name = "cms.wiring"
    label = "chorsu_wiring"

    def ready(self) -> None:
        """Import every file of this folder; each joins the pair that it is named after."""
        for module in pkgutil.iter_modules(cms.wiring.__path__, "cms.wiring."):
            importlib.import_module(module.name)

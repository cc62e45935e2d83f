from __future__ import annotations

import importlib

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """An invented outlet with articles in every language; only in a checkout."""

    name = "demo"
    label = "chorsu_demo"
    verbose_name = "Demo"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check that finds the demo's accounts."""
        importlib.import_module("demo.checks")

"""Receivers of Django's signals; each calls one service."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from django.apps import AppConfig
from django.apps.registry import Apps

from chorsu_articles.services.columns import add_missing_columns


def migrations_begin(
    *, app_config: AppConfig, apps: Apps, using: str, verbosity: int, stdout: TextIO = sys.stdout, **_kwargs: Any
) -> None:
    """Let ``migrate`` make, and name, the columns of languages that the site took up since it was run last."""
    added = add_missing_columns(apps=apps, using=using, app_label=app_config.label)
    if added and verbosity:
        stdout.write(f"Columns for languages added: {', '.join(added)}\n")

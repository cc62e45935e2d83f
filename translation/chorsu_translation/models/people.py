"""The person of a row."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


def person_field(label: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """Return a field that names a person, and keeps the row when the account is deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=label, null=True, blank=True, on_delete=models.SET_NULL, **options
    )


def name_of(user: Any) -> str:
    """Return what a person is called, empty for nobody; a protected author's account has the code name only."""
    return str(user.get_full_name() or user.get_username()) if user else ""

"""The settings of a plug-in: a dict in the site's settings, whose keys are the fields of a dataclass in upper case."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


class AppSettings[Shape]:
    """The dict ``name`` of the site's settings, read whenever it is asked for.

    ``shape`` is a dataclass with a default for every field. What is wrong is left to the system checks, so that a typo
    in the settings stops no page.
    """

    def __init__(self, name: str, shape: type[Shape]) -> None:
        self.name = name
        self.shape = shape
        self.keys = frozenset(item.name.upper() for item in fields(shape))  # type: ignore[arg-type]

    def given(self) -> dict[str, Any]:
        """Return what the site's settings say, as they say it; nothing where that is no dict."""
        value = getattr(settings, self.name, {})
        return value if isinstance(value, dict) else {}

    def get(self) -> Shape:
        """Return the settings in force, without unknown keys."""
        return self.shape(**{key.lower(): value for key, value in self.given().items() if key in self.keys})

    def faults(self, *, no_dict: str, unknown_key: str) -> list[CheckMessage]:
        """Return what is wrong whatever the keys mean, as checks of these ids."""
        value = getattr(settings, self.name, {})
        if not isinstance(value, dict):
            return [Error(f"{self.name} is no dict.", hint=f"Write {self.name} = {{…}}.", id=no_dict)]
        known = ", ".join(sorted(self.keys))
        return [
            Error(f"{self.name} has an unknown key: {key!r}.", hint=f"Use one of: {known}.", id=unknown_key)
            for key in value
            if key not in self.keys
        ]

"""The settings of a plug-in: a dict in the site's settings, whose keys are the fields of a dataclass in upper case."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

# What a value has to be, and how that is said to whoever wrote another.
Want = tuple[Callable[[Any], bool], str]

A_TEMPLATE: Want = (lambda value: isinstance(value, str) and bool(value), 'Use the name of a template: "base.html".')
MODELS: Want = (
    lambda value: isinstance(value, list | tuple) and all(map(_is_model, value)),
    "Use a list of app_label.Model, of installed apps.",
)


def number(least: float, most: float = math.inf) -> Want:
    """Return what a number has to be."""
    return (lambda value: _is_number(value) and least <= value <= most), (
        f"Use a number of at least {least}." if most == math.inf else f"Use a number from {least} to {most}."
    )


def whole(least: int) -> Want:
    """Return what a whole number has to be."""
    return (lambda value: _is_number(value) and isinstance(value, int) and value >= least), (
        f"Use a whole number, at least {least}."
    )


class AppSettings[Shape]:
    """The dict ``name`` of the site's settings, read whenever it is asked for.

    ``shape`` is a dataclass with a default for every field. What is wrong is left to the system check of the number
    ``identifier``, so that a typo in the settings stops no page. ``wants`` says of fields what their values have to be.
    """

    def __init__(
        self, name: str, shape: type[Shape], *, identifier: str, wants: Mapping[str, Want] | None = None
    ) -> None:
        self.name = name
        self.shape = shape
        self.identifier = identifier
        self.wants = wants or {}
        self.keys = frozenset(item.name.upper() for item in fields(shape))  # type: ignore[arg-type]

    def given(self) -> dict[str, Any]:
        """Return what the site's settings say, as they say it; nothing where that is no dict."""
        value = getattr(settings, self.name, {})
        return value if isinstance(value, dict) else {}

    def get(self) -> Shape:
        """Return the settings in force, without unknown keys."""
        return self.shape(**{key.lower(): value for key, value in self.given().items() if key in self.keys})

    def register_check(self) -> Callable[..., list[CheckMessage]]:
        """Register the system check of these settings, and return it."""
        # Not the method itself: Django's registry gives a check an attribute.
        return register(partial(self.check))

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Find what is no dict, an unknown key, or a value of a wrong kind: a system check."""
        if not isinstance(getattr(settings, self.name, {}), dict):
            return [Error(f"{self.name} is no dict.", hint=f"Write {self.name} = {{…}}.", id=self.identifier)]
        known = ", ".join(sorted(self.keys))
        found: list[CheckMessage] = []
        for key, value in self.given().items():
            is_right, hint = self.wants.get(key.lower(), (lambda _value: True, ""))
            if key not in self.keys:
                problem, hint = f"{self.name} has an unknown key: {key!r}.", f"Use one of: {known}."
            elif is_right(value):
                continue
            else:
                problem = f"{self.name}[{key!r}] is {value!r}."
            found.append(Error(problem, hint=hint, id=self.identifier))
        return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_model(label: Any) -> bool:
    try:
        apps.get_model(label)
    except (AttributeError, LookupError, ValueError):
        return False
    return True

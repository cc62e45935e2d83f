"""System checks of the settings, and of what is read of the site's page types."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Info, register
from django.db import models
from wagtail.models import Page, get_page_models

from chorsu_editorial.conf import configuration
from chorsu_editorial.reading import text_fields

check_settings = configuration.register_check()


@register()
def check_compared_fields(**_kwargs: Any) -> list[CheckMessage]:
    """List the text fields that are compared and never shown (``chorsu_editorial.I001``)."""
    # The title and description for search engines are every page's, and known.
    own = set(_compared(Page))
    found = {model._meta.label: [name for name in _compared(model) if name not in own] for model in get_page_models()}
    lines = [f"{label}: {', '.join(names)}" for label, names in sorted(found.items()) if names]
    if not lines:
        return []
    return [
        Info(
            "These text fields are compared, never searched or reported:\n\t" + "\n\t".join(lines),
            hint=(
                "A change makes translations outdated, and a report is uncertain where the same words stand there. "
                "Where readers see a field, name it in the model's readable_fields; where it is nobody's text, "
                "in unread_fields."
            ),
            id="chorsu_editorial.I001",
        )
    ]


def _compared(model: type[models.Model]) -> list[str]:
    names: list[str] = []
    for field in text_fields(model):
        if field.rows is not None:
            public = set(field.named) | ({each.name for each in text_fields(field.rows)} if field.public else set())
            names += [f"{field.name}.{name}" for name in _compared(field.rows) if name not in public]
        elif not field.public:
            names.append(field.name)
    return names

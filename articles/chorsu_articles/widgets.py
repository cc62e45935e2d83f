"""Form widgets of the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy


class LanguageSlugInput(forms.TextInput):
    """A slug that follows the headline by the transliteration of the page's language.

    Wagtail's own widget transliterates in the browser by tables that don't know Tajik, Kazakh or Persian. Here the
    server makes the slug by the same function that fills an empty one: ``chorsu_articles.admin.views.slug``.
    """

    def __init__(self, language: str, made: str, attrs: dict[str, Any] | None = None) -> None:
        """``made`` is the slug that the present headline gives: while the field holds it, it follows the headline."""
        super().__init__(
            {
                "data-articles-slug": "",
                "data-articles-slug-url": reverse_lazy("chorsu_articles_admin:slug"),
                "data-articles-slug-language": language,
                "data-articles-slug-made": made,
                "autocapitalize": "off",
                "spellcheck": "false",
                **(attrs or {}),
            }
        )

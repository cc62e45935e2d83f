"""The form of pages."""

from __future__ import annotations

from typing import Any

from wagtail.admin.forms.pages import WagtailAdminPageForm

from articles.widgets import LanguageSlugInput
from locales.text import slugify


class NewsroomPageForm(WagtailAdminPageForm):
    """The form of every page: Latin slugs by language, vocabularies in the order of their names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            page = self.instance
            locale = page.locale if page.locale_id else self.parent_page.locale
            language = locale.language_code
            made = slugify(page.title, language) if page.title else ""
            widget = LanguageSlugInput(language, made)
            widget.is_required = False
            self.fields["slug"].widget = widget
            self.fields["slug"].required = False
        for name in ("topics", "countries", "organisers", "country"):
            if name in self.fields:
                field = self.fields[name]
                field.queryset = field.queryset.ordered_by_name()

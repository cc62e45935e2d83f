"""The form of pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import WagtailAdminPageForm

from chorsu_articles.widgets import LanguageSlugInput
from chorsu_locales.text import slugify


class NewsroomPageForm(WagtailAdminPageForm):
    """The form of every page: Latin slugs by language, vocabularies in the order of their names, a main topic."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            page = self.instance
            language = self._language()
            made = slugify(page.title, language) if page.title else ""
            widget = LanguageSlugInput(language, made)
            widget.is_required = False
            self.fields["slug"].widget = widget
            self.fields["slug"].required = False
        for field in self.fields.values():
            if hasattr(getattr(field, "queryset", None), "ordered_by_name"):
                field.queryset = field.queryset.ordered_by_name()

    def clean(self) -> dict[str, Any]:
        """Let two headlines alike get numbered addresses, as where the address is left empty.

        An address that somebody chose stays, and is refused where it is taken.
        """
        slug, page = self.cleaned_data.get("slug"), self.instance
        made = slugify(self.cleaned_data.get("title") or "", self._language())
        siblings = self.parent_page.get_children().exclude(pk=page.pk)
        is_public = bool(page.pk and page.live)
        if slug and slug == made and not is_public and siblings.filter(slug=slug).exists():
            self.cleaned_data["slug"] = ""
        cleaned: dict[str, Any] = super().clean()
        main_topic = cleaned.get("main_topic")
        if main_topic and main_topic not in cleaned.get("topics", ()):
            self.add_error("main_topic", _("Choose one of the topics that are marked above."))
        return cleaned

    def _language(self) -> str:
        page = self.instance
        locale = page.locale if page.locale_id else self.parent_page.locale
        code: str = locale.language_code
        return code

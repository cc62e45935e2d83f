"""The editor of formatted text."""

from __future__ import annotations

from typing import Any

from wagtail.admin.rich_text import DraftailRichTextArea

from chorsu_locales.normal_form import normal_text


class RichTextArea(DraftailRichTextArea):
    """Wagtail's editor, whose text is normalised first: its JSON may bring half an emoji, as no form's field does."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        html = super().value_from_datadict(data, files, name)
        return None if html is None else normal_text(html)

"""The editor of formatted text."""

from __future__ import annotations

from typing import Any

from wagtail.admin.rich_text import DraftailRichTextArea

from chorsu_locales.normal_form import normal_text


class RichTextArea(DraftailRichTextArea):
    """Wagtail's editor; what it sends is brought into the form in which text is stored before anybody compares it.

    JSON brings what no form's field does: halves of emojis of which somebody deleted the other half, for one.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        html = super().value_from_datadict(data, files, name)
        return None if html is None else normal_text(html)

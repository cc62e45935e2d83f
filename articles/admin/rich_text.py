"""The editor of formatted text."""

from __future__ import annotations

from typing import Any

from wagtail.admin.rich_text import DraftailRichTextArea


class RichTextArea(DraftailRichTextArea):
    """Wagtail's editor; what it sends loses NUL and halves of surrogate pairs.

    A browser leaves half of an emoji where somebody deleted the other half. PostgreSQL takes it in no text, and answers
    a save with an error; SQLite takes it, and the reader's page then can't be encoded.
    """

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """Return the HTML to store."""
        html = super().value_from_datadict(data, files, name)
        return None if html is None else html.replace("\0", "").encode("utf-8", "ignore").decode()

"""The form of documents."""

from __future__ import annotations

from typing import Any

from wagtail.documents.forms import BaseDocumentForm

from chorsu_articles.document_files import DocumentFileField


class DocumentForm(BaseDocumentForm):
    """Wagtail's form, which takes files of known kinds only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = DocumentFileField(label=plain.label, required=plain.required, widget=plain.widget)

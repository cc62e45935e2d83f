"""Makes the tables that Wagtail's reports export safe to open: its own class is the one that all of them share."""

from __future__ import annotations

from functools import wraps
from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

from chorsu_locales.normal_form import no_formula, permitted

_preprocess = SpreadsheetExportMixin.preprocess_field_value


@wraps(_preprocess)
def preprocess_field_value(self: Any, field: str, value: Any, export_format: str) -> Any:
    """Return a cell without what XML can't hold, and, in CSV, so that no program takes it for a formula."""
    cell = _preprocess(self, field, value, export_format)
    if not isinstance(cell, str):
        return cell
    cell = permitted(cell)
    # Wagtail writes an XLSX's cells as text by their type.
    return no_formula(cell) if export_format == self.FORMAT_CSV else cell


SpreadsheetExportMixin.preprocess_field_value = preprocess_field_value

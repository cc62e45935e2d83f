"""What the tests of the review share."""

from __future__ import annotations

import pytest
from wagtail.admin.panels import FieldPanel

from articles.models import AnalysisPage


@pytest.fixture(autouse=True)
def text_in_the_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make sure that the form has the lead and the text, whatever else the site's editor shows."""
    handler = AnalysisPage.get_edit_handler()
    if not hasattr(AnalysisPage, "edit_handler") and "body" not in handler.get_form_class().base_fields:
        panels = [*AnalysisPage.content_panels, FieldPanel("lead"), FieldPanel("body")]
        monkeypatch.setattr(AnalysisPage, "content_panels", panels)
        AnalysisPage.get_edit_handler.cache_clear()

"""The findings of a translation, by the name under which docs/extend has them."""

from chorsu_translation.findings.review import explanation_for, page_findings

__all__ = ["explanation_for", "page_findings"]

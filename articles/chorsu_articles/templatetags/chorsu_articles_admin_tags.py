"""What the editor's form shows about what a text still lacks."""

from __future__ import annotations

from typing import Any

from django import template

from chorsu_articles.completeness import missing, outline
from chorsu_articles.models import Publication

register = template.Library()


@register.inclusion_tag("chorsu_articles/admin/completeness.html")
def completeness(page: Publication) -> dict[str, Any]:
    """Show what a publication lacks, and its outline."""
    return {"missing": missing(page), "outline": outline(page)}

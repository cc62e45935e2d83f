"""Joins articles and editorial: what a protected name keeps from readers without an account."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from chorsu_articles.models import Publication
from chorsu_articles.protected_names import may_keep_names
from chorsu_editorial.guest_links.links import Protection, register_protection
from cms.wiring.articles_translation import is_of_protected_person


def has_protected_name(version: Page) -> bool:
    """Tell whether a version is by a protected person, or names one; its own authors, which may not be stored yet."""
    if isinstance(version, Publication):
        credited: list[Any] = [*version.author_links.all(), *version.translator_links.all()]
        if any(link.person.name_withheld for link in credited):
            return True
    return is_of_protected_person(version)


register_protection(Protection(protects=has_protected_name, may_lift=may_keep_names))

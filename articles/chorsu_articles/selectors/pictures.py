"""Who may say who made a picture that readers see, and what was changed about such pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst
from wagtail.models import ModelLogEntry, Page

from chorsu_articles.models import Picture
from chorsu_editorial.uses.files import uses
from chorsu_locales.wagtail_compat import policy_registry

SHOWN_FACTS_CHANGED = "chorsu_articles.shown_facts_changed"


def shown_by(picture: Picture) -> list[Any]:
    """Return the pages and other objects that show a picture to readers, or will once what waits is published."""
    return [use.source for use in uses(picture) if use.holds]


def may_change_facts(user: Any, sources: list[Any]) -> bool:
    """Tell whether a user may change credit, licence and kind of a picture that these show: as editor of each."""
    return user is not None and all(_is_editor(user, source) for source in sources)


def places(sources: list[Any]) -> list[str]:
    """Return where readers see a picture, for people: languages of pages, and kinds of other objects."""
    names = [
        source.locale.get_display_name()
        if isinstance(source, Page)
        else capfirst(str(source._meta.verbose_name_plural))
        for source in sources
    ]
    return sorted(set(names))


def shown_facts_changes() -> QuerySet[ModelLogEntry]:
    """Return the log entries about credit, licence and kind of pictures that readers saw, newest first."""
    entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.filter(action=SHOWN_FACTS_CHANGED)
    return entries.select_related("user", "content_type").order_by("-timestamp", "-pk")


def describe_facts(facts: Mapping[str, str]) -> str:
    """Return kind, credit and licence, or some of these, for people: "Kind: Photo; credit: A. Writer"."""
    parts = []
    for name, value in facts.items():
        field: Any = Picture._meta.get_field(name)
        shown = dict(field.choices or ()).get(value, value) or "–"
        parts.append(f"{field.verbose_name}: {shown}")
    return capfirst("; ".join(parts))


def _is_editor(user: Any, source: Any) -> bool:
    if isinstance(source, Page):
        # Who may "add" edits own pages, but isn't their editor.
        return bool(user.is_superuser or "change" in source.permissions_for_user(user).permissions)
    policy = policy_registry.get_by_type(type(source))
    return bool(policy and policy.user_has_permission_for_instance(user, "change", source))

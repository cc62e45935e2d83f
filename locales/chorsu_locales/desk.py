"""Panels of the admin's home page: short lists of what one person has to do, alike in all plug-ins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from wagtail.admin.ui.components import Component

# Rows of a list that stand open; the others, up to ``MOST``, are folded away below them.
SHOWN = 5
MOST = 30


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One thing to do: a ``title``, in the language ``code``, and where it leads.

    ``facts`` are short texts beside it, ``remark`` is what somebody wrote of it, ``link`` another label and address.
    """

    title: str
    address: str
    code: str
    facts: Sequence[Any] = ()
    remark: str = ""
    when: datetime | None = None
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class DeskPanel(Component):
    """A list that is one person's own; without rows nothing is shown.

    ``rows(user)`` returns at most ``MOST``; how many queries that takes shouldn't depend on how many there are.
    ``more(user)`` returns the label and address of all that they are some of.
    """

    name: str
    heading: Any
    order: int
    rows: Callable[[Any], Sequence[DeskRow]]
    more: Callable[[Any], tuple[str, str]] | None = None
    template_name = "chorsu_locales/desk_panel.html"

    class Media:
        css = {"all": ["chorsu_locales/desk.css"]}

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = parent_context["request"].user
        rows = self.rows(user)
        more = self.more(user) if rows and self.more else None
        return {"panel": self, "open": rows[:SHOWN], "folded": rows[SHOWN:], "more": more, **names_languages()}


def names_languages() -> dict[str, bool]:
    """Return for a template whether languages are told, which they aren't where there is one."""
    return {"names_languages": getattr(settings, "WAGTAIL_I18N_ENABLED", False)}

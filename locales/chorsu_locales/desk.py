"""Panels of the admin's home page: short lists of what one person has to do, alike in all plug-ins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from wagtail.admin.ui.components import Component

from chorsu_locales.selectors import get_language_row
from chorsu_locales.table import Language

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
    facts: tuple[Any, ...] = ()
    remark: str = ""
    when: datetime | None = None
    link: tuple[str, str] | None = None

    @property
    def language(self) -> Language | None:
        """Return the row of the language, or None where the site has no more than one."""
        return get_language_row(self.code) if getattr(settings, "WAGTAIL_I18N_ENABLED", False) else None


class DeskPanel(Component):
    """A list that is one person's own; without rows nothing is shown. ``more`` is where all of it stands."""

    template_name = "chorsu_locales/desk_panel.html"
    name: str
    heading: str | Promise
    order = 100

    class Media:
        css = {"all": ["chorsu_locales/desk.css"]}

    def rows(self, user: Any) -> Sequence[DeskRow]:
        """Return at most ``MOST`` rows; how many queries that takes doesn't depend on how many there are."""
        raise NotImplementedError

    def more(self, user: Any) -> tuple[str, str] | None:  # noqa: ARG002
        """Return the label and address of all that the rows are some of."""
        return None

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        user = parent_context["request"].user
        rows = self.rows(user)
        return {"panel": self, "open": rows[:SHOWN], "folded": rows[SHOWN:], "more": rows and self.more(user)}

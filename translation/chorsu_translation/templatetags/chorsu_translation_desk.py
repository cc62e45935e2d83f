"""The cells of the desk. A view has hundreds; Django's templates would take a third of its time for them."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chorsu_translation.desk.rows import Action, Cell, Row
from chorsu_translation.states import State

register = template.Library()


@register.simple_tag
def desk_cells(row: Row, column: str) -> SafeString:
    """Return the cells of an article in all languages; ``column`` is the language that a narrow screen shows."""
    opened = {True: '<td class="is-chosen">', False: "<td>"}
    cells = (
        f"{opened[cell.locale.language_code == column]}{_state(row, cell)}{_beside(cell)}</td>" for cell in row.cells
    )
    return mark_safe("".join(cells))  # noqa: S308 - escaped below


@register.simple_tag
def desk_cell(row: Row, cell: Cell) -> SafeString:
    """Return what stands in one language's list, which has columns for who has it in hand and until when."""
    return mark_safe(_state(row, cell) + _newer(cell))  # noqa: S308 - escaped below


def _state(row: Row, cell: Cell) -> str:
    """Return the state, as a link to the next action or with one for it."""
    if cell.is_source and cell.state == State.LIVE:
        name = pgettext("article in its own language", "Source")
        return f'<span class="translation-state translation-state--source">{escape(name)}</span>'
    marked = f"translation-state translation-state--{cell.state.value}"
    name, action = escape(cell.state_name), escape(cell.action_name)
    if not cell.action:
        return f'<span class="{marked}" title="{escape(cell.reason)}">{name}</span>'
    if cell.page is None:
        start = reverse("chorsu_translation:start", args=[row.source.pk, cell.locale.language_code])
        label = f"{action}: {escape(row.headline)}, {escape(cell.locale.get_display_name())}"
        link = f'<a class="translation-next" href="{escape(start)}" aria-label="{label}">{action}</a>'
        return f'<span class="{marked}">{name}</span> {link}'
    address = escape(cell.address)
    link = f'<a class="{marked}" href="{address}" title="{action}: {escape(cell.page.title)}">{name}</a>'
    if cell.action == Action.OPEN:
        return link
    return f'{link} <a class="translation-next" href="{address}" tabindex="-1" aria-hidden="true">{action}</a>'


def _beside(cell: Cell) -> str:
    """Return who has it in hand, until when, and what else is to be known of it."""
    who = f' <small dir="auto">{escape(cell.who)}</small>' if cell.who else ""
    until = ""
    if cell.until:
        day = escape(date_format(cell.until, "DATE_FORMAT"))
        late = (' class="translation-overdue"', f"{escape(_('overdue'))}: ") if cell.is_overdue else ("", "")
        until = f" <small{late[0]}>{late[1]}{day}</small>"
    return who + until + _newer(cell)


def _newer(cell: Cell) -> str:
    return f" <small>{escape(_('newer draft'))}</small>" if cell.has_newer_draft and not cell.is_source else ""

"""A page's history in which the versions between two acts are one line, that opens on demand.

Autosave makes a version of each visit to the editor, so that Wagtail's list is long and what was submitted or published
is lost in it. The lines are folded before they are paginated, so that each page of the list has as many. What is
filtered is listed as by Wagtail, entry by entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from wagtail import VERSION, hooks
from wagtail.admin.views.pages.history import PageHistoryView
from wagtail.models import PageLogEntry

from chorsu_locales.request_checks import whole_number

VERSION_SAVED = "wagtail.edit"
OPENED = "opened"  # in the query string: the key of the line that is open


class Logged(NamedTuple):
    """A log entry, as far as folding asks for it."""

    pk: int
    action: str
    user_id: Any
    timestamp: datetime


Line = list[Logged]


def folded(entries: Iterable[Logged]) -> list[Line]:
    """Return entries, newest first, as lines: each run of saved versions is one, and each other entry."""
    lines: list[Line] = []
    for action, run in groupby(entries, key=lambda entry: entry.action):
        if action == VERSION_SAVED:
            lines.append([*run])
        else:
            lines += [[entry] for entry in run]
    return lines


def key_of(line: Line) -> int:
    """Return the key of a line: its first version, since further ones may follow while it is read."""
    return line[-1].pk


class FoldedHistoryView(PageHistoryView):
    """Wagtail's history of a page, with one line for the versions between two acts."""

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, list[PageLogEntry], bool]:
        if self.is_filtering:
            result: tuple[Any, Any, list[PageLogEntry], bool] = super().paginate_queryset(queryset, page_size)
            return result
        entries = (Logged(*row) for row in queryset.values_list(*Logged._fields))
        paginator = self.get_paginator(folded(entries), page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        page.object_list = self._rows(page.object_list, queryset)
        return paginator, page, page.object_list, page.has_other_pages()

    def _rows(self, lines: list[Line], queryset: Any) -> list[PageLogEntry]:
        opened = whole_number(self.request.GET.get(OPENED, ""))
        wanted: set[int] = set()
        for line in lines:
            # Of each person one, by which Wagtail names who it was.
            wanted |= {line[0].pk, key_of(line), *{entry.user_id: entry.pk for entry in line}.values()}
            if key_of(line) == opened:
                wanted |= {entry.pk for entry in line}
        entries = queryset.in_bulk(wanted)
        rows: list[PageLogEntry] = []
        for line in lines:
            is_open = key_of(line) == opened
            if len(line) > 1:
                rows.append(self._folded_row(line, entries, is_open=is_open))
            if is_open or len(line) == 1:
                rows += [entries[entry.pk] for entry in line]
        return rows

    def _folded_row(self, line: Line, entries: dict[int, PageLogEntry], *, is_open: bool) -> PageLogEntry:
        """Return the newest entry of a line to stand for all; it is compared with what was before the first."""
        row = copy(entries[line[0].pk])
        row.previous_revision_id = entries[key_of(line)].previous_revision_id
        names = {entry.user_id: entries[entry.pk].user_display_name for entry in line if entry.pk in entries}
        numbers = Counter(entry.user_id for entry in line)
        context = {
            "key": key_of(line),
            "count": len(line),
            "people": [(names[user], number) for user, number in numbers.most_common()],
            "since": line[-1].timestamp,
            "is_open": is_open,
            "url": self._address(None if is_open else key_of(line)),
        }
        row.message = render_to_string("chorsu_editorial/history/folded.html", context)
        return row

    def _address(self, opened: int | None) -> str:
        query = self.request.GET.copy()
        query.pop(OPENED, None)
        if opened:
            query[OPENED] = str(opened)
        return f"{self.index_url}?{query.urlencode()}"


if VERSION >= (8,):
    from wagtail.admin.viewsets.pages import PageViewSet

    # Between Wagtail's own viewset of all pages, which it takes the place of, and those of the site.
    @hooks.register("register_admin_viewset", order=-0.5)
    def register_folded_history() -> PageViewSet:
        return PageViewSet(history_view_class=FoldedHistoryView)

"""Links into the admin."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.urls import reverse
from wagtail.models import Page

_TABLE_PART = re.compile(r"\.(rows\.(?P<row>\d+)\.values\.(?P<column>\d+)|columns\.\d+\.heading)(\.|$)")


def editor_url(page: Page, path: str = "", comment: int | None = None) -> str:
    """Return the address of a page's editor, opened at a content path, with the comment of this key.

    Wagtail's editor finds ``#:w:contentpath=`` by the attributes that its comments use. It knows no table cells, so a
    path into a table ends at the table.
    """
    url = reverse("wagtailadmin_pages:edit", args=[page.pk]) + (f"?comment={comment}" if comment else "")
    known = commentable_path(path)
    return f"{url}#:w:contentpath={quote(known)}" if known else url


def commentable_path(path: str) -> str:
    """Return a leaf's content path as far as Wagtail's editor knows it: a path into a table ends at the table."""
    table = _TABLE_PART.search(path)
    return path[: table.start()] if table else path


def review_url(page: Page) -> str:
    """Return the address of a page's editor for who decides one text after another: see ``editor.ReviewEditView``."""
    return f"{editor_url(page)}?next={reverse('chorsu_editorial_queue')}"


def compare_url(page_id: int, before: int | str, after: int) -> str:
    """Return the address where two revisions of a page are shown side by side; ``before`` may be ``"live"``."""
    return reverse("wagtailadmin_pages:revisions_compare", args=[page_id, before, after])


def is_in_table(path: str) -> bool:
    return _TABLE_PART.search(path) is not None


def table_cell(path: str) -> tuple[int, int] | None:
    """Return the row and the column, counted from 1, of the table's cell that a content path leads to, or None."""
    part = _TABLE_PART.search(path)
    if part is None or part["row"] is None:
        return None
    return int(part["row"]) + 1, int(part["column"]) + 1

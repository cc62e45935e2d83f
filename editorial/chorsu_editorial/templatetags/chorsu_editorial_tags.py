"""Content paths in reader templates; and, at the end, what a dialogue of the admin approves.

Every readable leaf stands in an element that carries its path, so that a reader's report finds its place again;
docs/extend/feedback.md has the first examples. ``path`` comes into a block's template from the one that includes it::

    {% for block in page.body %}{% include_block block with path="body"|subpath:block %}{% endfor %}

In a list, whose items have ids only as bound blocks::

    {% for item in value.items.bound_blocks %}
      <li {% content_path path "items" item %}>{{ item.value }}</li>
      {% include_block item with path=path|subpath:"items"|subpath:item %}
    {% endfor %}

A cell of a typed table: ``{% content_path path "rows" forloop.parentloop.counter0 "values" forloop.counter0 %}``; its
headings: ``{% content_path path "columns" forloop.counter0 "heading" %}``; its caption as any other.
Without a ``path`` in the context (a block shown outside a page) nothing is written.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import TaskState

from chorsu_editorial.approval import may_hold
from chorsu_editorial.comments import own_open_remarks
from chorsu_editorial.differences import changes
from chorsu_editorial.hashing import screen_token
from chorsu_editorial.links import compare_url
from chorsu_editorial.reading import row_key

register = template.Library()


@register.filter
def subpath(path: str, part: Any) -> str:
    """Return ``path`` with one more part: a name, a number, the id of a bound block, or the key of a child row."""
    if isinstance(part, models.Model):
        segment = row_key(part)
    elif hasattr(part, "original_id"):  # a list item without a stored id gets a new one at each load
        segment = part.original_id
    else:
        segment = str(part) if isinstance(part, str | int) else getattr(part, "id", part)
    return f"{path}.{segment}" if path and segment else ""


@register.simple_tag
def content_path(path: str, *parts: Any) -> str:
    """Return the ``data-content-path`` attribute of a leaf, or nothing where the path is not known."""
    for part in parts:
        path = subpath(path, part)
    return format_html('data-content-path="{}"', path) if path else SafeString()


@register.simple_tag(takes_context=True)
def version_to_approve(context: dict[str, Any], task_state: TaskState) -> dict[str, Any]:
    """Return what a dialogue says about the version that it approves, and the token of that version."""
    page = task_state.workflow_state.content_object
    revision = page.get_latest_revision()
    version = revision.as_object()
    return {
        "screen": str(screen_token(version, revision)),
        "page": version,
        "revision": revision,
        "may_hold": may_hold(task_state),
        "submitted_by": task_state.submitted_by,
        "own_remarks": own_open_remarks(page, context["request"].user),
        "mended": changes(task_state.submitted.as_object(), version),
        "preview_url": reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, task_state.task_id]),
        "live_url": compare_url(page.pk, "live", revision.pk) if page.live_revision else "",
    }

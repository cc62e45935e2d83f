"""Checks of what requests send: whole numbers, and forms that no browser sends."""

from __future__ import annotations

from traceback import walk_tb

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.datastructures import MultiValueDictKeyError

LONGEST = 18  # digits: every such number fits into a database's 64 bits, and into Python's limit for conversions


def whole_number(text: str) -> int | None:
    """Return the number that a text of ASCII digits alone writes, or None where it writes none or a longer one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


# What widgets and blocks read their values by; Wagtail's take it for granted that all fields of a block are there, that
# counts and places are numbers, and that Draftail's JSON is what Draftail writes.
WIDGET_METHOD = "value_from_datadict"
# Rows that a form has several of, numbers too long for a key, and choosers that show again what was refused.
READERS = frozenset(
    {
        ("django.forms.models", "_check_values"),
        ("django.forms.models", "_construct_form"),
        ("django.forms.models", "_existing_object"),
        ("django.forms.models", "to_python"),
        ("modelcluster.forms", "_construct_form"),
        ("wagtail.admin.panels.inline_panel", "<lambda>"),
        ("wagtail.admin.widgets.chooser", "get_instance"),
    }
)
ANSWERED_OTHERWISE = (Http404, InterfaceError, OperationalError, PermissionDenied, SuspiciousOperation)


def is_unreadable_form(error: BaseException) -> bool:
    """Tell whether an exception comes of reading a posted form that lacks a field or has what no field of it sends."""
    if isinstance(error, ANSWERED_OTHERWISE):
        return False
    if isinstance(error, MultiValueDictKeyError):
        return True
    return any(
        frame.f_code.co_name == WIDGET_METHOD or (frame.f_globals.get("__name__"), frame.f_code.co_name) in READERS
        for frame, _line in walk_tb(error.__traceback__)
    )

"""Signals of the feedback plug-in, sent inside the transaction that makes them true; the README lists their arguments.

So a receiver's own rows (an outgoing message) stand or fall with it, and a receiver that raises undoes it. The Wagtail
hook of the same name is called with the same arguments after the commit, where an error stops nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from wagtail import hooks

logger = logging.getLogger("chorsu_feedback")

report_received = Signal()
report_closed = Signal()
report_applied = Signal()


def _call_hooks_later(name: str, *, sender: Any, signal: Signal, **facts: Any) -> None:  # noqa: ARG001
    """Call the functions of a Wagtail hook after the commit; an error of one is logged and stops nothing."""
    for function in hooks.get_hooks(name):
        transaction.on_commit(partial(_call, function, name, facts))


def _call(function: Callable[..., object], name: str, facts: dict[str, Any]) -> None:
    try:
        function(**facts)
    except Exception:
        logger.exception(
            "%s, registered for the hook %s, failed for typo report %s. What it was told of is stored: in the admin, "
            "under Reports; mend the function and do by hand what it should have done.",
            f"{function.__module__}.{getattr(function, '__qualname__', function)}",
            name,
            facts["report"].pk,
        )


for _name, _signal in (
    ("report_received", report_received),
    ("report_applied", report_applied),
    ("report_closed", report_closed),
):
    _signal.connect(partial(_call_hooks_later, _name), weak=False, dispatch_uid=f"chorsu_feedback.{_name}")

"""A work that is killed in its middle, and what must be so afterwards."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connection, connections
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision, TaskState, WorkflowState

from chorsu_delivery.models import OutgoingMessage, TelegramPost
from chorsu_delivery.services import deliver_due
from chorsu_editorial.models import HeldApproval
from chorsu_search.management.commands.search_check import compare
from chorsu_search.models import IndexChange
from chorsu_search.writing import sync
from chorsu_translation.models import Baseline, PublishedUnits, TranslationLink, TranslationRequest, Withdrawal
from chorsu_translation.published import refresh_translations
from chorsu_translation.services import write_marked
from cms.models import ToldOccasion
from cms.publishing import publish_due
from cms.wiring.translation_delivery import tell_translators

WRITES = ("INSERT", "UPDATE", "DELETE")
# What an act writes in its own transaction.
RECORDED: dict[Any, tuple[str, ...]] = {
    Page: ("pk", "live", "live_revision", "latest_revision", "title", "has_unpublished_changes", "last_published_at"),
    Revision: ("pk", "created_at", "approved_go_live_at"),
    WorkflowState: ("pk", "status"),
    TaskState: ("pk", "status", "revision"),
    HeldApproval: ("pk", "page"),
    Withdrawal: ("pk", "undone_at"),
    PageLogEntry: ("pk", "action"),
    OutgoingMessage: ("pk", "key"),
    TelegramPost: ("pk", "text", "version"),
    PublishedUnits: ("page", "digest"),
    TranslationLink: ("pk", "live_baseline"),
    TranslationRequest: ("pk", "assignee"),
    Baseline: ("pk", "digest", "revision"),
    ToldOccasion: ("recipient", "occasion"),
    IndexChange: ("page_id", "subtree"),
}


def killed_before(number: int, work: Callable[[], object]) -> bool:
    """Do a work in a process of its own that is killed before its statement of this number that writes.

    Return False where it came to its end before. Raises ``SystemExit`` where it failed.
    """
    connections.close_all()
    child = os.fork()
    if not child:
        code = 1
        try:
            with connection.execute_wrapper(_Killer(number)):
                work()
            code = 0
        except BaseException:  # noqa: BLE001 - a child of fork must not go on in its parent's code
            traceback.print_exc()
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if status:
        raise SystemExit(f"The act failed: {status}.")
    return False


class _Killer:
    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)


def record() -> dict[str, list[Any]]:
    """Return what is in the tables."""
    return {
        model.__name__: list(model.objects.order_by(*names).values_list(*names)) for model, names in RECORDED.items()
    }


def differing(before: dict[str, list[Any]]) -> list[str]:
    """Return the names of the tables that have changed."""
    return [name for name, rows in record().items() if rows != before[name]]


def sweep() -> None:
    """Do what the worker does, as if all waiting were over, until nothing is left."""
    publish_due()
    write_marked()
    tell_translators()
    deliver()
    IndexChange.objects.update(not_before=timezone.now())
    while sync().done:
        pass


def deliver() -> None:
    """Send what waits, as the worker does."""
    for model in (OutgoingMessage, TelegramPost):
        model.objects.update(claimed_until=None)
    OutgoingMessage.objects.update(not_before=timezone.now())
    while deliver_due():
        pass


def lost() -> list[str]:
    """Return what doesn't follow from what the database says."""
    found = [f"search holds {pk} otherwise" for pk in compare("embedded").faults]
    found += [f"{message} wasn't sent: {message.last_error}" for message in OutgoingMessage.objects.unsent()]
    return [*found, *refresh_translations()]

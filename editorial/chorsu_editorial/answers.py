"""What has to be written before a page is submitted or published: reasons, and answers to questions of other apps.

What a person asks for is done in one transaction. A receiver in it, of ``task_submitted`` for example, looks for
``answer_to(question)``, and raises ``AnswerMissing`` where it needs one: all is taken back, and the screen is shown
again as it was filled in, with the question. Answers are sent as ``answer-<question>`` with the same request.

The editor does so for submissions. For publications and for workflows without a four-eyes task it does where
``ask_before_publication`` was given a function that says so of the page: no other page has a screen of ours then. A
save is such a transaction where it carries a field that was registered by ``save_together``, since Wagtail calls
``after_edit_page`` behind its own: what other apps store beside the text is stored with it, or neither is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest
from django.template.loader import render_to_string
from wagtail.admin import messages
from wagtail.models import Page

from chorsu_editorial.refusals import AnswerMissing
from chorsu_locales.normal_form import clean_reason

# What of a request says which button was pressed, and what goes with it.
BUTTONS = ("action-publish", "action-submit", "action-restart-workflow", "action-workflow-action")
BESIDE_BUTTONS = ("workflow-action-name", "workflow-action-extra-data", "publish_reason")
PREFIX = "answer-"
LONGEST = 2_000

# No argument: between the view and the receiver that asks stands Wagtail, which passes on nothing of ours.
_given: ContextVar[Mapping[str, str] | None] = ContextVar("chorsu_editorial_answers", default=None)
_asking: list[Callable[[Page], bool]] = []
_fields: set[str] = set()


@contextmanager
def given(posted: Mapping[str, str]) -> Iterator[None]:
    """Take in this block the answers that a request carries, by the names of its fields."""
    token = _given.set({name: text for name, text in posted.items() if name.startswith(PREFIX)})
    try:
        yield
    finally:
        _given.reset(token)


def answer_to(question: str) -> str:
    """Return what was answered, or an empty string: as ``clean_reason`` reads it, and no longer than ``LONGEST``."""
    answers = _given.get() or {}
    return clean_reason(answers.get(f"{PREFIX}{question}", "")[:LONGEST])


def ask_before_publication(asks: Callable[[Page], bool]) -> None:
    """Register a function that says of a page whether something may be asked, or refused, when it is published."""
    if asks not in _asking:
        _asking.append(asks)


def may_be_asked(page: Page) -> bool:
    return any(asks(page) for asks in _asking)


def save_together(field: str) -> None:
    """Register a field of the editor's form whose save is one transaction with that of the page."""
    _fields.add(field)


def is_saved_together(posted: Mapping[str, str]) -> bool:
    return any(posted.get(field) for field in _fields)


def show_question(request: HttpRequest, refusal: AnswerMissing) -> None:
    """Put a question above the editor's form, with a button that asks the same again with its answer."""
    field = f"{PREFIX}{refusal.question}"
    posted = request.POST
    kept = [name for name in posted if name in BESIDE_BUTTONS or name.startswith(PREFIX)]
    context = {
        "refusal": refusal,
        "field": field,
        "longest": LONGEST,
        "kept": [(name, posted[name]) for name in kept if name != field],
        "action": next((name for name in BUTTONS if posted.get(name)), ""),
    }
    messages.warning(request, render_to_string("chorsu_editorial/answers/ask_to_answer.html", context))

"""What is decided about translations. Every signal is sent inside the transaction that makes it true.

A receiver may write rows (messages to send, for example) and nothing else: what it writes is gone where the
transaction is rolled back. An exception of a receiver undoes the action.

The sender is ``TranslationRequest``. ``request`` is the ``TranslationRequest``, ``user`` who did it, ``page`` the page
that the translation is, or would be, made from (a plain ``Page``; ``request.locale`` is the language it goes into).

``translation_requested``
    Somebody wants a translation made or brought up to date. ``request.assignee`` may be None.

``translation_assigned``
    A request got another assignee, or its first; sent after ``translation_requested`` where a new request names one.
    ``former`` is who had it until now, or None. Where a request is taken from its assignee and given to nobody,
    ``request.assignee`` is None.

``request_changed``
    The due date of an open request is another. ``former`` is the former date, or None.

``request_closed``
    A request ended. ``done`` says whether the translation is live and up to date; else it was decided that none is
    planned, and the request, which is still in memory, has been deleted. ``user`` is None where a publication did it.

``translation_begins``
    ``content``, a specific page in memory, is about to be copied for a translation into ``locale`` that ``user``
    begins. What a receiver sets there stands in the draft. The sender is the class of the page.

The sender of what is declared of a translation is ``Baseline``; ``target`` is its page.

``declared_up_to_date``
    ``user`` declared a version up to date with its source.

``declaration_taken_back``
    What was declared at the time ``declared_at`` no longer counts.
"""

from __future__ import annotations

from django.dispatch import Signal

translation_begins = Signal()
translation_requested = Signal()
translation_assigned = Signal()
request_changed = Signal()
request_closed = Signal()
declared_up_to_date = Signal()
declaration_taken_back = Signal()

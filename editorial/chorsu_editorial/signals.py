"""What happens to a page in review. Every signal is sent inside the transaction that makes it true.

A receiver may write rows (messages to send, for example) and nothing else: what it writes is gone where the
transaction is rolled back. An exception of a receiver undoes the action.

Wagtail's own workflow mail must be off in a site that listens here: it leaves inside the transaction, so it is sent
although the action was rolled back, and for a task with a state class of its own, such as ``FourEyesTaskState``, not
at all. Switch it off in ``AppConfig.ready`` after ``wagtail.admin``::

    from wagtail.models import TaskState, WorkflowState
    from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

    task_submitted.disconnect(sender=TaskState, dispatch_uid="group_approval_task_submitted_email_notification")
    workflow_submitted.disconnect(sender=WorkflowState, dispatch_uid="workflow_state_submitted_email_notification")
    workflow_rejected.disconnect(sender=WorkflowState, dispatch_uid="workflow_state_rejected_email_notification")
    workflow_approved.disconnect(sender=WorkflowState, dispatch_uid="workflow_state_approved_email_notification")

The sender is ``FourEyesTask``, where nothing else is said. ``task_state`` is a ``FourEyesTaskState``, ``page`` the
specific page as its latest revision has it, ``submitter`` a user or None (deleted, or a program).

``submitted``: text waits for approval, as ``user`` did. ``occasion`` says why: ``"submitted"``, ``"resubmitted"``
    (after changes were asked for), ``"next_task"`` (an earlier step was approved), ``"restarted"`` (the text was mended
    while it waited). ``chorsu_editorial.approvers.possible_approvers(task_state)`` lists who may approve.

``approved``: ``approver``; ``comment`` (may be empty); ``alone_reason`` (empty where a second pair of eyes approved);
    ``changes``, a list of ``chorsu_editorial.differences.Change``: what reviewers changed since the submission;
    ``compare_url``, the admin address that shows them side by side, or ``""``; ``finished``, whether the workflow is
    at its end; ``held``, whether it then waits to be published together with others; ``go_live_at``, a time in the
    future where the text is then scheduled rather than live.
    Tell the submitter and ``chorsu_editorial.approvers.authors(task_state)``.

``changes_requested``: ``reviewer``, ``comment``; ``remarks``, a list of ``chorsu_editorial.comments.OpenComment``:
    Wagtail's comments on places of the text that nobody has resolved.

``review_ended``: without a decision, because its task was deactivated (``user`` may be None) or, for a ``reason``,
    the page taken down.

``held_published``: ``user`` has published an approval that was held; ``go_live_at`` is as above.

``hold_ended``: an approval that was held isn't valid any more, and the page is a draft: ``user`` (or None) has edited
    or submitted the page, or has ``released`` it; ``approver`` is who approved it, or None.

``remark_answered``, by ``CommentReply`` and without a ``task_state``: ``reply``, one of these or None, answers the
    comment ``remark``, which is ``resolved`` by it or not; ``people`` took part in it, without ``user``, who did this.

``remarks_given``, by ``Comment`` and without a ``task_state``: ``user`` gave remarks to people by one save or answer.
    ``given`` is a list of ``chorsu_editorial.comments.GivenRemark``: a remark, the ``reply`` to it that names somebody
    (or None), ``people``, of whom ``user`` may be one, and the ``new_people`` among them; an edit gives it again.

``guest_remarked``, by ``Comment`` and without a ``task_state``: a reader without an account left a ``remark`` (a
    ``chorsu_editorial.comments.OpenComment``) by the ``link``, which has the ``reader``'s name and how many ``remarks``
    there were before; ``people`` are told: who gave the link.

``exception_made``, by ``PageLogEntry`` and without an approval: something was published, scheduled, approved or taken
    down without a second person. ``entry`` is what was logged; ``page``, ``user``; ``how``, one of ``"alone"``,
    ``"published"``, ``"scheduled"``, ``"reverted"`` and ``"unpublished"``; ``reason``, empty where another program's
    view did it; ``words``, how many of them nobody else read.

``revision_purged``, by ``Revision``, which is no event of a review: ``revision`` is about to be deleted while its page
    stays; ``children`` are the keys of the revisions that were made from it.
"""

from __future__ import annotations

from django.dispatch import Signal

submitted = Signal()
approved = Signal()
changes_requested = Signal()
review_ended = Signal()
held_published = Signal()
hold_ended = Signal()
remark_answered = Signal()
remarks_given = Signal()
guest_remarked = Signal()
exception_made = Signal()
revision_purged = Signal()

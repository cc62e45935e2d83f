"""Wagtail's comments on places of a text, as messages and the review show them, and answers to them.

The author of a text in review can't save its form, so an answer is written beside it: it is a row of its own, changes
neither text nor approval (``hashing`` leaves comments out), and nobody's form takes it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Comment, CommentReply, Page

from chorsu_editorial import signals
from chorsu_editorial.differences import field_label
from chorsu_editorial.refusals import Refusal
from chorsu_locales.characters import permitted

LONGEST_ANSWER = 2000


class AnswerRefused(Refusal):
    """An answer says nothing, or too much, or its remark was resolved."""

    status = 400


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment that nobody has resolved: on what, by whom, and the answers to it."""

    pk: int
    path: str
    label: str
    user: Any
    text: str
    replies: list[CommentReply]


def open_remarks(page: Page) -> list[Remark]:
    """Return the remarks on a page that nobody has resolved, oldest first."""
    found = (
        Comment.objects.filter(page=page.pk, resolved_at=None)
        .select_related("user")
        .prefetch_related("replies__user")
        .order_by("created_at", "pk")
    )
    version = page.specific.get_latest_revision_as_object() if found else page
    return [_remark(row, version) for row in found]


def place_label(page: Page, path: str) -> str:
    """Return what the editor calls a place: the field, and in a StreamField the block's kind and number."""
    name, _dot, rest = path.partition(".")
    label = field_label(page, name)
    field = next((field for field in page._meta.get_fields() if field.name == name), None)
    if not (rest and isinstance(field, StreamField)):
        return label
    for number, item in enumerate(getattr(page, name), start=1):
        if item.id == rest.partition(".")[0]:
            return _("%(field)s: %(block)s (block %(number)d)") % {
                "field": label,
                "block": item.block.label,
                "number": number,
            }
    return label


@transaction.atomic
def answer(*, user: Any, comment_id: int, text: str) -> CommentReply:
    """Answer a remark. Raises ``PermissionDenied`` for who may not edit its page, and ``AnswerRefused``."""
    comment = Comment.objects.select_for_update().filter(pk=comment_id).first()
    page = Page.objects.filter(pk=comment.page_id).first() if comment else None
    if comment is None or page is None or page.alias_of_id or not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    text = permitted(text).strip()
    if not text or len(text) > LONGEST_ANSWER:
        raise AnswerRefused(_("Write an answer of up to %(count)d characters.") % {"count": LONGEST_ANSWER})
    if comment.resolved_at:
        raise AnswerRefused(_("Somebody has resolved this remark already."))
    reply = CommentReply.objects.create(comment=comment, user=user, text=text)
    reply.log_create(page_revision=page.latest_revision, user=user)
    signals.remark_answered.send(
        sender=CommentReply,
        page=page.specific,
        user=user,
        reply=reply,
        remark=_remark(comment, page.specific.get_latest_revision_as_object()),
        people=_concerned(comment, user),
    )
    return reply


def _remark(row: Comment, version: Page) -> Remark:
    label = place_label(version, row.contentpath)
    return Remark(row.pk, row.contentpath, label, row.user, row.text, [*row.replies.all()])


def _concerned(comment: Comment, user: Any) -> list[Any]:
    people = {comment.user_id: comment.user, **{reply.user_id: reply.user for reply in comment.replies.all()}}
    return [person for key, person in people.items() if key != user.pk]

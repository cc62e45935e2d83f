"""Wagtail's comments on places of a text, as messages and the review show them, and replies to them.

The author of a text in review can't save its form, so replies are written, and comments resolved, beside it. That
changes neither text nor approval (``hashing`` leaves comments out).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.fields import StreamField
from wagtail.models import Comment, CommentReply, Page, Revision

from chorsu_editorial import signals
from chorsu_editorial.alignment import marked_html
from chorsu_editorial.differences import block_label, field_label
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.markup import canonical_text
from chorsu_editorial.reading import model_field
from chorsu_editorial.refusals import Refusal
from chorsu_locales.normal_form import permitted
from chorsu_locales.request_checks import whole_number

LONGEST_REPLY = 2000
# Between a unit as it is and as it should be; it points the same way in both directions of writing.
ARROW = "\n↓\n"
SHOWN = 80  # letters of each comment in a question
# The prefix of Wagtail's forms of comments in the editor's form.
FORMS = "comments"


class ReplyRefused(Refusal):
    """A reply says nothing, or too much, or its comment was resolved."""

    status = 400


@dataclass(frozen=True, slots=True)
class OpenComment:
    """A comment that nobody has resolved: on what, by whom, and the replies to it."""

    pk: int
    path: str
    label: str
    user: Any
    text: str
    replies: list[CommentReply]

    @property
    def suggestion(self) -> tuple[str, str] | None:
        """Return the unit of the text that is to be replaced, and what by; None where the comment is none such."""
        old, *new = canonical_text(self.text).split(ARROW)
        return (old, new[0]) if len(new) == 1 else None

    @property
    def marked(self) -> str:
        return mark_safe(marked_html(*map(escape, self.suggestion or ("", ""))))  # noqa: S308 -- escaped


def open_comments(page: Page) -> list[OpenComment]:
    """Return the comments on a page that nobody has resolved, oldest first."""
    found = (
        Comment.objects.filter(page=page.pk, resolved_at=None)
        .select_related("user")
        .prefetch_related("replies__user")
        .order_by("created_at", "pk")
    )
    version = page.specific.get_latest_revision_as_object() if found else page
    return [_open_comment(row, version) for row in found]


def own_open_remarks(page: Page, user: Any) -> str:
    """Return what a person's own comments say that nobody has resolved, in quotation marks; empty without any."""
    texts = Comment.objects.filter(page=page.pk, user=user.pk, resolved_at=None).order_by("created_at", "pk")
    return "; ".join(_("“%(text)s”") % {"text": Truncator(" ".join(each.text.split())).chars(SHOWN)} for each in texts)


@transaction.atomic
def reply_to(*, user: Any, comment_id: int, text: str = "", resolves: bool = False) -> CommentReply | None:
    """Reply to a comment, resolve it, or both, and log it. Raises ``PermissionDenied`` and ``ReplyRefused``."""
    page_id = Comment.objects.filter(pk=comment_id).values_list("page_id", flat=True).first()
    page = lock_pages([page_id]).get(page_id or 0)
    if page is None or page.alias_of_id or not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    comment = Comment.objects.filter(pk=comment_id, resolved_at=None).first()
    if comment is None:
        raise ReplyRefused(_("Somebody has resolved this remark already."))
    text = permitted(text).strip()
    if len(text) > LONGEST_REPLY or not (text or resolves):
        raise ReplyRefused(_("Write an answer of up to %(count)d characters.") % {"count": LONGEST_REPLY})
    logged = {"page_revision": page.latest_revision, "user": user}
    reply = CommentReply.objects.create(comment=comment, user=user, text=text) if text else None
    if reply:
        reply.log_create(**logged)
    if resolves:
        resolve(comment, user=user, revision=page.latest_revision)
    people = {comment.user_id: comment.user, **{each.user_id: each.user for each in comment.replies.all()}}
    signals.remark_answered.send(
        sender=CommentReply,
        page=page.specific,
        user=user,
        reply=reply,
        resolved=resolves,
        remark=_open_comment(comment, page.specific.get_latest_revision_as_object()),
        people=[person for key, person in people.items() if key != user.pk],
    )
    return reply


def resolve(comment: Comment, *, user: Any, revision: Revision) -> None:
    Comment.objects.filter(pk=comment.pk).update(resolved_at=timezone.now(), resolved_by=user)
    comment.log_resolve(page_revision=revision, user=user)


def drop_closed(posted: QueryDict, page: Page) -> QueryDict:
    """Return the editor's POST data without comments that are resolved or gone: Wagtail would refuse the autosave."""
    total = whole_number(posted.get(f"{FORMS}-TOTAL_FORMS", "")) or 0
    initial = whole_number(posted.get(f"{FORMS}-INITIAL_FORMS", "")) or 0
    if not 0 < initial <= total <= len(posted):
        return posted
    still = {str(key) for key in Comment.objects.filter(page=page.pk, resolved_at=None).values_list("pk", flat=True)}
    kept = [n for n in range(total) if n >= initial or posted.get(f"{FORMS}-{n}-id", "") in still | {""}]
    if len(kept) == total:
        return posted
    places = {str(old): str(new) for new, old in enumerate(kept)}
    found = QueryDict(mutable=True)
    for name, values in posted.lists():
        form, _dash, rest = name.removeprefix(f"{FORMS}-").partition("-")
        if not (name.startswith(f"{FORMS}-") and form.isdecimal()):
            found.setlist(name, values)
        elif form in places:
            found.setlist(f"{FORMS}-{places[form]}-{rest}", values)
    found[f"{FORMS}-TOTAL_FORMS"], found[f"{FORMS}-INITIAL_FORMS"] = str(len(kept)), str(initial - total + len(kept))
    return found


def _open_comment(row: Comment, version: Page) -> OpenComment:
    name, _dot, rest = row.contentpath.partition(".")
    label = field_label(version, name)
    if rest and isinstance(model_field(type(version), name), StreamField):
        for number, item in enumerate(getattr(version, name), start=1):
            if item.id == rest.partition(".")[0]:
                label = block_label(version, name, item.block.label, number)
    return OpenComment(row.pk, row.contentpath, label, row.user, row.text, [*row.replies.all()])


@require_POST
def post_reply(request: HttpRequest, comment_id: int) -> HttpResponse:
    page_id = Comment.objects.filter(pk=comment_id).values_list("page_id", flat=True).first()
    text, resolves = request.POST.get("text", ""), "resolve" in request.POST
    try:
        reply_to(user=request.user, comment_id=comment_id, text=text, resolves=resolves)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("The remark is resolved; it stays in the page's history.") if resolves else _("Your answer is stored.")
        messages.success(request, said)
    return redirect("wagtailadmin_pages:edit", page_id)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    return [path("remarks/<int:comment_id>/answer/", post_reply, name="chorsu_editorial_answer")]

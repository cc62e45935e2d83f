"""Wagtail's comments on places of a text, as messages and the review show them, and replies to them.

The author of a text in review can't save its form, so replies are written, and comments resolved, beside it. That
changes neither text nor approval (``hashing`` leaves comments out).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import BigIntegerField, Max, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name
from wagtail.fields import StreamField
from wagtail.models import Comment, CommentReply, Page, PageLogEntry, Revision
from wagtail.permissions import page_permission_policy

from chorsu_editorial import signals
from chorsu_editorial.alignment import marked_html
from chorsu_editorial.differences import block_label, field_label
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.markup import canonical_text
from chorsu_editorial.reading import model_field
from chorsu_editorial.refusals import Refusal
from chorsu_locales.normal_form import permitted
from chorsu_locales.request_checks import whole_number
from chorsu_locales.text import nfc

LONGEST_REPLY = 2000
# Between a unit as it is and as it should be; it points the same way in both directions of writing.
ARROW = "\n↓\n"
SHOWN = 80  # letters of each comment in a question
# The prefix of Wagtail's forms of comments in the editor's form.
FORMS = "comments"
EDITED = ["wagtail.comments.edit", "wagtail.comments.edit_reply"]
SAID = ["wagtail.comments.create", "wagtail.comments.create_reply", *EDITED]
# A remark of a reader without an account, which is given to whoever gave the link.
GUEST_REMARK = "chorsu_editorial.guest_link_remark"
# Remarks, answers and names in them that a person writes. Somebody who reads a long text writes some dozens.
MOST_AT_ONCE, MOST_IN_A_DAY = 60, 400
MOST_READ = 10_000  # letters of a remark where names are looked for


class ReplyRefused(Refusal):
    """A reply says nothing, or too much, or its comment was resolved."""

    status = 400


class TooManyRemarks(Refusal):
    """Somebody writes more remarks, or names more people in them, than anybody reads."""

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
    return [open_comment(row, version) for row in found]


def may_have_suggestions(page: Page) -> bool:
    """Return whether an open comment has the sign of a suggestion: one query, asked whenever an editor is opened."""
    return bool(Comment.objects.filter(page=page.pk, resolved_at=None, text__contains=ARROW.strip()).exists())


def own_open_remarks(page: Page, user: Any) -> str:
    """Return what a person's own comments say that nobody has resolved, in quotation marks; empty without any."""
    texts = Comment.objects.filter(page=page.pk, user=user.pk, resolved_at=None).order_by("created_at", "pk")
    return "; ".join(_("“%(text)s”") % {"text": Truncator(" ".join(each.text.split())).chars(SHOWN)} for each in texts)


@transaction.atomic
def reply_to(*, user: Any, comment_id: int, text: str = "", resolves: bool = False) -> CommentReply | None:
    """Reply to a comment, resolve it, or both, and log it.

    Raises ``PermissionDenied``, ``ReplyRefused`` and ``TooManyRemarks``.
    """
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
    reply = None
    if text:
        check_amount(user=user, texts=[text])
        reply = CommentReply.objects.create(comment=comment, user=user, text=text)
        with giving(page=page, user=user):
            reply.log_create(page_revision=page.latest_revision, user=user)
    if resolves:
        resolve(comment, user=user, revision=page.latest_revision)
    people = {comment.user_id: comment.user, **{each.user_id: each.user for each in comment.replies.all()}}
    signals.remark_answered.send(
        sender=CommentReply,
        page=page.specific,
        user=user,
        reply=reply,
        resolved=resolves,
        remark=open_comment(comment, page.specific.get_latest_revision_as_object()),
        people=[person for key, person in people.items() if key != user.pk],
    )
    return reply


def resolve(comment: Comment, *, user: Any, revision: Revision) -> None:
    Comment.objects.filter(pk=comment.pk).update(resolved_at=timezone.now(), resolved_by=user)
    comment.log_resolve(page_revision=revision, user=user)


def possible_assignees(page: Page) -> QuerySet[Any]:
    """Return the active users who may edit a page, or decide at the task where it waits."""
    may = Q(pk__in=page_permission_policy.users_with_permission_for_instance("change", page).values("pk"))
    if hasattr(task := page.current_workflow_task, "groups"):
        may |= Q(groups__in=task.groups.values("pk"))
    return get_user_model().objects.filter(may, is_active=True).distinct().order_by("pk")


def mentioned(text: str, people: QuerySet[Any] | list[Any]) -> list[Any]:
    """Return whom a text names behind an "@", by the longest name that stands there; one that several have is none."""
    named: dict[str, set[Any]] = {}
    for person in people:
        for name in (get_user_display_name(person), person.get_username()):
            named.setdefault(nfc(" ".join(name.casefold().split())), set()).add(person)
    names = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True) if name)
    text = nfc(" ".join(text[:MOST_READ].casefold().split()))
    found = re.findall(rf"(?<!\w)@({names})(?!\w)", text) if names else []
    return [*dict.fromkeys(person for name in found for person in named[name] if len(named[name]) == 1)]


def check_amount(*, user: Any, texts: Sequence[str]) -> None:
    """Raise ``TooManyRemarks`` where a person would write too many remarks or answers at once, or within a day.

    Each name in them counts as one more, since somebody gets a mail.
    """
    amount = len(texts) + sum(text.count("@") for text in texts)
    if amount > MOST_AT_ONCE:
        text = _("At most %(count)d remarks, answers and names in them can be saved at once.")
        raise TooManyRemarks(text % {"count": MOST_AT_ONCE})
    if not amount:
        return
    since = timezone.now() - timedelta(days=1)
    entries = PageLogEntry.objects.filter(user=user.pk, action__in=SAID, timestamp__gt=since)
    of_a_day = (
        1 + len(data.get("given", ()))
        for data in entries.values_list("data", flat=True)[:MOST_IN_A_DAY]
        if ARROW not in str(data.get("comment", {}).get("text"))
    )
    if amount + sum(of_a_day) > MOST_IN_A_DAY:
        text = _("You have written %(count)d remarks, answers and names within a day. Go on tomorrow.")
        raise TooManyRemarks(text % {"count": MOST_IN_A_DAY})


@contextmanager
def giving(*, page: Page, user: Any) -> Iterator[None]:
    """Give the remarks that the block logs to those whom they name."""
    own = PageLogEntry.objects.filter(page=page.pk, user=user.pk, action__in=SAID)
    last = own.aggregate(Max("pk"))["pk__max"] or 0
    yield
    give(page=page, user=user, entries=own.filter(pk__gt=last).order_by("pk"))


@dataclass(frozen=True, slots=True)
class GivenRemark:
    """A remark that is given to ``people`` by names in it or in the ``reply`` to it, if any.

    ``new_people`` are those to whom it wasn't given before it was edited.
    """

    remark: OpenComment
    reply: CommentReply | None
    people: list[Any]
    new_people: list[Any]


@transaction.atomic
def give(*, page: Page, user: Any, entries: Iterable[PageLogEntry]) -> None:
    """Store with log entries of remarks and replies to whom they are given, and tell these people, once."""
    named = [entry for entry in entries if entry.action in SAID and "@" in str(entry.data)]
    if not named:
        return
    version = page.specific.get_latest_revision_as_object()
    assignees = list(possible_assignees(page))
    given: list[GivenRemark] = []
    changed: list[PageLogEntry] = []
    comments = Comment.objects.in_bulk([entry.data["comment"]["id"] for entry in named])
    for entry in named:
        row, said = comments[entry.data["comment"]["id"]], entry.data.get("reply")
        remark = open_comment(row, version)
        # Whom the words of an article name, nobody has asked for anything.
        text = said["text"] if said else "" if remark.suggestion else remark.text
        if people := mentioned(text, assignees):
            before = _given_before(entry)
            entry.data = {**entry.data, "given": {str(person.pk): True for person in people}}
            changed.append(entry)
            reply = row.replies.get(pk=said["id"]) if said else None
            new_people = [person for person in people if str(person.pk) not in before]
            given.append(GivenRemark(remark, reply, people, new_people))
    # Not ``save``, which tells the receivers of entries a second time.
    PageLogEntry.objects.bulk_update(changed, ["data"])
    if given:
        signals.remarks_given.send(Comment, page=page.specific, user=user, given=given)


def _given_before(entry: PageLogEntry) -> set[str]:
    """Return the keys of those to whom a remark or reply was given before it was edited."""
    if entry.action not in EDITED:
        return set()
    reply = entry.data.get("reply", {}).get("id")
    former = PageLogEntry.objects.filter(
        page=entry.page_id, action__in=SAID, pk__lt=entry.pk, data__comment__id=entry.data["comment"]["id"]
    )
    keys: set[str] = set()
    for data in former.values_list("data", flat=True):
        if data.get("reply", {}).get("id") == reply:
            keys.update(data.get("given", ()))
    return keys


def given_to(user: Any) -> Any:
    """Return the open comments that were given to a person, the newest first."""
    entries = PageLogEntry.objects.filter(action__in=[*SAID, GUEST_REMARK], data__given__has_key=str(user.pk))
    keys = entries.values(key=Cast(KT("data__comment__id"), BigIntegerField()))
    return Comment.objects.filter(pk__in=keys, resolved_at=None).select_related("user").order_by("-created_at", "-pk")


def brings_remarks(posted: QueryDict) -> bool:
    """Return whether the editor's POST data has remarks, new or stored ones."""
    return bool(whole_number(posted.get(f"{FORMS}-TOTAL_FORMS", "")))


def drop_closed(posted: QueryDict, page: Page) -> QueryDict:
    """Return the editor's POST data without comments that are resolved or gone: Wagtail would refuse the autosave."""
    total, initial = (whole_number(posted.get(f"{FORMS}-{name}_FORMS", "")) or 0 for name in ("TOTAL", "INITIAL"))
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


def open_comment(row: Comment, version: Page) -> OpenComment:
    """Return a comment with the name of the place where it stands in a version of its page."""
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


@require_GET
def offered_names(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer as JSON with ``people``: the names by which a remark on a page can be given to exactly one person."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    people = list(possible_assignees(page))
    found = mentioned(" ".join(f"@{get_user_display_name(person)}" for person in people), people)
    return JsonResponse({"people": sorted(map(get_user_display_name, found))})


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    return [
        path("remarks/<int:comment_id>/answer/", post_reply, name="chorsu_editorial_answer"),
        path("remarks/names/<int:page_id>/", offered_names, name="chorsu_editorial_names"),
    ]

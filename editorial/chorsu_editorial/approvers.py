"""Who may approve a page in review: one rule for the act, the buttons, the queue and the mails.

The approver is of the task's groups, had no share in the version that was submitted, and has mended no more of it since
than the setting ``APPROVER_SHARE`` allows. All is read from the task state, never from a page that came with a request.
docs/decisions/four-eyes.md; what is counted, and what nobody mends alone: docs/guide.md, "What an approver may change".

Measured is what one person changed since the submission: the revisions saved after it are taken in the order in which
they were saved, and each run of this person's revisions is compared with the version before it. Revisions that no
person saved count for whoever approves. Punctuation belongs to its word, and a tag (bold, a list) counts as a word.
Passages too long to compare (``COMPARED_PAIRS``) count whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from html import escape, unescape
from itertools import groupby
from math import ceil
from operator import itemgetter, or_
from typing import Any, Literal, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, Task, TaskState
from wagtail.utils.timestamps import render_timestamp

from chorsu_editorial.alignment import runs, tokens
from chorsu_editorial.conf import get_settings
from chorsu_editorial.differences import field_label
from chorsu_editorial.hashing import content_parts
from chorsu_editorial.lineage import History, published_ids, revisions_beside, writers
from chorsu_editorial.links import is_in_table
from chorsu_editorial.markup import canonical_html, canonical_text, count_words
from chorsu_editorial.reading import Leaf, all_leaves, public_leaves, without_texts
from chorsu_editorial.refusals import NotAReviewer, OwnWork, Refusal, ShareExceeded
from chorsu_editorial.stated_facts import Fact, Passage, cases_of, changed_facts


def approval_refusal(task_state: Any, user: Any, *, mended: bool = True) -> Refusal | None:
    """Return why this user may not approve the latest version of a page in review, or None where they may.

    Without ``mended`` only what was submitted counts: for a form whose text isn't saved yet.
    """
    task = task_state.task.specific
    if not is_reviewer(task=task, user=user):
        text = _("Only people of the approving groups can approve here (%(groups)s).")
        return NotAReviewer(text % {"groups": ", ".join(map(str, task.groups.all()))})
    if (own := _own_work(task_state, user)) or not mended:
        return own
    latest = task_state.workflow_state.content_object.get_latest_revision()
    done = share_of_changes(user, submitted=task_state.submitted, latest=latest)
    allowed = get_settings().approver_share
    if done.within(allowed):
        return None
    text = _("Since it was submitted you changed %(what)s, so somebody else approves it.")
    return ShareExceeded(text % {"what": ", ".join(_named(done, allowed))})


def _own_work(task_state: Any, user: Any) -> Refusal | None:
    """Return why the submitted version is a user's own; ``possible_approvers`` asks nobody of whom this says so."""
    if task_state.submitted_by_id == user.pk:
        return OwnWork(_("You submitted this version yourself, so somebody else approves it."))
    if saved := writers(task_state.submitted).get(user.pk):
        text = _("You wrote part of this version (saved %(time)s), so somebody else approves it.")
        return OwnWork(text % {"time": render_timestamp(saved)})
    return None


def possible_approvers(task_state: Any) -> QuerySet[Any]:
    """Return the active users of the approving groups who had no share in the submitted version."""
    users = get_user_model().objects.filter(is_active=True, groups__in=task_state.task.specific.groups.all())
    return users.exclude(pk__in=_involved(task_state)).distinct().order_by("pk")


def authors(task_state: Any) -> QuerySet[Any]:
    """Return the users who had a share in the submitted version, its submitter among them."""
    return get_user_model().objects.filter(pk__in=_involved(task_state)).order_by("pk")


def approving_tasks(user: Any) -> QuerySet[Any]:
    """Return the tasks, Wagtail's own too, at which a user approves; a superuser is of every group."""
    tasks: QuerySet[Any] = Task.objects.all() if user.is_active else Task.objects.none()
    if user.is_superuser:
        return tasks
    kinds = [kind for kind in apps.get_models() if issubclass(kind, AbstractGroupApprovalTask)]
    mine: list[Any] = [QuerySet(kind).filter(groups__in=user.groups.values("pk")).values("pk") for kind in kinds]
    return tasks.filter(reduce(or_, (Q(pk__in=keys) for keys in mine), Q(pk__in=[])))


def waiting_reviews(user: Any) -> QuerySet[TaskState]:
    """Return the reviews of pages, Wagtail's own too, at the tasks where a user approves, without what they submitted.

    Whether they wrote part of it, or mended too much, is left to ``approval_refusal``. The longest waiting is first.
    """
    waiting: QuerySet[TaskState] = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__in=approving_tasks(user).filter(active=True).values("pk"),
        workflow_state__base_content_type=ContentType.objects.get_for_model(Page),
    )
    return waiting.exclude(foureyestaskstate__submitted_by=user.pk).order_by("started_at", "pk")


def is_reviewer(*, task: Task, user: Any) -> bool:
    mine = user.is_superuser or task.groups.filter(pk__in=user.groups.values("pk")).exists()
    return bool(user.is_active and mine)


def may_approve_alone(user: Any) -> bool:
    permission = get_settings().approve_alone_permission
    return bool(permission and user.is_active and user.has_perm(permission))


def may_write(*, page: Page, user: Any) -> bool:
    """Return whether a user may save a page now: may edit it, and no lock keeps them from it."""
    permissions = page.permissions_for_user(user)
    return bool(permissions.can_edit() and not permissions.page_locked())


def may_send_back(*, task: Task, user: Any) -> bool:
    """Return whether a user decides at a task at all: of its groups, or alone."""
    return is_reviewer(task=task, user=user) or may_approve_alone(user)


def _involved(task_state: Any) -> set[Any]:
    return {task_state.submitted_by_id, *writers(task_state.submitted)} - {None}


def _named(done: Measure, allowed: float) -> Iterator[str]:
    if done.percent > allowed:
        share = min(999, ceil(done.percent)) if done.of else 100
        yield _("%(share)d %% of the words (up to %(allowed)d %%)") % {"share": share, "allowed": allowed}
    names = {
        "headline": _("the headline"),
        "number": _("a number or a date"),
        "name": _("a name or a word in capitals"),
        "quotation": _("a quotation"),
        "negation": _("a negation"),
        "sense": _("a word that turns the sense (such as “more” and “less”)"),
        "link": _("an address"),
        "order": _("the order of the text"),
    }
    yield from (text for fact, text in names.items() if fact in done.facts)
    yield from (f"“{name}”" for name in done.other)


# Two passages of 2,000 different words each take half a second.
COMPARED_PAIRS = 4_000_000

# Tags that only shape a text. Any other (a link, an embed, a picture) is content of its own.
_SHAPES = frozenset(
    {"b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol", "p", "s"}
    | {"small", "span", "strong", "sub", "sup", "u", "ul"}
)
_NO_WORDS = frozenset({"<p>", "</p>", "<br>", "</br>"})
_TAG = re.compile(r"</?([a-z0-9-]+)(?:[^a-z0-9<>-][^<>]*)?>")


@dataclass(frozen=True, slots=True)
class Measure:
    """What was changed: ``words`` of ``of`` words, ``facts`` of which kinds, and the names of ``other`` content."""

    words: int = 0
    of: int = 0
    facts: frozenset[Fact | Literal["order"]] = frozenset()
    other: tuple[str, ...] = ()

    @property
    def percent(self) -> float:
        """Return the words in per cent; of a text without words one word is infinitely much."""
        if not self.words:
            return 0.0
        return 100 * self.words / self.of if self.of else float("inf")

    def within(self, percent: float) -> bool:
        """Return whether somebody who changed this much may approve, where ``percent`` of the words are allowed."""
        return not self.facts and not self.other and self.percent <= percent

    def __add__(self, more: Measure) -> Measure:
        other = tuple(dict.fromkeys((*self.other, *more.other)))
        return Measure(self.words + more.words, self.of or more.of, self.facts | more.facts, other)


class _Line(NamedTuple):
    """A paragraph, heading or list item, or a tag around them, as canonical HTML."""

    html: str
    kind: str
    language: str

    @property
    def text(self) -> str:
        return unescape(_TAG.sub(" ", self.html))


def share_of_changes(user: Any, *, submitted: Revision, latest: Revision) -> Measure:
    """Return what a user changed from the submitted revision to the latest one."""
    found = revisions_beside(submitted).filter(created_at__gt=submitted.created_at, created_at__lte=latest.created_at)
    rows = found.order_by("created_at", "pk").values_list("pk", "user_id", "lineage__carried")
    own = {user.pk, None}
    # Also what somebody else joined with a version of theirs.
    later = [(pk, user_id in own or str(user.pk) in map(str, carried or ())) for pk, user_id, carried in rows]
    if not any(is_own for _pk, is_own in later):
        return Measure()
    total = Measure(of=_words_of(_lines(public_leaves(submitted.as_object()))))
    before = submitted.pk
    for is_own, run in groupby(later, key=itemgetter(1)):
        *_, (last, _is_own) = run
        if is_own:
            total += measure(*(Revision.objects.get(pk=key).as_object() for key in (before, last)))
        before = last
    return total


def measure(before: Page, after: Page) -> Measure:
    """Compare two versions of a page; ``of`` are the words of the first."""
    old, new = list(all_leaves(before, include_empty=True)), list(all_leaves(after, include_empty=True))
    old_lines, new_lines = (list(_lines(leaf for leaf in side if leaf.public)) for side in (old, new))
    same = Counter(old_lines) & Counter(new_lines)
    gone, come = _without(old_lines, same), _without(new_lines, same)
    facts: set[Fact | Literal["order"]] = set()
    cases = cases_of(line.text for line in (*old_lines, *new_lines))
    for language in {line.language for line in (*gone, *come)}:
        taken, given = (
            [Passage(line.text, line.kind) for line in side if line.language == language] for side in (gone, come)
        )
        facts |= changed_facts(taken, given, language or after.locale.language_code, cases=cases)
    orders: list[Any] = [(old_lines, new_lines)]
    for field in after._meta.get_fields():
        if isinstance(field, StreamField):
            values = (field.get_prep_value(getattr(page, field.name)) for page in (before, after))
            orders.append([[block["id"] for block in value] for value in values])
    if any(_is_reordered(*pair) for pair in orders):
        facts.add("order")
    words = (
        [token for line in side for token in tokens(line.html) if not (token.isspace() or token in _NO_WORDS)]
        for side in (gone, come)
    )
    found = runs(*words, compared=COMPARED_PAIRS)
    changed = sum(max(i2 - i1, j2 - j1) for equal, i1, i2, j1, j2 in found if not equal)
    other = _other(before, after, old, new, (old_lines, new_lines))
    return Measure(changed, _words_of(old_lines), frozenset(facts), other)


def _words_of(lines: Iterable[_Line]) -> int:
    return sum(count_words(line.text) for line in lines)


def _without(lines: list[_Line], same: Counter[_Line]) -> list[_Line]:
    """Return the lines without those that stand in both versions, each as often as it does."""
    left = same.copy()
    found = []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            found.append(line)
    return found


def _lines(leaves: Iterable[Leaf]) -> Iterator[_Line]:
    for leaf in leaves:
        language = leaf.language or ""
        kind = leaf.role if leaf.role in {"headline", "people", "quotation"} else ""
        if leaf.kind == "text":
            for text in canonical_text(leaf.source).split("\n"):
                if text.strip():
                    yield _Line(escape(text.strip(), quote=False), kind, language)
            continue
        depth = 0
        for html in canonical_html(leaf.source).split("\n"):
            depth += (html == "<blockquote>") - (html == "</blockquote>")
            if html:
                yield _Line(html, "quotation" if depth and not kind else kind, language)


def _is_reordered(old: list[Any], new: list[Any]) -> bool:
    """Return whether what stands once in both lists stands in another order."""
    counts = Counter(old), Counter(new)
    orders = [[item for item in side if counts[0][item] == counts[1][item] == 1] for side in (old, new)]
    return orders[0] != orders[1]


def _other(
    before: Page, after: Page, old: list[Leaf], new: list[Leaf], lines: tuple[list[_Line], list[_Line]]
) -> tuple[str, ...]:
    """Return the names of the fields whose content beside their public words differs."""
    closed = [
        {leaf.path: leaf.source for leaf in leaves if leaf.source and (not leaf.public or is_in_table(leaf.path))}
        for leaves in (old, new)
    ]
    found = sorted({path.partition(".")[0] for path, _text in closed[0].items() ^ closed[1].items()})
    tags = ((match for line in side for match in _TAG.finditer(line.html)) for side in lines)
    links = [Counter(match.group() for match in side if match.group(1) not in _SHAPES) for side in tags]
    if links[0] != links[1]:
        found += [leaf.path.partition(".")[0] for leaf in new if leaf.kind == "rich_text"][:1]
    shapes = [_shape(page) for page in (before, after)]
    found += [name for name in shapes[1] if shapes[0].get(name) != shapes[1][name]]
    return tuple(dict.fromkeys(field_label(after, name) for name in found))


def _shape(page: Page) -> dict[str, Any]:
    """Return the content of a page without its texts, and without blocks that are nothing but a text."""
    empty = without_texts(page)
    parts = content_parts(empty, everything=True)
    for field in page._meta.get_fields():
        if isinstance(field, models.DateTimeField) and parts.get(field.name):
            # The editor's form knows no seconds: to save it, with a comment only, is no change of a time.
            parts[field.name] = parts[field.name][:16]
        if isinstance(field, StreamField) and field.name in parts:
            parts[field.name] = [block for block in parts[field.name] if block[1] not in ("", None)]
    return parts


def may_put_live(*, page: Page, user: Any) -> bool:
    """Return whether a user may publish a page, or approve at a task of its place, Wagtail's own kinds too."""
    workflow = page.get_workflow()
    tasks = [task.specific for task in workflow.tasks] if workflow else []
    return bool(
        page.permissions_for_user(user).can_publish()
        or any(hasattr(task, "groups") and is_reviewer(task=task, user=user) for task in tasks)
        or (tasks and may_approve_alone(user))
    )


def needs_approval(page: Page) -> bool:
    """Return whether the workflow of a page's place has an approval by a second person."""
    workflow = page.get_workflow()
    return workflow is not None and any(getattr(task.specific, "asks_second_person", False) for task in workflow.tasks)


def minor_edit_of(revision_id: int | None) -> Revision | None:
    """Return the published version of which a revision is a minor edit, as its author said and no approver denied."""
    state = _last_approval(revision_id=revision_id) if revision_id is not None else None
    if state is None or not state.is_minor:
        return None
    published = published_ids(state.revision)
    ancestors = History(state.revision).ancestors(state.revision_id)
    before = next((step.pk for step in ancestors if step.pk in published), None)
    return Revision.objects.filter(pk=before).first()


def concerned(page: Page) -> set[Any]:
    """Return the primary keys of a page's owner, and of who wrote, submitted and approved what was approved last."""
    state = _last_approval(
        workflow_state__base_content_type_id=page.get_base_content_type().pk, workflow_state__object_id=str(page.pk)
    )
    if state is None:
        return {page.owner_id} - {None}
    wrote = writers(state.revision, republished=True)
    return {page.owner_id, state.finished_by_id, state.submitted_by_id, *wrote} - {None}


def _last_approval(**of: Any) -> Any:
    states = TaskState.objects.filter(**of, foureyestaskstate__isnull=False, status=TaskState.STATUS_APPROVED)
    state = states.select_related("foureyestaskstate").order_by("-finished_at", "-pk").first()
    return state.foureyestaskstate if state else None

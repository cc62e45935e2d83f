"""The editor's requests: to approve, submit or publish is one transaction with the form, of what the screen showed.

No autosave overwrites a published revision, and no move evades another section's approval. Where Wagtail writes several
pages in one transaction, they are locked first (``lock_order``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page, Revision

from chorsu_editorial import answers, approval, hashing, review_screen, suggestions
from chorsu_editorial.approvers import approval_refusal, needs_approval
from chorsu_editorial.comments import (
    TooManyRemarks,
    brings_remarks,
    check_amount,
    drop_closed,
    giving,
    may_have_suggestions,
    own_open_remarks,
    reply_to,
)
from chorsu_editorial.file_usage.files import lock_to_publish
from chorsu_editorial.lineage import RevisionLineage, published_ids, record_parent, with_reason, writers
from chorsu_editorial.links import compare_url, review_url
from chorsu_editorial.lock_order import lock_pages
from chorsu_editorial.models import FourEyesTask, FourEyesTaskState, HeldApproval
from chorsu_editorial.reading import load_stored_relations
from chorsu_editorial.refusals import AnswerMissing, ChangedSince, NotInReview, ReasonMissing, Refusal
from chorsu_editorial.review_queue import next_to_review
from chorsu_locales.normal_form import clean_reason, permitted
from chorsu_locales.request_checks import whole_number

SHOWN_FACTS_FIELD = "shown-facts"
COMPARE_BUTTON = "action-compare"
SUGGESTION = "suggestion"  # the buttons below a suggestion: "take" or "leave" and its key, or "take" alone for all
KNOWN_STATES = "_current_workflow_states"  # where Wagtail keeps what ``prefetch_workflow_states`` found
EDITOR_TEMPLATES = {"wagtailadmin/pages/edit.html": "chorsu_editorial/review_screen/edit.html"}


class ReasonMixin(WagtailAdminTemplateMixin):
    """Wagtail's editor of a new page or of one there is, which publishes what nobody approved for a reason only.

    Without one the form is shown again as it was filled in, with the question above it. Nothing is saved before: a
    new page would be live from its first save on.
    """

    page: Any
    next_url: Any

    def publish_action(self) -> Any:
        if not needs_approval(self.page if self.page.pk else self.parent_page):
            return super().publish_action()
        reason = clean_reason(self.request.POST.get("publish_reason", ""))
        if reason:
            with with_reason(reason):
                return super().publish_action()
        context = {"is_scheduled": approval.goes_live_at(self.page)}
        messages.warning(self.request, render_to_string("chorsu_editorial/answers/ask_for_reason.html", context))
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data(), status=ReasonMissing.status)


class ReasonCreateView(ReasonMixin, CreateView):
    """The editor of a new page."""


class ReviewEditView(ReasonMixin, EditView):
    """Wagtail's editor, where an action of the workflow takes what the screen shows, or is refused with a reason.

    Wagtail saves the form, then asks the task; so a refused approval has overwritten the text, and what was mended
    in the same form isn't what is published. Here both are one transaction, and a refused form is shown again as
    it was filled in.
    """

    def get_object(self) -> Any:
        """Return the latest version; while it is only read, it knows its review from what was asked with the page."""
        page = super().get_object()
        if self.request.method == "GET" and hasattr(self.real_page_record, KNOWN_STATES):
            setattr(page, KNOWN_STATES, getattr(self.real_page_record, KNOWN_STATES))
        return page

    def save_action(self) -> Any:
        if SUGGESTION in self.request.POST:
            return self._explained(self._answer_suggestion)
        return self._keep_both() if COMPARE_BUTTON in self.request.POST else super().save_action()

    def publish_action(self) -> Any:
        return self._explained(super().publish_action)

    def submit_action(self) -> Any:
        return self._explained(super().submit_action)

    def restart_workflow_action(self) -> Any:
        return self._explained(super().restart_workflow_action)

    def perform_workflow_action(self) -> Any:
        task = self.page.current_workflow_task
        ours = task is None or isinstance(task, FourEyesTask)
        return self._explained(self._perform_on_screen if ours else super().perform_workflow_action)

    def _keep_both(self) -> Any:
        """Save this form, and behind it what was the latest until then again, and lead to both: nobody's is lost."""
        latest, posted = self.latest_revision, self.request.POST
        # The button carries the revision that this form's autosave made; else the time says with which it began.
        key = whole_number(posted[COMPARE_BUTTON])
        moment = hashing.parse_moment(posted.get("loaded_revision_created_at", ""))
        base = self.page.revisions.filter(**({"pk": key} if key else {"created_at": moment})).first()
        answer = super().save_action()
        if base == latest or not isinstance(answer, HttpResponseRedirect):
            return answer
        mine = self.page.latest_revision
        record_parent(revision=mine, parent=base, carried=() if base else writers(latest))
        latest.as_object().save_revision(user=self.request.user, log_action=True, previous_revision=latest, clean=False)
        return redirect("chorsu_editorial_compare_versions", self.page.pk, mine.pk)

    def workflow_action_is_valid(self) -> bool:
        """Leave the decision to the four-eyes task, which says why it refuses; without a task there is nothing to do.

        Wagtail would save the form instead, over whatever was written since, and say so as if all were well.
        """
        task = self.page.current_workflow_task
        if task is not None and not isinstance(task, FourEyesTask):
            return bool(super().workflow_action_is_valid())
        self.workflow_action = self.request.POST.get("workflow-action-name", "")
        return True

    def form_invalid(self, form: Any) -> Any:
        """Say who may approve, beside Wagtail's message that the page is locked."""
        if self.locked_for_user and self.request.POST.get("action-workflow-action"):
            state = self.page.current_workflow_task_state
            refusal = isinstance(state, FourEyesTaskState) and approval_refusal(state, self.request.user, mended=False)
            if refusal:
                self._say(refusal)
                response = super().form_invalid(form)
                response.status_code = refusal.status
                return response
        return super().form_invalid(form)

    def get_template_names(self) -> list[str]:
        return [EDITOR_TEMPLATES.get(name, name) for name in super().get_template_names()]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the version that this screen began with where somebody else has saved since: it never showed theirs.

        Otherwise name the latest version, as Wagtail does, so that autosave goes on.
        """
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if "loaded_revision_created_at" in self.request.POST:
            try:
                self._check_screen(self.latest_revision)
            except ChangedSince:
                context["loaded_revision_created_at"] = self.request.POST["loaded_revision_created_at"]
        if not (self.is_reverting or self.locked_for_user or self.page.workflow_in_progress):
            context["suggestions"] = review_screen.open_suggestions(self.page)
        context["shown_facts_field"] = SHOWN_FACTS_FIELD
        context["shown_facts"] = self.request.POST.get(SHOWN_FACTS_FIELD, "")
        if self.request.method == "GET":
            context["shown_facts"] = hashing.shown_facts_to_text(hashing.shown_facts(self.page))
            state = self.page.current_workflow_task_state
            # What an earlier version said is not compared with a later one.
            in_review = isinstance(state, FourEyesTaskState) and state.status == state.STATUS_IN_PROGRESS
            if in_review and not self.is_reverting:
                context["review_head"] = review_screen.review_head(request=self.request, page=self.page, state=state)
                review_screen.first_look(page=self.page, user=self.request.user, state=state)
        return context

    def form_valid(self, form: Any) -> Any:
        try:
            check_amount(user=self.request.user, texts=list(_said_in(form)))
        except TooManyRemarks as refusal:
            if self.expects_json_response:
                return self.json_error_response("too_many_remarks", str(refusal))
            self._say(refusal)
            self.has_unsaved_changes = True
            return self.render_to_response(self.get_context_data(), status=refusal.status)
        return super().form_valid(form)

    def log_commenting_changes(self, changes: dict[str, Any], revision: Revision) -> None:
        with giving(page=self.page, user=self.request.user):
            super().log_commenting_changes(changes, revision)

    def send_commenting_notifications(self, changes: dict[str, Any]) -> None:
        """Send Wagtail's mail about comments once they are stored: with what is refused they are taken back."""
        transaction.on_commit(partial(super().send_commenting_notifications, changes), robust=True)

    def _explained(self, action: Any) -> Any:
        latest = self.page.latest_revision
        try:
            with transaction.atomic(), answers.given(self.request.POST):
                return action()
        except Refusal as refusal:
            # The transaction took the new revision back; the page in memory still has it.
            self.page.latest_revision = latest
            self._say(refusal)
            self.has_unsaved_changes = True
            return self.render_to_response(self.get_context_data(), status=refusal.status)

    def _say(self, refusal: Refusal) -> None:
        if isinstance(refusal, AnswerMissing):
            answers.show_question(self.request, refusal)
        else:
            # To load the page anew would send the refused form again.
            again = messages.button(self.redirect_and_remain().url, _("Open it again"))
            messages.error(self.request, str(refusal), buttons=[again] if isinstance(refusal, ChangedSince) else [])

    def _perform_on_screen(self) -> Any:
        state = self.page.current_workflow_task_state
        task = self.page.current_workflow_task
        if not isinstance(task, FourEyesTask):
            raise NotInReview(approval.explain_end(self.page))
        user = self.request.user
        approving = self.workflow_action in approval.APPROVALS
        asked = approving and self.workflow_action != "approve_alone"
        if asked and (refusal := approval_refusal(state, user, mended=False)):
            raise refusal
        latest = lock_pages([self.page.pk])[self.page.pk].get_latest_revision()
        self._check_screen(latest)

        self.page = self.form.save(commit=not self.page.live)
        self.subscription.save()
        same = latest is not None and hashing.version_hash(latest.as_object()) == hashing.version_hash(self.page)
        fresh = self.has_content_changes or not same
        if fresh:
            latest = self.page.save_revision(user=user, log_action=True, previous_revision=self.previous_revision)
        said = self._dialogue_data()
        if approving:
            self._check_shown_facts()
            remarks = own_open_remarks(self.page, user)
            if remarks not in ("", said.get("remarks", "")) and not answers.answer_to("remarks"):
                text = _("Your own remarks are still open: %(remarks)s.") % {"remarks": remarks}
                raise AnswerMissing(text, question="remarks", button=_("Approve all the same"))
        token = str(hashing.screen_token(self.page, latest))
        following = next_to_review(user=user, after=self.page)
        task.on_action(state, user, self.workflow_action, **said, screen=token)
        review_screen.look(page=self.page, user=user, revision=latest)
        if self.workflow_action == "suggest":
            self.page = self.page.get_latest_revision_as_object()
        if fresh and "comments" in self.form.formsets:
            comments = self.get_commenting_changes()
            self.log_commenting_changes(comments, latest)
            self.send_commenting_notifications(comments)
        # Only who came from the queue, or the mail about it, goes on to the next text unasked.
        goes_on = self.next_url == reverse("chorsu_editorial_queue")
        self._confirm(approving, state, latest, None if goes_on else following)
        self.next_url = review_url(following) if goes_on and following else self.next_url
        answer = self.run_hook("after_edit_page", self.request, self.page)
        return self.redirect_away() if answer is None else answer

    def _answer_suggestion(self) -> Any:
        """Save what is in the form, where anything is new, then take or leave one suggestion, or take all."""
        self._check_screen(self.page.get_latest_revision())
        if self.has_content_changes:
            response = super().save_action()
            if "Location" not in response:
                return response
        act, _space, number = self.request.POST[SUGGESTION].partition(" ")
        key = whole_number(number)
        if act == "leave" and key:
            reply_to(user=self.request.user, comment_id=key, text=_("Left as it was."), resolves=True)
        elif act == "take":
            stay = suggestions.take(page=self.page, user=self.request.user, keys=[key] if key else None)
            for each in stay:
                text = _("%(place)s: the text has changed here since. Change it yourself, or leave it.")
                messages.warning(self.request, text % {"place": each.label})
        return self.redirect_and_remain()

    def _check_screen(self, latest: Revision | None) -> None:
        """Raise ``ChangedSince`` unless all that was saved since this form was loaded is this person's own.

        Autosave may have saved the very words that this form holds, so that the latest revision isn't the loaded one.
        """
        if latest is None:
            return
        posted = self.request.POST
        me = self.request.user
        saved_here = posted.get("overwrite_revision_id", "")
        if saved_here == str(latest.pk) and latest.user_id == me.pk:
            return
        loaded = [posted.get(f"loaded_revision_{name}", "") for name in ("id", "created_at")]
        token = hashing.parse_token(" ".join(["form", *loaded]))
        key = whole_number(saved_here)
        if key and (saved := self.page.revisions.filter(pk=key).first()):
            token = hashing.ScreenToken("form", saved.pk, saved.created_at)
        known = token.revision_id and token.saved_at and token.saved_at <= latest.created_at
        if known and self.page.revisions.filter(pk=token.revision_id).exists():
            newer = self.page.revisions.filter(created_at__gt=token.saved_at)
            if not newer.exclude(user=me).exists():
                return
        raise ChangedSince(approval.explain_change(token, self.page, me))

    def _check_shown_facts(self) -> None:
        """Raise ``ChangedSince`` where a picture, document or name shows something else than when this was loaded.

        Objects that this person put into the form since then weren't there to be seen.
        """
        now = hashing.shown_facts(self.page, lock=True)
        seen = self.request.POST.get(SHOWN_FACTS_FIELD)
        if seen is None and now:
            raise ChangedSince(approval.unknown_screen())
        if changed := approval.explain_shown_facts(seen or "", self.page):
            raise ChangedSince(changed)

    def _dialogue_data(self) -> dict[str, Any]:
        """Return the fields of the action's dialogue, and nothing else that the request may carry."""
        try:
            extra = json.loads(self.request.POST.get("workflow-action-extra-data", "{}"))
        except ValueError:
            extra = {}
        extra = extra if isinstance(extra, dict) else {}
        said = {
            key: permitted(extra[key]) for key in ("comment", "reason", "remarks") if isinstance(extra.get(key), str)
        }
        return {**said, "hold": extra.get("hold") is True}

    def _confirm(self, approving: bool, state: FourEyesTaskState, latest: Revision, following: Page | None) -> None:
        buttons = []
        if approving and hashing.version_hash(state.submitted.as_object()) != hashing.version_hash(self.page):
            url = compare_url(self.page.pk, state.submitted.pk, latest.pk)
            buttons.append(messages.button(url, _("See your changes")))
        said = _("You approved “%(title)s” as your screen showed it.")
        text = said if approving else _("You sent “%(title)s” back to its authors.")
        buttons.append(self.get_edit_message_button())
        if following:
            label = _("Next: “%(title)s”") % {"title": following.get_admin_display_title()}
            buttons.append(messages.button(review_url(following), label))
        text %= {"title": self.page.get_admin_display_title()}
        outcome = approval.approval_outcome(self.page) if approving else ""
        messages.success(self.request, f"{text} {outcome}".strip(), buttons=buttons)


def _said_in(form: Any) -> Iterator[str]:
    """Yield the texts of the remarks and replies that are new or edited in the editor's form."""
    comments = form.formsets["comments"].forms if "comments" in form.formsets else ()
    for comment in comments:
        for said in (comment, *comment.formsets["replies"].forms):
            if "text" in said.changed_data:
                yield said.cleaned_data.get("text") or ""


class ReviewRevertView(ReviewEditView, RevisionsRevertView):
    """The editor of a page that shows an earlier version of it."""


def drop_malformed_ids(posted: QueryDict) -> QueryDict:
    """Return the editor's POST data without revision ids and times that can't be any: Wagtail's view would raise."""
    readers = {
        "overwrite_revision_id": whole_number,
        "loaded_revision_id": whole_number,
        "loaded_revision_created_at": hashing.parse_moment,
    }
    wrong = [name for name, read in readers.items() if (text := posted.get(name)) and read(text) is None]
    posted = posted.copy() if wrong else posted
    for name in wrong:
        del posted[name]
    return posted


def save_as_new_revision(posted: QueryDict, page: Page) -> QueryDict:
    """Return the editor's POST data, changed to save a new revision where the one to overwrite has been published.

    A session saves into its own revision again and again. Where an approval publishes that one meanwhile, readers see
    it, and further words are a new version with an author. One with which another form began is the base of both.
    """
    saved_here = posted.get("overwrite_revision_id", "")
    revision = page.get_latest_revision()
    if revision is None or saved_here != str(revision.pk):
        return posted
    if not RevisionLineage.objects.filter(pk=revision.pk, opened=True) and revision.pk not in published_ids(revision):
        return posted
    posted = posted.copy()
    del posted["overwrite_revision_id"]
    posted["loaded_revision_id"] = str(revision.pk)
    posted["loaded_revision_created_at"] = revision.created_at.isoformat()
    return posted


# Before other hooks: what they say of a page is said by the view that answers.
@hooks.register("before_edit_page", order=-1000)
def answer_in_one_transaction(request: Any, page: Page) -> Any:
    """Answer the editor's workflow requests by the views that approve what the screen shows, and so that screen.

    No autosave writes into a revision that has been published, nor fails by a comment that was resolved.
    """
    if request.method == "POST":
        # Also when the view calls this again: the page is locked by then.
        request.POST = save_as_new_revision(drop_closed(drop_malformed_ids(request.POST), page), page)
    else:
        load_stored_relations(page)
        if "_w_hydrate_create_view" not in request.GET:
            RevisionLineage.objects.filter(pk=page.latest_revision_id, opened=False).update(opened=True)
    if getattr(request, "chorsu_review", False):
        return None
    task = page.current_workflow_task
    actions = ("action-workflow-action", "action-submit", "action-restart-workflow", COMPARE_BUTTON, SUGGESTION)
    asked = [name for name in actions if request.POST.get(name)]
    if request.POST.get("action-publish") and (needs_approval(page) or answers.may_be_asked(page)):
        asked.append("action-publish")
    if request.method == "GET":
        ours = isinstance(task, FourEyesTask) or may_have_suggestions(page)
    elif asked == ["action-workflow-action"] and task is not None and not isinstance(task, FourEyesTask):
        ours = answers.may_be_asked(page)
    else:
        ours = bool(asked) or answers.is_saved_together(request.POST) or brings_remarks(request.POST)
    if not ours:
        return None
    request.chorsu_review = True
    arguments = request.resolver_match.kwargs if request.resolver_match else {"page_id": page.pk}
    view = (ReviewRevertView if "revision_id" in arguments else ReviewEditView).as_view()
    if request.method == "GET":
        return view(request, **arguments)
    with transaction.atomic():
        # Before the view reads the page, so that what it decides and saves is of what is there then.
        lock_pages([page.pk])
        return view(request, **arguments)


@hooks.register("before_create_page", order=-1000)
def publish_new_page_with_reason(request: Any, parent: Page, model: type[Page]) -> Any:  # noqa: ARG001
    wanted = request.method == "POST" and request.POST.get("action-publish")
    if not wanted or getattr(request, "chorsu_review", False) or not needs_approval(parent):
        return None
    request.chorsu_review = True
    return ReasonCreateView.as_view()(request, **(request.resolver_match.kwargs if request.resolver_match else {}))


def check_move(*, page: Page, destination: Page, user: Any) -> None:
    """Raise a ``Refusal`` where a page that waits for approval, or for its time, would come under another approval.

    Wagtail asks for the publish right only where a page is live already: so a text could be approved by the editors of
    one section and appear in another, whose editors never saw it.
    """
    is_same = page.get_workflow() == destination.get_workflow()
    if is_same or destination.permissions_for_user(user).can_publish_subpage():
        return
    for found in page.get_descendants(inclusive=True):
        if found.workflow_in_progress:
            text = _("“%(title)s” waits for approval, and others approve there. Withdraw it first.")
        elif HeldApproval.objects.filter(page=found.pk).exists():
            text = _("“%(title)s” is approved and held, and others approve there. Publish or release it first.")
        elif found.approved_schedule:
            text = _("“%(title)s” is approved and waits for its time, and others approve there. It stays where it is.")
        else:
            continue
        raise Refusal(text % {"title": found.get_admin_display_title()})


@hooks.register("before_move_page")
def check_move_under_approval(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    return _refused_move(request, [page], destination)


@hooks.register("before_bulk_action", order=-1)
def lock_and_check_bulk_action(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """Let a bulk action write its pages in the order of everybody else; Wagtail calls this in its transaction."""
    if not issubclass(action.model, Page):
        return None
    data = action.cleaned_form.cleaned_data
    keys = [page.pk for page in objects]
    if action_type in {"delete", "move"} or data.get("include_descendants"):
        keys += [key for page in objects for key in page.get_descendants().values_list("pk", flat=True)]
    lock_to_publish(keys)
    return _refused_move(request, objects, data["chooser"]) if action_type == "move" else None


@hooks.register("before_delete_page", order=-1)
def lock_deleted_pages(request: HttpRequest, page: Page) -> None:
    """Let a deletion write its pages in the order of everybody else; Wagtail calls this in its transaction."""
    if request.method == "POST":
        lock_pages(page.get_descendants(inclusive=True).values_list("pk", flat=True))


def _refused_move(request: HttpRequest, pages: Iterable[Page], destination: Page) -> HttpResponse | None:
    for page in pages:
        try:
            check_move(page=page, destination=destination, user=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None

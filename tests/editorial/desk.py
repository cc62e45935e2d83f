"""A desk in one language with its people, and the requests that Wagtail's admin sends."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import conditional_escape, strip_tags
from wagtail.fields import StreamField
from wagtail.models import Page, PageSubscription
from wagtail.test.utils.form_data import querydict_from_html, rich_text

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_editorial.hashing import screen_token, shown_facts, shown_facts_to_text
from chorsu_editorial.models import FourEyesTask, FourEyesTaskState
from cms.models import User
from tests.factories import make_group, make_home, make_review, make_section, make_user

# Long enough for a reviewer to mend a word of it: see chorsu_editorial.approvers.
LEAD = "a lead in plain words of which a reviewer may change one"
MENDED = LEAD.replace("plain", "simple")
MENDED_AGAIN = LEAD.replace("plain", "easy")

AJAX = {"x-requested-with": "XMLHttpRequest"}
FORM = "page-edit-form"
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
CONTROL = re.compile(r"<input\b[^>]*>|<(select|textarea)\b.*?</\1>", re.DOTALL)


@dataclass
class Desk:
    """The section of one language, its four-eyes task, and a browser for each person."""

    section: SectionPage
    task: FourEyesTask
    author: User
    colleague: User
    editor: User
    other_editor: User
    browsers: dict[int, Client] = field(default_factory=dict)

    def browser(self, user: User) -> Client:
        """Return the browser in which this person is signed in."""
        if user.pk not in self.browsers:
            client = Client(raise_request_exception=True)
            client.force_login(user)
            self.browsers[user.pk] = client
        return self.browsers[user.pk]

    def draft(self, user: User | None = None, **values: Any) -> AnalysisPage:
        """Return a draft that somebody wrote."""
        user = user or self.author
        fields = {"title": "Draft", "lead": LEAD, "body": [("paragraph", "<p>First words.</p>")], **values}
        page = self.section.add_child(
            instance=AnalysisPage(live=False, owner=user, locale=self.section.locale, **fields)
        )
        page.save_revision(user=user, log_action=True)
        return fresh(page)

    def in_review(self, submitter: User | None = None, **values: Any) -> AnalysisPage:
        """Return a draft of the author that was submitted, as the editor's button does it."""
        page = self.draft(**values)
        page.get_workflow().start(page, submitter or self.author)
        assert fresh(page).workflow_in_progress
        return fresh(page)

    def save(self, user: User, page: Page, *, in_place: bool = False, **values: Any) -> None:
        """Save a version without a request, as autosave does with ``in_place``; ``body`` is a list of (id, HTML)."""
        version = latest(page)
        for name, value in values.items():
            if isinstance(value, list):
                block = version._meta.get_field(name).stream_block
                value = block.to_python([{"type": "paragraph", "id": key, "value": html} for key, html in value])  # noqa: PLW2901
            setattr(version, name, value)
        options = {"overwrite_revision": version.latest_revision} if in_place else {"log_action": True}
        version.save_revision(user=user, **options)

    def submit(self, user: User, page: Page, **values: Any) -> None:
        """Submit a version without a request."""
        if values:
            self.save(user, page, **values)
        page = fresh(page)
        state = page.current_workflow_state
        if state and state.status == state.STATUS_NEEDS_CHANGES:
            state.resume(user)
        else:
            page.get_workflow().start(page, user)

    def decide(self, user: User, page: Page, action: str = "approve", comment: str = "No.") -> None:
        """Decide, without a request, on what a dialogue would show now."""
        state = task_state(page)
        state.task.specific.on_action(state, user, action, screen=current_screen(state), comment=comment)

    def open(self, user: User, page: Page) -> HttpResponse:
        """Open the editor."""
        return self.browser(user).get(f"/admin/pages/{page.pk}/edit/")

    def autosave(self, user: User, page: Page, data: Any) -> Any:
        """Send what the editor saves by itself, and return what it is answered."""
        address = f"/admin/pages/{page.pk}/edit/"
        return json.loads(self.browser(user).post(address, data, headers={"accept": "application/json"}).content)

    def hold(self, **values: Any) -> Any:
        """Return a page whose approval is held."""
        page = self.in_review(**values)
        self.decide(self.editor, page, "approve_and_hold")
        return fresh(page)

    def form(self, user: User, page: Page, *, opened: bool = False, **changes: Any) -> Any:
        """Return what the editor's form would send, with changes; the text as paragraphs of HTML.

        The form alone is rendered, in a quarter of the time of the page around it, which ``opened`` asks for.
        """
        version = latest(page)
        if opened:
            response = self.open(user, page)
            assert response.status_code == 200, response.headers.get("Location")
            data = sent_by(response.text)
        else:
            data = _form_alone(user, version)
        for model_field in version._meta.get_fields():
            if isinstance(model_field, StreamField):
                data.update(_stream(model_field.name, getattr(version, model_field.name), changes))
        for name, value in changes.items():
            data[name] = value
        return data

    def press(self, user: User, page: Page, button: str, *, data: Any = None, **changes: Any) -> HttpResponse:
        """Change the form and press a button, see ``post``; ``data`` is a form loaded before."""
        data = data if data is not None else self.form(user, page, **changes)
        data[button] = "1"
        return post(self.browser(user), f"/admin/pages/{page.pk}/edit/", data)

    def act(
        self,
        user: User,
        page: Page,
        action: str,
        *,
        data: Any = None,
        extra: dict[str, Any] | None = None,
        **changes: Any,
    ) -> HttpResponse:
        """Load the editor, change the form and press a button of the review."""
        data = data if data is not None else self.form(user, page, **changes)
        data["workflow-action-name"] = action
        if extra is not None:
            data["workflow-action-extra-data"] = json.dumps(extra)
        return self.press(user, page, "action-workflow-action", data=data)

    def dialogue(self, user: User, page: Page, action: str, state: FourEyesTaskState | None = None) -> tuple[str, Any]:
        """Open the dialogue of the dashboard and return its address and what its form would send."""
        state = state or task_state(page)
        url = action_url(page, action, state)
        response = self.browser(user).get(url, headers={"x-requested-with": "XMLHttpRequest"})
        if response.status_code != 200:
            return url, {}
        return url, querydict_from_html(json.loads(response.content)["html"], form_index=0)


def post(browser: Client, url: str, data: Any = None) -> Any:
    """Send a form; where the answer leads elsewhere, return of what stands there the messages alone."""
    response = browser.post(url, data)
    if response.status_code != 302:
        return response
    said = [conditional_escape(message.message) for message in get_messages(response.wsgi_request)]
    browser.cookies.pop("messages", None)
    shown: Any = HttpResponse("".join(said))
    shown.redirect_chain = [(response.headers["Location"], 302)]
    return shown


def text(response: HttpResponse) -> str:
    """Return what a page says."""
    return " ".join(unescape(strip_tags(response.text)).split())


def make_desk(code: str = "ru") -> Desk:
    """Return a desk; journalists may add and change, editors change, nobody may publish."""
    section = make_section(make_home(code))
    journalists = make_group(f"Journalists {code}", section, ("add", "change"))
    editors = make_group(f"Editors {code}", section, ("add", "change"))
    return Desk(
        section=section,
        task=make_review(section, editors),
        author=make_user(journalists.name, first_name="Anora"),
        colleague=make_user(journalists.name, first_name="Bakhrom"),
        editor=make_user(editors.name, first_name="Zarina"),
        other_editor=make_user(editors.name, first_name="Daler"),
    )


def sent_by(html: str) -> Any:
    """Return what the form of an editor's page would send.

    Only the controls are parsed: the rest of the page takes twenty times as long.
    """
    form = html[html.index(f'id="{FORM}"') :].partition("</form>")[0]
    controls = "".join(match[0] for match in CONTROL.finditer(SCRIPT.sub("", form)))
    return querydict_from_html(f'<form id="{FORM}">{controls}</form>', form_id=FORM)


def _form_alone(user: User, version: Any) -> Any:
    form = version.get_edit_handler().get_form_class()(
        instance=version,
        parent_page=version.get_parent(),
        for_user=user,
        subscription=PageSubscription(page=version, user=user),
    )
    formsets = [formset for name, formset in form.formsets.items() if name != "comments"]
    forms = [form, *(each for formset in formsets for each in (formset.management_form, *formset.forms))]
    controls = SCRIPT.sub("", "".join(str(each[name]) for each in forms for name in each.fields))
    data = querydict_from_html(f'<form id="{FORM}">{controls}</form>', form_id=FORM)
    data["loaded_revision_id"] = str(version.latest_revision.pk)
    data["loaded_revision_created_at"] = version.latest_revision.created_at.isoformat()
    data["shown-facts"] = shown_facts_to_text(shown_facts(version))
    return data


def current_screen(state: FourEyesTaskState) -> str:
    """Return the token of the version that a dialogue would show."""
    revision = state.workflow_state.content_object.get_latest_revision()
    return str(screen_token(revision.as_object(), revision))


def fresh(page: Page) -> Any:
    """Return the page as the database has it now."""
    return Page.objects.get(pk=page.pk).specific


def latest(page: Page) -> Any:
    """Return the latest version of the page."""
    return fresh(page).get_latest_revision_as_object()


def action_url(page: Page, action: str, state: FourEyesTaskState) -> str:
    """Return the address that the dashboard asks for an action; the page and the state need not belong together."""
    return reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])


def task_state(page: Page) -> FourEyesTaskState:
    """Return the newest state of a task of this page."""
    return FourEyesTaskState.objects.filter(workflow_state__object_id=str(page.pk)).order_by("-pk")[0]


def like(*people: User) -> User:
    """Return somebody who may do what all of these may."""
    return make_user(*(group.name for person in people for group in person.groups.all()))


def dual(desk: Desk) -> User:
    """Return somebody who writes and approves."""
    return like(desk.author, desk.editor)


def make_lone_chief() -> User:
    """Return somebody who may approve alone, and is of no approving group."""
    user = make_user()
    user.user_permissions.add(
        Permission.objects.get(codename="approve_alone"), Permission.objects.get(codename="access_admin")
    )
    return user


def assert_untouched(page: Page, state: Any) -> None:
    """Check that nothing went live and the review goes on as before."""
    assert not fresh(page).live
    now = task_state(page)
    assert now.pk == state.pk
    assert (now.status, now.revision_id, now.approved_hash) == ("in_progress", state.revision_id, "")
    assert fresh(page).latest_revision_id == state.revision_id


def _stream(name: str, value: Any, changes: dict[str, Any]) -> dict[str, str]:
    """Return the form data of a stream of paragraphs, or an empty one; ``changes[name]`` is a list of (id, HTML)."""
    items = changes.pop(name, None)
    if items is None:
        items = [(block.id, block.value.source) for block in value]
    data = {f"{name}-count": str(len(items))}
    for number, (block_id, html) in enumerate(items):
        data |= {
            f"{name}-{number}-type": "paragraph",
            f"{name}-{number}-id": block_id,
            f"{name}-{number}-order": str(number),
            f"{name}-{number}-deleted": "",
            f"{name}-{number}-value": rich_text(html),
        }
    return data

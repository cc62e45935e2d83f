"""Every request of Wagtail's own by which a text could go live, disappear or be read, forged by those who may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import (
    GroupPagePermission,
    Page,
    PageViewRestriction,
    Revision,
    Site,
    Task,
    Workflow,
    WorkflowPage,
)
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from chorsu_articles.models import AnalysisPage, HomePage, InfoPage, SectionPage
from chorsu_editorial.hashing import content_hash
from cms.models import User
from tests.factories import make_user, signed_in

pytestmark = pytest.mark.usefixtures("newsroom")
EDITORS = "Editors (ru)"
WRITERS = ["Journalists (ru)", "Translators (ru)"]
JSON = {"accept": "application/json"}
SECRET = "Secret words"


@dataclass(frozen=True)
class Forger:
    """Somebody without the publish right, with a live page, a draft and an approved page of their own."""

    user: User
    live: InfoPage
    draft: InfoPage
    scheduled: InfoPage

    def requests(self, *pages: InfoPage) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
        """Yield address, data and headers of each request about these pages, and of those about others."""
        home = HomePage.objects.get(locale__language_code="ru")
        other = HomePage.objects.get(locale__language_code="tg")
        for page in pages:
            url = f"/admin/pages/{page.pk}"
            newest = page.latest_revision_id
            publishing = form(page.slug)
            for headers in ({}, JSON):
                yield f"{url}/edit/", publishing, headers
                yield f"{url}/edit/", {**publishing, "overwrite_revision_id": newest}, headers
                yield f"{url}/revisions/{newest}/revert/", publishing, headers
            for target in (home, other):
                for option in ("publish_copies", "alias"):
                    slug = f"{option[0]}{page.pk}-{target.pk}"
                    copy = {"new_title": "Copy", "new_slug": slug, "new_parent_page": target.pk, option: "on"}
                    yield f"{url}/copy/", copy, {}
                yield f"{url}/move/{target.pk}/confirm/", {}, {}
            yield f"{url}/unpublish/", {"include_descendants": "on"}, {}
            yield f"{url}/convert_alias/", {}, {}
            yield f"{url}/privacy/", {"restriction_type": "login"}, {}
            yield f"/admin/pages/{page.pk}/set_position/?position=0", {}, {}
            for action in ("publish", "unpublish", "move"):
                bulk = f"/admin/bulk/wagtailcore/page/{action}/?id={page.pk}&next=/admin/"
                yield bulk, {"chooser": other.pk, "reason": "Forged"}, {}
        for page in (self.live, home):
            yield f"/admin/pages/{page.pk}/delete/", {}, {}
            yield f"/admin/bulk/wagtailcore/page/delete/?id={page.pk}&next=/admin/", {}, {}
        unschedule = f"/admin/pages/{self.scheduled.pk}/revisions/{self.scheduled.scheduled_revision.pk}/unschedule/"
        yield unschedule, {}, {}
        for headers in ({}, JSON):
            add = f"/admin/pages/add/chorsu_articles/infopage/{home.pk}/"
            yield add, form(f"new-{len(headers)}"), headers
            yield f"/admin/pages/{home.pk}/edit/", form(home.slug), headers
        yield from self.administration()

    def administration(self) -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
        """Yield requests that would change who may do what."""
        workflow = Workflow.objects.order_by("pk").first()
        task = Task.objects.order_by("pk").first()
        for url in (
            f"/admin/workflows/disable/{workflow.pk}/",
            f"/admin/workflows/enable/{workflow.pk}/",
            f"/admin/workflows/edit/{workflow.pk}/",
            f"/admin/workflows/remove/{WorkflowPage.objects.order_by('pk')[0].page_id}/",
            f"/admin/workflows/tasks/disable/{task.pk}/",
            f"/admin/workflows/tasks/edit/{task.pk}/",
            "/admin/workflows/add/",
        ):
            yield url, {"name": "Forged", "groups": [], "active": ""}, {}
        chiefs = Group.objects.get(name="Chief editors")
        account = {"username": "forged", "email": "forged@example.org", "first_name": "F", "last_name": "F"}
        account |= {"password1": "forged-password", "password2": "forged-password"}
        yield f"/admin/users/edit/{self.user.pk}/", {**account, "groups": [chiefs.pk]}, {}
        for person in (User.objects.get(groups=chiefs), User.objects.get(is_superuser=True)):
            yield f"/admin/users/edit/{person.pk}/", account, {}
            yield f"/admin/users/delete/{person.pk}/", {}, {}
        yield "/admin/users/new/", {**account, "is_superuser": "on"}, {}
        yield f"/admin/groups/edit/{chiefs.pk}/", {"name": "Forged"}, {}
        yield "/admin/groups/new/", {"name": "Forged"}, {}
        yield f"/admin/sites/edit/{Site.objects.get().pk}/", {"hostname": "forged.example", "port": 80}, {}
        yield "/admin/redirects/add/", {"old_path": "/ru/", "redirect_link": "https://forged.example"}, {}


def form(slug: str) -> dict[str, Any]:
    """Return what the editor of an information page, or of a home page, posts."""
    data = {"title": "Forged", "slug": slug, "body": rich_text("<p>Forged</p>"), "comments": inline_formset([])}
    fields = nested_form_data({**data, "arrangement": streamfield([])})
    return fields | {"publish_reason": "Forged", "action-publish": "1"}


def facts() -> tuple[object, ...]:
    """Return what readers see, where pages are, what waits for its time, and who may do what."""
    visible = Page.objects.live().order_by("pk")
    published = Revision.objects.filter(pk__in=visible.values("live_revision"))
    return (
        [(page.pk, page.url_path, content_hash(page), page.live_revision_id) for page in visible.specific()],
        list(published.order_by("pk").values_list("pk", "content")),
        list(Revision.objects.filter(approved_go_live_at__isnull=False).values_list("pk", "approved_go_live_at")),
        list(Page.objects.filter(alias_of__isnull=False)),
        PageViewRestriction.objects.count(),
        list(User.objects.order_by("pk").values_list("username", "email", "password", "is_superuser", "groups")),
        list(Group.objects.order_by("pk").values_list("name")),
        GroupPagePermission.objects.count(),
        list(Workflow.objects.order_by("pk").values_list("name", "active")),
        list(Task.objects.order_by("pk").values_list("name", "active", "groupapprovaltask")),
        list(WorkflowPage.objects.values_list("page", "workflow")),
        list(Site.objects.values_list("hostname", "port")),
    )


def info_page(slug: str, owner: User) -> InfoPage:
    home = HomePage.objects.get(locale__language_code="ru")
    page = home.add_child(instance=InfoPage(title="Approved", slug=slug, live=False, owner=owner, locale=home.locale))
    page.save_revision(user=owner)
    return page


def make_forger(*groups: str) -> Forger:
    user = make_user(*groups)
    live, draft, scheduled = (info_page(slug, user) for slug in ("live-one", "draft-one", "scheduled-one"))
    live.get_latest_revision().publish()
    scheduled.go_live_at = timezone.now() + timedelta(days=1)
    scheduled.save_revision(user=user).publish()
    pages = [InfoPage.objects.get(pk=page.pk) for page in (live, draft, scheduled)]
    assert pages[2].scheduled_revision
    return Forger(user, *pages)


@pytest.fixture
def people(newsroom):
    make_user("Chief editors")
    make_user(superuser=True)


@pytest.mark.thorough
@pytest.mark.usefixtures("people")
# Of the three, editors may do most.
@pytest.mark.parametrize("group", [EDITORS, *(pytest.param(group, marks=pytest.mark.slow) for group in WRITERS)])
def test_nothing_goes_live_or_away_without_the_publish_right(group):
    forger = make_forger(group, group.replace("(ru)", "(tg)"))
    client = signed_in(forger.user)
    before = facts()
    for url, data, headers in forger.requests(forger.live, forger.draft, forger.scheduled):
        answer = client.post(url, data, headers=headers)
        assert answer.status_code < 500, url
        assert facts() == before, url


@pytest.mark.thorough
@pytest.mark.usefixtures("people")
def test_these_requests_work_for_an_administrator():
    forger = make_forger("Journalists (ru)", "Journalists (tg)")
    client = Client()
    administrator = User.objects.get(is_superuser=True)
    before = facts()
    worked = []
    for url, data, headers in list(forger.requests(forger.live)):
        with transaction.atomic():
            # One of them changes the own password, which begins another session.
            client.force_login(administrator)
            client.post(url, data, headers=headers)
            worked += [url] if facts() != before else []
            transaction.set_rollback(True)
    kinds = [
        "edit",
        "revert",
        "copy",
        "unpublish",
        "privacy",
        "delete",
        "unschedule",
        "add",
        "disable",
        "remove",
        "new",
    ]
    missing = [kind for kind in kinds if not any(kind in url for url in worked)]
    assert (missing, len(worked) > 20) == ([], True)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "group",
    [
        "Editors (tg)",
        "Journalists (ru)",
        *(pytest.param(f"{g} (tg)", marks=pytest.mark.slow) for g in ("Journalists", "Translators")),
    ],
)
def test_a_draft_is_read_by_those_alone_who_may_edit_or_approve_it(group):
    author = make_user("Journalists (ru)")
    section = SectionPage.objects.get(slug="analysis", locale__language_code="ru")
    page = AnalysisPage(title="Draft", slug="secret", lead=SECRET, live=False, owner=author, locale=section.locale)
    section.add_child(instance=page)
    first = page.save_revision(user=author)
    second = page.save_revision(user=author)
    page.get_workflow().start(page, author)
    state = page.current_workflow_state
    task = state.current_task_state
    url = f"/admin/pages/{page.pk}"
    review = "/admin/pages/workflow"
    reading = [
        *(f"{url}/{view}/" for view in ("edit", "edit/preview", "view_draft", "copy", "move", "delete", "history")),
        *(f"{url}/revisions/{view}/" for view in (f"{first.pk}/view", f"{first.pk}/revert")),
        f"{url}/revisions/compare/{first.pk}...{second.pk}/",
        f"{url}/workflow_history/",
        f"{url}/workflow_history/detail/{state.pk}/",
        f"{review}/preview/{page.pk}/{task.task_id}/",
        *(f"{review}/{view}/{page.pk}/approve/{task.pk}/" for view in ("action", "collect_action_data")),
        f"/admin/api/main/pages/{page.pk}/",
        f"/admin/api/main/pages/{page.pk}/?fields=*",
        "/admin/pages/search/?q=Secret",
    ]
    client = signed_in(make_user(group))
    for address in reading:
        answer = client.get(address)
        assert answer.status_code in {200, 302, 403, 404}, address
        assert SECRET not in b"".join(answer).decode(errors="replace"), address  # type: ignore[arg-type]
    client.post(f"{url}/copy/", {"new_title": "Copy", "new_slug": "copy", "new_parent_page": section.pk})
    assert Page.objects.filter(slug="copy").count() == 0
    client.force_login(author)
    assert SECRET in client.get(reading[0]).content.decode()

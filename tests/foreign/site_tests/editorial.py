"""Approval by a second person in the site of somebody else, with the messages that the README shows."""

import datetime as dt
import html

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from home.models import HomePage
from wagtail import hooks
from wagtail.models import GroupPagePermission, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import querydict_from_html

from chorsu_editorial.hashing import screen_token
from chorsu_editorial.models import FourEyesTask

pytestmark = pytest.mark.django_db


def person(name, group):
    user = get_user_model().objects.create_user(name, f"{name}@example.org", "x")
    user.groups.add(group)
    return user


@pytest.fixture
def home():
    home = HomePage.objects.get()
    home.title = "Alt"
    home.save_revision().publish()
    for name in ("Schreibende", "Prüfende"):
        group = Group.objects.create(name=name)
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
        GroupPagePermission.objects.create(group=group, page=home, permission=change)
    task = FourEyesTask.objects.create(name="Zweites Paar Augen")
    task.groups.set([Group.objects.get(name="Prüfende")])
    workflow = Workflow.objects.create(name="Prüfung")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})
    return HomePage.objects.get(pk=home.pk)


def press(client, user, page, **posted):
    client.force_login(user)
    url = f"/admin/pages/{page.pk}/edit/"
    data = querydict_from_html(client.get(url).content.decode(), form_id="page-edit-form")
    for name, value in posted.items():
        data[name.replace("_", "-")] = value
    return client.post(url, data, follow=True)


def approve(client, user, page, **posted):
    return press(client, user, page, action_workflow_action="1", workflow_action_name="approve", **posted)


def test_a_second_person_approves_and_what_the_screen_showed_is_live(client, home, django_capture_on_commit_callbacks):
    writes = person("anna", Group.objects.get(name="Schreibende"))
    both = person("beate", Group.objects.get(name="Prüfende"))
    third = person("clara", Group.objects.get(name="Prüfende"))
    with django_capture_on_commit_callbacks(execute=True):
        press(client, writes, home, title="Neu")  # saves a draft
        press(client, both, home, title="Neu von Beate", action_submit="1")
    assert [message.to for message in mail.outbox] == [["clara@example.org"]]
    assert f"/admin/pages/{home.pk}/edit/?next=/admin/to-approve/" in mail.outbox[0].body

    for user, waiting, handed_in in ((both, False, True), (third, True, False)):
        client.force_login(user)
        desk = client.get("/admin/").content.decode()
        panels = [
            f"{name}-section" in desk for name in ("editorial_to_decide", "editorial_submitted", "awaiting-review")
        ]
        assert panels == [waiting, handed_in, False], user
        queue = client.get("/admin/to-approve/").content.decode()
        assert ("?next=/admin/to-approve/" in queue, "chorsu-desk__late" in queue) == (waiting, False), user
    with hooks.register_temporarily("chorsu_review_due", lambda keys: dict.fromkeys(keys, dt.date(2020, 1, 1))):
        assert "chorsu-desk__late" in client.get("/admin/to-approve/").content.decode()

    client.force_login(third)
    bar = client.get(f"/admin/pages/{home.pk}/edit/").content.decode().partition("chorsu-action-bar")[2]
    assert bar.index("action-save") < bar.index('data-workflow-action-name="approve"'), "saving, then the next act"
    assert "action-publish" not in bar

    refused = approve(client, both, home)
    assert refused.status_code == 403
    assert "eingereicht" in refused.content.decode() or "submitted" in html.unescape(refused.content.decode())
    assert HomePage.objects.get().title == "Alt"
    assert approve(client, third, home, title="Neu, verbessert").status_code == 403, "a headline isn't mended alone"
    decided = approve(client, third, home, next="/admin/to-approve/")
    assert decided.redirect_chain == [("/admin/to-approve/", 302)]
    assert HomePage.objects.get().title == "Neu von Beate"


def test_who_wrote_a_version_that_was_purged_may_not_approve(client, home):
    writes = person("anna", Group.objects.get(name="Schreibende"))
    both = person("beate", Group.objects.get(name="Prüfende"))
    press(client, both, home, title="Neu von Beate")
    press(client, writes, home, title="Neu von Anna", action_submit="1")
    call_command("purge_revisions")
    assert not home.revisions.filter(user=both).exists()
    assert approve(client, both, home).status_code == 403
    HomePage.objects.get().delete()


def forge(client, user, page, state, action="approve"):
    """Send what the dashboard's dialogue would send, for a page and a task state that may not belong together."""
    client.force_login(user)
    own = state.workflow_state.content_object
    token = str(screen_token(own.get_latest_revision_as_object(), own.get_latest_revision()))
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    return client.post(
        url, {"screen": token, "comment": "", "reason": "x"}, headers={"X-Requested-With": "XMLHttpRequest"}
    )


@pytest.mark.parametrize("action", ["approve", "approve_alone", "publish"])
def test_the_id_of_a_page_that_one_may_approve_helps_nobody_to_approve_ones_own(client, home, action):
    writes = person("anna", Group.objects.get(name="Schreibende"))
    both = person("beate", Group.objects.get(name="Prüfende"))
    other = home.add_child(instance=HomePage(title="Unterseite", locale=home.locale, live=False))
    other.save_revision(user=writes)
    press(client, both, home, title="Neu von Beate", action_submit="1")
    press(client, writes, other, title="Neu von Anna", action_submit="1")
    own = HomePage.objects.get(pk=home.pk).current_workflow_task_state
    for user in (writes, both):
        for page in (home, other):
            assert forge(client, user, page, own, action).status_code == 403
    assert HomePage.objects.get(pk=home.pk).title == "Alt"
    assert not HomePage.objects.get(pk=other.pk).live
    own.refresh_from_db()
    assert own.status == "in_progress"


def test_who_may_not_publish_sees_no_reasons(client, home):
    client.force_login(person("anna", Group.objects.get(name="Schreibende")))
    for name in ("chorsu_editorial_exceptions", "chorsu_editorial_exceptions_results"):
        assert client.get(reverse(name)).status_code == 302

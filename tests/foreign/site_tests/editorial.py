"""Approval by a second person in the site of somebody else, with the messages that the README shows."""

import datetime as dt
import html

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from home.models import HomePage
from wagtail import hooks
from wagtail.models import GroupPagePermission, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import querydict_from_html

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
        assert ("?next=/admin/to-approve/" in client.get("/admin/to-approve/").content.decode()) == waiting, user
    with hooks.register_temporarily("chorsu_review_due", lambda keys: dict.fromkeys(keys, dt.date(2020, 1, 1))):
        assert "chorsu-desk__late" in client.get("/admin/to-approve/").content.decode()

    refused = approve(client, both, home)
    assert refused.status_code == 403
    assert "eingereicht" in refused.content.decode() or "submitted" in html.unescape(refused.content.decode())
    assert HomePage.objects.get().title == "Alt"
    assert approve(client, third, home, title="Neu, verbessert").status_code == 403, "a headline isn't mended alone"
    decided = approve(client, third, home, next="/admin/to-approve/")
    assert decided.redirect_chain == [("/admin/to-approve/", 302)]
    assert HomePage.objects.get().title == "Neu von Beate"

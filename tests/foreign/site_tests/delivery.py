"""Messages that leave after their transaction, and who sees them, in the site of somebody else."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from home.letters import welcome

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send

pytestmark = pytest.mark.django_db
REPORT = "chorsu_delivery_unsent"


@pytest.fixture
def anna():
    return get_user_model().objects.create_user("anna", "anna@example.org", "x", first_name="Anna")


@pytest.fixture
def administrator(client):
    """Return the client of somebody who may enter the admin, and nothing else yet."""
    user = get_user_model().objects.create_user("admin", "admin@example.org", "x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    return client, user


def test_a_letter_is_written_once_and_leaves_by_the_command(anna):
    welcome(anna)
    welcome(anna)
    assert mail.outbox == []
    call_command("deliver_messages", verbosity=0)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [(["anna@example.org"], "Welcome")]
    call_command("deliver_messages", verbosity=0)
    assert len(mail.outbox) == 1


def test_a_channel_of_the_site_is_tried_at_once(anna, caplog, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(channel="log", recipient="anna", subject="Willkommen", body="…", key="1")
        assert "Willkommen" not in caplog.text
    assert "anna: Willkommen" in caplog.text
    assert not OutgoingMessage.objects.unsent().exists()


def test_who_may_view_messages_sees_them_and_nobody_else(anna, administrator):
    client, user = administrator
    welcome(anna)
    for url in (reverse(REPORT), reverse(f"{REPORT}_results"), f"{reverse(REPORT)}?export=csv"):
        refused = client.get(url)
        assert refused.status_code == 302
        assert b"anna@example.org" not in refused.content
    assert "anna@example.org" not in client.get("/admin/").content.decode()
    user.user_permissions.add(Permission.objects.get(codename="view_outgoingmessage"))
    assert "anna@example.org" in client.get(reverse(REPORT)).content.decode()

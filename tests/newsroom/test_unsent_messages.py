"""The report of messages that haven't left, and trying one again."""

from __future__ import annotations

import smtplib
from unittest import mock

import pytest
from django.test import Client
from django.urls import reverse

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")


@pytest.fixture
def message(db: None) -> OutgoingMessage:
    stored = send(channel="mail", recipient="a@example.org", subject="Hello", body="Secret link", key="k")
    with mock.patch("chorsu_delivery.mail.MailChannel.send", side_effect=smtplib.SMTPException("<away>")):
        deliver_due()
    return stored


def test_it_shows_what_fails_and_tries_it_again(client: Client, message: OutgoingMessage) -> None:
    client.force_login(make_user("Chief editors"))
    page = client.get(reverse("chorsu_delivery_unsent")).content.decode()
    assert "a@example.org" in page
    assert "&lt;away&gt;" in page
    assert "Secret link" not in page
    retry = reverse("chorsu_delivery_retry", args=[message.pk])
    assert retry in page
    assert client.get(retry).status_code == 405
    assert "tried again now" in client.post(retry, follow=True).content.decode()
    assert deliver_due() == 1
    assert "a@example.org" not in client.get(reverse("chorsu_delivery_unsent")).content.decode()


def test_the_button_carries_its_token(message: OutgoingMessage) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("Chief editors"))
    page = client.get(reverse("chorsu_delivery_unsent")).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    retry = reverse("chorsu_delivery_retry", args=[message.pk])
    assert client.post(retry).status_code == 403
    assert client.post(retry, {"csrfmiddlewaretoken": token}).status_code == 302


def test_the_menu_counts_what_is_stuck(client: Client, message: OutgoingMessage) -> None:
    client.force_login(make_user("Chief editors"))
    assert "Unsent messages (" not in client.get(reverse("wagtailadmin_home")).content.decode()
    OutgoingMessage.objects.update(attempts=3)
    assert "Unsent messages (1)" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_journalists_see_nothing_of_it(client: Client, message: OutgoingMessage) -> None:
    client.force_login(make_user("Journalists (ru)"))
    assert client.get(reverse("chorsu_delivery_unsent")).status_code == 302
    assert client.post(reverse("chorsu_delivery_retry", args=[message.pk])).status_code == 302
    assert reverse("chorsu_delivery_unsent") not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert deliver_due() == 0

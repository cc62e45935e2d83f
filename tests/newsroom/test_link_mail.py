"""Links that let somebody in are in no table: not before the mail leaves, and not after."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from cms.models import User
from cms.newsroom.invitations import invite
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")


def ask(address: str, **extra: str) -> str:
    answer = Client(headers={"accept-language": "en"}).post(
        reverse("wagtailadmin_password_reset"), {"email": address}, follow=True, **extra
    )
    text = re.sub(r'CSRF_TOKEN": "\w+', "", answer.content.decode())
    return f"{answer.status_code} {answer.redirect_chain} {text}"


def stored() -> str:
    """Return every text that the database holds."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(str(cursor.fetchall()))
    return "\n".join(found)


def token_of(body: object) -> str:
    found = re.search(r"http://localhost:8000/admin/\S+/([\w]+-[\w]+)/", str(body))
    assert found, body
    return found.group(1)


def test_no_table_holds_the_link_of_a_reset_and_no_mail_a_forged_host() -> None:
    make_user("Journalists (ru)", email="member@example.org")
    ask("Member@Example.org", HTTP_HOST="evil.example", HTTP_X_FORWARDED_HOST="evil.example")
    with mock.patch("chorsu_delivery.mail.EmailMultiAlternatives.send", side_effect=OSError("away")):
        deliver_due()
    OutgoingMessage.objects.update(not_before=timezone.now())
    before = stored()
    assert deliver_due() == 1
    assert mail.outbox[-1].to == ["member@example.org"]
    assert token_of(mail.outbox[-1].body) not in before + stored()
    assert "evil" not in str(mail.outbox[-1].message())


def test_no_table_holds_the_link_of_an_invitation_and_one_that_was_answered_is_not_sent() -> None:
    roles = {"roles": ["journalist"], "languages": ["ru"], "message_language": "en"}
    chief = make_user("Chief editors")
    answered = invite(inviter=chief, address="answered@example.org", **roles).user  # type: ignore[arg-type]
    answered.set_password("x" * 12)
    answered.save()
    invite(inviter=chief, address="new@example.org", **roles)  # type: ignore[arg-type]
    before = stored()
    while deliver_due():
        pass
    (sent,) = mail.outbox
    assert "invites you to work" in str(sent.body)
    assert token_of(sent.body) not in before + stored()
    assert not OutgoingMessage.objects.unsent().exists()


def test_one_mail_per_address_in_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("Journalists (ru)", email="member@example.org")
    answers = {ask(address, REMOTE_ADDR=f"198.51.100.{n}") for n in range(5) for address in ("MEMBER@example.org",)}
    while deliver_due():
        pass
    assert len(mail.outbox) == 1
    assert len(answers) == 1, "who asks again is told the same"
    later = timezone.now() + timedelta(minutes=10)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    ask("member@example.org")
    assert deliver_due() == 1
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("state", ["nobody", "switched off", "invited"])
def test_an_address_without_an_account_gets_the_same_answer_and_no_mail(
    state: str,
) -> None:
    make_user("Journalists (ru)", email="member@example.org")
    other = make_user("Journalists (ru)", email="other@example.org", is_active=state != "switched off")
    if state == "nobody":
        other.delete()
    elif state == "invited":
        User.objects.filter(pk=other.pk).update(password="!")
    ask("warm@example.org")
    answers = []
    for address in ("member@example.org", "other@example.org"):
        with CaptureQueriesContext(connection) as asked:
            answers.append((ask(address), len(asked)))
    assert answers[0] == answers[1], "in the same number of steps"
    while deliver_due():
        pass
    assert [message.to for message in mail.outbox] == [["member@example.org"]]


def test_what_has_done_its_work_is_deleted() -> None:
    ask("stranger@example.org")
    send(channel="mail", recipient="a@example.org", subject="S", body="Text", html="<p>Text", key="k")
    while deliver_due():
        pass
    call_command("delete_expired")
    assert "stranger@example.org" not in stored()
    assert OutgoingMessage.objects.get().body == "Text"
    OutgoingMessage.objects.update(sent_at=timezone.now() - timedelta(days=7, seconds=1))
    send(channel="mail", recipient="b@example.org", subject="S", body="Not sent yet", key="k")
    call_command("delete_expired")
    assert list(OutgoingMessage.objects.order_by("pk").values_list("body", "html")) == [("", ""), ("Not sent yet", "")]
    assert send(channel="mail", recipient="a@example.org", subject="S", body="Again", key="k").sent_at, "one occasion"

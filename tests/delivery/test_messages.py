"""A message leaves once its transaction is committed, at least once, and is never dropped."""

from __future__ import annotations

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from email import message_from_bytes, message_from_string
from email.policy import default
from types import SimpleNamespace
from unittest import mock

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from chorsu_delivery.channels import UnknownChannelError, check_settings
from chorsu_delivery.leases import FIRST_WAIT
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, empty_sent, messages_are_held_up, retry, send

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def write(**changes: str) -> OutgoingMessage:
    return send(
        **{
            "channel": "mail",
            "recipient": "a@example.org",
            "subject": "Салом",
            "body": "Матни хабар",
            "key": "occasion:1",
            **changes,
        }
    )


def make_due() -> None:
    OutgoingMessage.objects.update(not_before=timezone.now(), claimed_until=None)


def failing_mail(error: BaseException | type[BaseException]) -> AbstractContextManager[object]:
    return mock.patch("chorsu_delivery.mail.MailChannel.send", side_effect=error)


class Server(socketserver.ThreadingTCPServer):
    """A mail server on this machine: answers recipients as told, and keeps what it takes."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.greeting = "220 test"
        self.sender_answer = "250 OK"
        self.recipient_answer = "250 OK"
        self.hang_up_after_data = False
        self.mails: list[str] = []


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.say(self.server.greeting)
        for raw in self.rfile:
            command = raw.decode().strip().upper()
            if command.startswith(("EHLO", "HELO", "RSET", "NOOP")):
                self.say("250 OK")
            elif command.startswith("MAIL"):
                self.say(self.server.sender_answer)
            elif command.startswith("RCPT"):
                self.say(self.server.recipient_answer)
            elif command == "DATA":
                self.say("354 Go on")
                lines = []
                for line in self.rfile:
                    if line == b".\r\n":
                        break
                    lines.append(line.decode())
                self.server.mails.append("".join(lines))
                if self.server.hang_up_after_data:
                    return
                self.say("250 Taken")
            elif command == "QUIT":
                self.say("221 Bye")
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server(settings) -> Iterator[Server]:
    with Server() as smtp:
        threading.Thread(target=smtp.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        options = {"host": "127.0.0.1", "port": smtp.server_address[1], "timeout": 5}
        settings.MAILERS = {"default": {"BACKEND": SMTP, "OPTIONS": options}}
        yield smtp
        smtp.shutdown()


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_message_never_leaves():
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert deliver_due() == 0
    assert mail.outbox == []


@pytest.mark.django_db
def test_no_server_gets_what_goes_to_an_address_that_cant_exist(server):
    for number, recipient in enumerate(["farhod@demo.example", "a@B.INVALID", "a@example.org"]):
        write(recipient=recipient, key=f"occasion:{number}")
    assert deliver_due() == 3
    assert ["a@example.org" in each for each in server.mails] == [True]
    assert OutgoingMessage.objects.unsent().count() == 0


@pytest.mark.django_db
def test_on_the_console_a_long_link_stays_whole(settings, capsys):
    settings.MAILERS = {"default": {"BACKEND": "chorsu_delivery.stored.ReadableConsoleBackend"}}
    link = f"http://localhost:8000/{'x' * 100}/"
    write(body=f"Here:\n{link}")
    deliver_due()
    assert f"\n{link}\n" in capsys.readouterr().out


@pytest.fixture
def _stored(settings):
    settings.MAILERS = {
        "default": {"BACKEND": "chorsu_delivery.stored.StoredMailBackend"},
        "server": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"},
    }
    settings.CHORSU_DELIVERY = {"MAILER": "server"}


@pytest.mark.django_db
@pytest.mark.usefixtures("_stored")
def test_mail_of_other_apps_is_stored_too():
    other = mail.EmailMultiAlternatives("S", "Text", to=["a@example.org"], bcc=["b@example.org"])
    other.attach_alternative("<p>Text</p>", "text/html")
    assert other.send() == 1
    assert mail.outbox == []
    assert deliver_due() == 2
    assert [str(sent.alternatives[0][0]) for sent in mail.outbox] == ["<p>Text</p>"] * 2

    mail.outbox.clear()
    other.attach("notes.txt", "Notes", "text/plain")
    assert other.send() == 1
    assert OutgoingMessage.objects.unsent().count() == 0
    # What a row doesn't hold isn't stored as something else.
    page = mail.EmailMessage("S", "<p>Text</p>", to=["a@example.org"])
    page.content_subtype = "html"
    page.send()
    assert [sent.content_subtype for sent in mail.outbox] == ["plain", "html"]


@pytest.mark.django_db
@pytest.mark.usefixtures("_stored")
def test_headers_of_other_apps_arrive_and_blind_copies_stay_blind():
    people = {"to": ["Анна <a@example.org>", "b@example.org"], "cc": ["c@example.org"], "bcc": ["d@example.org"]}
    own = {"List-Id": "<list.example.org>", "Message-ID": "<own@example.org>", "Auto-Submitted": "no"}
    mail.EmailMessage("S", "Text", **people, reply_to=["Борис <r@example.org>"], headers=own).send()  # type: ignore[arg-type]
    mail.EmailMessage("S", "Text", to=["alone@example.org"]).send()
    assert deliver_due() == 5
    *several, alone = [sent.message() for sent in mail.outbox]
    assert [sent.recipients() for sent in mail.outbox] == [
        [f"{name}@example.org"] for name in ("a", "b", "c", "d", "alone")
    ]
    for sent in several:
        read = message_from_bytes(sent.as_bytes(), policy=default)
        assert (read["To"], read["Cc"]) == ("Анна <a@example.org>, b@example.org", "c@example.org")
        assert read["Reply-To"] == "Борис <r@example.org>"
        assert {name: read[name] for name in own} == own
        assert "d@example.org" not in str(read)
    assert (alone["To"], alone["Reply-To"]) == ("alone@example.org", None)
    OutgoingMessage.objects.update(sent_at=timezone.now() - timedelta(days=8))
    empty_sent()
    assert set(OutgoingMessage.objects.values_list("body", "headers")) == {("", "")}


@pytest.mark.django_db
def test_one_occasion_is_one_message_and_what_can_never_leave_is_none():
    first = write()
    assert write(body="Other") == first
    assert write(recipient="b@example.org") != first
    assert write(key="occasion:2") != first
    with pytest.raises(UnknownChannelError):
        write(channel="pigeon")
    with pytest.raises(ValueError, match="mail address"):
        write(recipient="nobody")
    assert OutgoingMessage.objects.count() == 3


@pytest.mark.django_db
def test_a_message_leaves_once():
    message = write(html="<p>Матни хабар</p>", subject="Салом\nBcc: everybody@example.org")
    assert [deliver_due(), deliver_due()] == [1, 0]
    (sent,) = mail.outbox
    assert (sent.subject, sent.to, sent.bcc) == ("Салом Bcc: everybody@example.org", ["a@example.org"], [])
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert [alternative.mimetype for alternative in sent.alternatives] == ["text/html"]
    message.refresh_from_db()
    assert message.sent_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "answer"),
    [("recipient", "550 No such person"), ("sender", "452 Too large for now"), ("sender", "421 Not from you")],
)
def test_a_message_that_a_server_does_not_take_waits_longer_each_time_and_holds_no_other_up(server, command, answer):
    message = write()
    setattr(server, f"{command}_answer", answer)
    for attempt, wait in ((1, 8), (2, 16), (3, 32)):
        before = timezone.now()
        make_due()
        assert [deliver_due(), deliver_due()] == [1, 0]
        message.refresh_from_db()
        assert message.attempts == attempt
        assert answer[4:] in message.last_error
        assert message.not_before >= before + timedelta(seconds=wait)
    assert OutgoingMessage.objects.stuck().count() == 1
    write(key="other")
    setattr(server, f"{command}_answer", "250 OK")
    assert [deliver_due(), len(server.mails)] == [1, 1]


@pytest.mark.django_db
def test_however_long_a_server_is_away_everything_leaves_soon_after_it_is_back(server):
    message = write()
    server.shutdown()
    server.server_close()
    for _ in range(4):
        make_due()
        assert deliver_due() == 1
    message.refresh_from_db()
    assert "Connection refused" in message.last_error
    assert message.not_before <= timezone.now() + timedelta(seconds=8)


@pytest.mark.sql
@pytest.mark.django_db
def test_while_a_server_is_away_one_message_asks_for_it(server, caplog):
    first, *_others = [write(key=f"k{number}") for number in range(5)]
    refused = write(key="refused")
    OutgoingMessage.objects.filter(pk=refused.pk).update(not_before=timezone.now() + timedelta(minutes=30), attempts=9)
    server.greeting = "421 Not now"
    for attempt in (1, 2, 3, 3):
        assert [deliver_due(), deliver_due()] == [1, 0]
        first.refresh_from_db()
        assert first.attempts == attempt
        # What another failure keeps waiting for longer waits on.
        soon = OutgoingMessage.objects.filter(not_before__range=(timezone.now(), timezone.now() + FIRST_WAIT))
        assert soon.count() == 5
        soon.update(not_before=timezone.now())
    assert list(OutgoingMessage.objects.stuck()) == [first]
    assert messages_are_held_up()
    assert len(caplog.records) == 1
    other = write(key="pigeon")
    OutgoingMessage.objects.filter(pk=other.pk).update(channel="pigeon")
    assert deliver_due(limit=1) == 1
    # Other channels don't wait for this server.
    assert OutgoingMessage.objects.unsent().due().get() == other
    other.delete()
    OutgoingMessage.objects.exclude(pk=refused.pk).update(not_before=timezone.now())
    server.greeting = "220 test"
    assert [deliver_due(), len(server.mails)] == [5, 5]
    assert not messages_are_held_up()


@pytest.mark.django_db
def test_a_server_that_takes_long_holds_other_work_up_for_one_message(monkeypatch):
    for number in range(4):
        write(key=f"k{number}")
    seconds = iter((0.0, 0.1, 0.5, 1.5))
    monkeypatch.setattr("chorsu_delivery.services.time", SimpleNamespace(monotonic=lambda: next(seconds)))
    assert deliver_due(seconds=1) == 2
    assert OutgoingMessage.objects.unsent().count() == 2


@pytest.mark.django_db
def test_tried_again_it_keeps_its_message_id(server):
    """The server took the mail and the connection broke before it said so."""
    message = write()
    for attempt in (1, 2):
        server.hang_up_after_data = attempt < 2
        make_due()
        deliver_due()
    message.refresh_from_db()
    assert message.sent_at is not None
    identities = [message_from_string(text)["Message-ID"] for text in server.mails]
    assert len(identities) == 2
    assert len(set(identities)) == 1
    assert identities[0].startswith(f"<chorsu.{message.identity.hex}@")


@pytest.mark.sql
@pytest.mark.django_db
def test_a_crash_between_sending_and_recording_sends_again_with_the_same_id():
    write()
    crash = mock.patch("chorsu_delivery.services.timezone", **{"now.side_effect": MemoryError})
    with crash, pytest.raises(MemoryError):
        deliver_due()
    assert len(mail.outbox) == 1
    # The lease keeps others off while the worker might still be alive.
    assert deliver_due() == 0
    OutgoingMessage.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert deliver_due() == 1
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 1
    assert OutgoingMessage.objects.get().attempts == 2


@pytest.mark.django_db
def test_interrupted_while_sending_it_is_free_again():
    write()
    with failing_mail(KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        deliver_due()
    message = OutgoingMessage.objects.get()
    assert (message.claim_token, message.last_error) == (None, "Interrupted while sending.")


@pytest.mark.django_db
def test_one_bad_message_holds_no_other_up(capsys):
    bad = write(recipient="bad@example.org")
    write()
    OutgoingMessage.objects.filter(pk=bad.pk).update(channel="pigeon")
    call_command("deliver_messages")
    assert capsys.readouterr().out == "Tried 2 messages; 1 wait.\n"
    assert len(mail.outbox) == 1
    bad.refresh_from_db()
    assert "CHORSU_DELIVERY['CHANNELS']" in bad.last_error


@pytest.mark.django_db
def test_quick_channels_are_tried_after_the_commit(settings, django_capture_on_commit_callbacks):
    settings.CHORSU_DELIVERY = {"AT_ONCE": ("mail",)}
    with django_capture_on_commit_callbacks(execute=True):
        write()
        assert mail.outbox == []
    assert len(mail.outbox) == 1
    with failing_mail(smtplib.SMTPException("away")), django_capture_on_commit_callbacks(execute=True):
        write(key="occasion:2")
    assert OutgoingMessage.objects.unsent().count() == 1


@pytest.mark.django_db
def test_retry_makes_a_message_due_without_forgetting_its_failures():
    message = write()
    with failing_mail(smtplib.SMTPException("away")):
        deliver_due()
    assert deliver_due() == 0
    retry(message=message)
    assert deliver_due() == 1
    message.refresh_from_db()
    assert (message.attempts, message.last_error) == (2, "")


@pytest.mark.parametrize(
    ("config", "mailers", "expected"),
    [
        ({}, {"default": {}}, ["chorsu_delivery.W001"]),
        ({}, {"default": {"OPTIONS": {"timeout": 10}}}, []),
        ({"MAILER": "other"}, {"default": {}}, ["chorsu_delivery.E003"]),
        ({}, {"default": {"BACKEND": "chorsu_delivery.stored.StoredMailBackend"}}, ["chorsu_delivery.E005"]),
        ({"MAILR": "x"}, None, ["chorsu_delivery.E001"]),
        ({"CHANNELS": {"pigeon": "no.such.Class"}}, None, ["chorsu_delivery.E002"]),
        ({"BATCH": 0}, None, ["chorsu_delivery.E001"]),
    ],
)
def test_checks(settings, config, mailers, expected):
    settings.CHORSU_DELIVERY = config
    if mailers is not None:
        settings.MAILERS = mailers
    found = check_settings()
    assert [message.id for message in found] == expected
    assert all(message.hint for message in found)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_mail_of_other_apps_is_stored_before_django_has_mailers(settings):
    del settings.MAILERS
    settings.EMAIL_BACKEND = "chorsu_delivery.stored.StoredMailBackend"
    settings.CHORSU_DELIVERY = {}
    assert [found.id for found in check_settings()] == ["chorsu_delivery.E005"]
    settings.CHORSU_DELIVERY = {"MAILER": SMTP}
    settings.EMAIL_TIMEOUT = 5
    assert check_settings() == []
    settings.CHORSU_DELIVERY = {"MAILER": "django.core.mail.backends.locmem.EmailBackend"}
    mail.EmailMessage("S", "Text", to=["a@example.org"]).send()
    attached = mail.EmailMessage("Attached", "Text", to=["b@example.org"])
    attached.attach("a.txt", "Text", "text/plain")
    attached.send()
    assert deliver_due() == 1
    assert [sent.subject for sent in mail.outbox] == ["Attached", "S"]


@pytest.mark.django_db
def test_the_address_is_asked_for_when_a_mail_leaves(settings):
    settings.CHORSU_DELIVERY = {"ADDRESS_OF": "tests.delivery.test_messages.real_address"}
    message = write(recipient="code@example.org")
    deliver_due()
    assert [sent.to for sent in mail.outbox] == [["real@example.org"]]
    message.refresh_from_db()
    assert message.recipient == "code@example.org"


def real_address(recipient: str) -> str:
    return recipient.replace("code@", "real@")

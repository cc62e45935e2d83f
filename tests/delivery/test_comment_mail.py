"""Wagtail mails comments inside the request that saves them: no mail server holds that up, or fails it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from wagtail.models import Comment, PageSubscription

from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due
from tests.editorial.desk import MENDED, latest, make_desk

SMTP = "django.core.mail.backends.smtp.EmailBackend"
STORED = "chorsu_delivery.stored.StoredMailBackend"


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Listen, and say nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.sql
@pytest.mark.django_db
def test_a_comment_is_saved_while_the_mail_server_says_nothing(settings, silent, django_capture_on_commit_callbacks):
    options = {"host": "127.0.0.1", "port": silent.getsockname()[1], "timeout": 0.2}
    settings.MAILERS = {"default": {"BACKEND": STORED}, "server": {"BACKEND": SMTP, "OPTIONS": options}}
    settings.CHORSU_DELIVERY = {"MAILER": "server"}
    desk = make_desk()
    page = desk.draft()
    PageSubscription.objects.create(page=page, user=desk.author, comment_notifications=True)
    form = desk.form(desk.colleague, page, lead=MENDED)
    new = {"id": "", "text": "Which river?", "contentpath": "lead", "position": ""}
    counts = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    form.update({"comments-TOTAL_FORMS": "1", "comments-INITIAL_FORMS": "0"})
    form.update({f"comments-0-{name}": value for name, value in new.items()})
    form.update({f"comments-0-replies-{name}": value for name, value in counts.items()})
    address = f"/admin/pages/{page.pk}/edit/"

    browser = desk.browser(desk.colleague)
    with django_capture_on_commit_callbacks(execute=True):
        saved = browser.post(address, form, headers={"accept": "application/json"})

    assert saved.json()["success"]
    assert latest(page).lead == MENDED
    assert Comment.objects.get(page=page.pk).text == "Which river?"
    with pytest.raises(BlockingIOError):
        silent.accept()
    message = OutgoingMessage.objects.get()
    assert message.recipient == desk.author.email
    assert "Which river?" in message.body
    assert deliver_due() == 1
    message.refresh_from_db()
    assert (message.sent_at, message.attempts) == (None, 1)
    assert message.last_error

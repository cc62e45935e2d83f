"""Store messages, and send those that are due."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial
from math import inf

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from chorsu_delivery.channels import ServerAwayError, get_channel
from chorsu_delivery.conf import get_settings
from chorsu_delivery.leases import FIRST_WAIT
from chorsu_delivery.models import OutgoingMessage
from chorsu_locales.normal_form import permitted
from chorsu_locales.request_numbers import HEADER, numbered, request_number

logger = logging.getLogger("chorsu_delivery")


def send(
    *, channel: str, recipient: str, subject: str, body: str, key: str, html: str = "", headers: str = ""
) -> OutgoingMessage:
    """Store a message in the caller's transaction and return it; it is sent once that is committed.

    ``key`` names the occasion (at most 200 characters). The same channel, recipient and key give the row that exists
    already and no second message. Channels named in ``CHORSU_DELIVERY["AT_ONCE"]`` are tried right after the commit,
    the others by the worker's sweep or ``manage.py deliver_messages``. ``headers`` are a mail's own, a line each; to
    them comes the number of the request, by which the worker's log tells what caused the message.

    Raises ``UnknownChannelError``, and ``ValueError`` for a recipient that the channel can't reach.
    """
    get_channel(channel).validate(recipient)
    if number := request_number():
        headers = "\n".join(filter(None, [headers, f"{HEADER}: {number}"]))
    message, created = OutgoingMessage.objects.get_or_create(
        channel=channel,
        recipient=recipient,
        key=key,
        defaults={
            "subject": " ".join(permitted(subject).split())[:255],
            "body": permitted(body),
            "html": permitted(html),
            "headers": permitted(headers),
        },
    )
    if created and channel in get_settings().at_once:
        transaction.on_commit(partial(deliver_one, message.pk), robust=True)
    return message


def deliver_due(*, limit: int | None = None, seconds: float = inf) -> int:
    """Try messages that are due, ``limit`` at most (else ``BATCH``), and none after ``seconds``; return how many.

    Several processes may do this at once. Delivery is at least once: a message is sent twice only where a process
    dies between sending and recording it, and then with the same identity.
    """
    tried, end = 0, time.monotonic() + seconds
    # Claimed one by one: a slow server must not keep the messages behind it from other processes.
    for _ in range(limit or get_settings().batch):
        claimed = OutgoingMessage.objects.unsent().claim(limit=1) if time.monotonic() <= end else []
        if not claimed:
            break
        # Not in a request: a message that it sends for longer than a lease is sent again, with the same identity.
        with OutgoingMessage.objects.all().renewing(claimed):
            deliver(message=claimed[0])
        tried += 1
    return tried


def deliver_one(pk: int) -> bool:
    """Send this one message if it is due and nobody else holds it; return whether it was sent."""
    claimed = OutgoingMessage.objects.unsent().filter(pk=pk).claim(limit=1)
    return bool(claimed) and deliver(message=claimed[0])


def deliver(*, message: OutgoingMessage) -> bool:
    """Hand a claimed message to its channel and record how it went; return whether it was sent."""
    with numbered(message.headers.partition(f"{HEADER}: ")[2] or request_number()):
        try:
            get_channel(message.channel).send(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, the message is left to a later attempt
            failure, away = f"{type(error).__name__}: {error}", isinstance(error, ServerAwayError)
            if away:
                # Enough that people are told of it, and no more: a failure of its own is soon tried again.
                message.attempts = min(message.attempts, 3)
            OutgoingMessage.objects.all().release_failed(message, failure)
            if away:
                # One at a time asks for the server: each that tries in vain takes time, a line and a write.
                until = timezone.now() + FIRST_WAIT
                waiting = OutgoingMessage.objects.unsent().filter(channel=message.channel)
                waiting.filter(Q(pk=message.pk) | Q(not_before__lt=until)).update(not_before=until)
            if not away or message.last_error != failure:
                text = "Message %s by %s failed at attempt %s (%s). It is tried again; see Reports > Unsent messages."
                logger.warning(text, message.pk, message.channel, message.attempts, error)
            return False
        except BaseException:
            # The process is told to end: give the message up at once instead of when the lease ends.
            OutgoingMessage.objects.all().release_failed(message, "Interrupted while sending.")
            raise
    OutgoingMessage.objects.filter(pk=message.pk).update(
        sent_at=timezone.now(), claim_token=None, claimed_until=None, last_error=""
    )
    return True


def retry(*, message: OutgoingMessage) -> None:
    """Make an unsent message due now, without forgetting how often it has failed."""
    OutgoingMessage.objects.unsent().filter(pk=message.pk, claim_token=None).update(not_before=timezone.now())


def empty_sent() -> int:
    """Delete the texts of messages that were sent more than a week ago, and return how many.

    The rows stay: an occasion makes one message, whenever it is asked for again.
    """
    old = OutgoingMessage.objects.filter(sent_at__lt=timezone.now() - timedelta(days=7))
    return old.exclude(body="", html="", headers="").update(body="", html="", headers="")


def messages_are_held_up() -> bool:
    """Return whether sending stands still: a message failed and none was sent since it was stored, or no worker runs.

    A single wrong address doesn't count: others are sent after it was stored.
    """
    failed = Q(attempts__gt=0) & ~Q(last_error="")
    if last_sent := OutgoingMessage.objects.filter(sent_at__lte=timezone.now()).aggregate(last=Max("sent_at"))["last"]:
        failed &= Q(created_at__gt=last_sent)
    overdue = Q(not_before__lt=timezone.now() - timedelta(minutes=5))
    return OutgoingMessage.objects.unsent().filter(failed | overdue).exists()

"""The words of a message: a template whose first line is the subject; and messages to people of the newsroom."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from chorsu_delivery.services import send
from cms.models import User
from cms.newsroom.protected_accounts import account_address, works
from cms.newsroom.roles import CHIEF_EDITOR, group_name
from cms.outlet.selectors import outlet_name

logger = logging.getLogger("chorsu.newsroom")


def render_mail(name: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Return ``subject`` and ``body`` of ``newsroom/mail/<name>.txt`` in the active language."""
    subject, _, body = render_to_string(f"newsroom/mail/{name}.txt", dict(context)).strip().partition("\n")
    return {"subject": subject, "body": f"{body.strip()}\n"}


def tell_chief_editors(name: str, context: Mapping[str, Any], *, key: str) -> None:
    """Store a mail to each chief editor; see ``tell``."""
    tell(User.objects.filter(groups__name=group_name(CHIEF_EDITOR), is_active=True), name, context, key=key)


def tell(people: Iterable[User], name: str, context: Mapping[str, Any], *, key: str) -> None:
    """Store a mail to each of these people in the language that each reads the admin in; see ``send`` for ``key``.

    Functions without arguments in ``context`` are called in that language.
    """
    for person in people:
        language = UserProfile.get_for_user(person).get_preferred_language()
        with translation.override(language), timezone.override(timezone.get_default_timezone()):
            message = render_mail(name, {"site_name": outlet_name(), **context})
        mail_to(person, key=key, **message)


def mail_to(person: User, *, key: str, **message: str) -> None:
    """Store a mail to somebody; where the account's address doesn't work, it waits for one that does."""
    recipient = person.email
    if not works(recipient):
        logger.warning("%s has no mail address that works; mend it under Settings > Users.", person.username)
        recipient = account_address(person)
    send(channel="mail", recipient=recipient, key=key, **message)

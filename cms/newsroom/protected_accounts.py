"""Accounts of protected authors: code name, user name and address of the account itself tell nothing.

The account's address is one below ``.invalid`` (RFC 2606), which no mail reaches; ``address_of`` finds the real one
when a mail leaves, so that it stands in no message.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.log_actions import registry
from wagtail.users.models import UserProfile

from chorsu_articles.models import ProtectedIdentity
from chorsu_articles.services.protected_names import LiftingRefusedError
from chorsu_delivery.mail import MailChannel
from chorsu_delivery.models import OutgoingMessage
from chorsu_locales.received import whole_number
from cms.models import HIDDEN_DOMAIN, HIDDEN_TOO, User

MESSAGE_TEXTS = ("subject", "body", "html", "headers", "last_error")
SHORTEST_NAME = 3
# Begins the keys of messages that tell a former address, with the account's number behind it.
ADDRESS_CHANGED = "address_changed:"


def hidden_address(identity: ProtectedIdentity) -> str:
    """Return the address that an author's account and messages have."""
    return f"author-{identity.pk}@{HIDDEN_DOMAIN}"


def identity_at(address: str) -> ProtectedIdentity | None:
    """Return whose hidden address this is."""
    name, _at, domain = address.lower().partition("@")
    number = whole_number(name.removeprefix("author-"))
    if domain != HIDDEN_DOMAIN or number is None:
        return None
    return ProtectedIdentity.objects.select_related("person").filter(pk=number).first()


def works(address: str) -> bool:
    """Return whether this can be a mail address."""
    try:
        MailChannel().validate(address)
    except ValueError:
        return False
    return True


def account_address(user: User) -> str:
    """Return the recipient of a message that waits until the account has an address that works."""
    return f"account-{user.pk}@{HIDDEN_DOMAIN}"


def address_of(recipient: str) -> str:
    """Return where a message to this recipient goes.

    Raises ``ValueError`` for a hidden address without a real one, and for an account whose address doesn't work.
    """
    if not recipient.lower().endswith(f"@{HIDDEN_DOMAIN}"):
        return recipient
    key = whole_number(recipient.lower().partition("@")[0].removeprefix("account-"))
    if key is not None and (user := User.objects.filter(pk=key).first()):
        if not works(user.email):
            raise ValueError(f"{user.username} has no mail address that works: mend it under Settings > Users.")
        return address_of(user.email)
    identity = identity_at(recipient)
    if identity is None or not identity.email:
        raise ValueError("This author's e-mail address is missing: enter it under Settings > Protected names.")
    return identity.email


def hidden_if_protected(address: str) -> str:
    """Return the address that stands in tables for the one that somebody typed; itself where nobody is protected."""
    identity = ProtectedIdentity.objects.filter(email__iexact=address, account__isnull=False).first()
    return hidden_address(identity) if identity else address


def names_of(identity: ProtectedIdentity) -> tuple[str, str]:
    """Return the code name as first and last name: Wagtail's forms of accounts ask for both."""
    first, _space, last = str(identity.person).strip().rpartition(" ")
    return (first, last) if first else (last, str(identity.pk))


def hide_account(identity: ProtectedIdentity) -> None:
    """Give the account the code name, and take the earlier names out of histories and stored messages."""
    known = [text for column, text in identity.texts.items() if column.startswith("name")]
    if user := identity.account:
        identity.account_texts = {name: getattr(user, name) for name in HIDDEN_TOO}
        identity.email = identity.email or user.email
        known += [user.get_full_name() or user.username, user.email]
        theirs = Q(recipient__iexact=user.email) | Q(key__startswith=f"{ADDRESS_CHANGED}{user.pk}:")
        OutgoingMessage.objects.filter(theirs).update(recipient=hidden_address(identity))
        user.first_name, user.last_name = names_of(identity)
        user.email = hidden_address(identity)
        short = user.email.partition("@")[0]
        user.username = user.email if User.objects.filter(username=short).exclude(pk=user.pk).exists() else short
        user.save(update_fields=HIDDEN_TOO)
        if (profile := UserProfile.objects.filter(user=user).first()) and profile.avatar:
            profile.avatar.delete(save=True)
        for entry in registry.get_logs_for_instance(user):
            entry.label = user.username
            if "address" in entry.data:
                entry.data = {**entry.data, "address": user.email}
            entry.save(update_fields=["label", "data"])
    _replace_in_messages(known, str(identity.person))


def show_account(identity: ProtectedIdentity) -> None:
    """Give the account the names and the address back that it had, or those of the author where it had none.

    Raises ``LiftingRefusedError`` where somebody else has the address or the user name by now.
    """
    user: Any = identity.account
    if user is None:
        return
    name = next((text for column, text in identity.texts.items() if column.startswith("name") and text), "")
    first, _space, last = name.rpartition(" ")
    before = {"first_name": first, "last_name": last, "username": user.username, **identity.account_texts}
    before["email"] = identity.email or before.get("email") or user.email
    taken = User.objects.filter(Q(username=before["username"]) | Q(email__iexact=before["email"]))
    if taken.exclude(pk=user.pk).exists():
        raise LiftingRefusedError(
            _("Another account has this author's address or user name by now: change that first.")
        )
    User.objects.filter(pk=user.pk).update(**before)


def _replace_in_messages(names: Iterable[str], code_name: str) -> None:
    """Write the code name over names and addresses in all that is kept of messages."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        if len(name) < SHORTEST_NAME:
            continue
        condition = Q()
        for field in MESSAGE_TEXTS:
            condition |= Q(**{f"{field}__contains": name})
        for message in OutgoingMessage.objects.filter(condition):
            for field in MESSAGE_TEXTS:
                setattr(message, field, getattr(message, field).replace(name, code_name))
            message.save(update_fields=MESSAGE_TEXTS)

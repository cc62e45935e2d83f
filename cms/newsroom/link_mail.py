"""Mails with a personal link: it is made when the mail leaves, so that it stands in no table and no backup."""

from __future__ import annotations

from typing import override

from django.contrib.auth.tokens import default_token_generator
from django.core.checks import CheckMessage
from django.template.loader import render_to_string
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override as language
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.users.models import UserProfile

from chorsu_delivery.mail import MailChannel
from chorsu_delivery.models import OutgoingMessage
from cms.newsroom.invitations import LINK, find_user, invitation_url, is_pending


class LinkChannel(MailChannel):
    """What the channels below share. The stored message is never changed: each attempt makes the link anew."""

    @override
    def check(self) -> list[CheckMessage]:
        """Return nothing: the channel ``mail`` says what is wrong."""
        return []


class InvitationChannel(LinkChannel):
    """Put the link into an invitation; one that was answered meanwhile is not sent."""

    @override
    def send(self, message: OutgoingMessage) -> None:
        """Send to the person, whose account the recipient's address names."""
        user = find_user(message.recipient)
        if user and is_pending(user):
            message.body = message.body.replace(LINK, invitation_url(user))
            super().send(message)


class PasswordResetChannel(LinkChannel):
    """Write Wagtail's mail to whoever has the address; where nobody has it, nothing is sent.

    Asking is the same work for every address, so neither the answer nor its time tells who has an account.
    """

    @override
    def send(self, message: OutgoingMessage) -> None:
        """Send to the address that the account has, in the account's language."""
        for user in PasswordResetForm().get_users(message.recipient):
            context = {
                "user": user,
                "uid": urlsafe_base64_encode(force_bytes(user.pk)),
                "token": default_token_generator.make_token(user),
            }
            with language(UserProfile.get_for_user(user).get_preferred_language()):
                message.subject = render_to_string("wagtailadmin/account/password_reset/email_subject.txt", context)
                message.body = render_to_string("wagtailadmin/account/password_reset/email.txt", context)
            message.recipient = user.email
            super().send(message)

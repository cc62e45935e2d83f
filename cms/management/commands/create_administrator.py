from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from cms.newsroom.invitations import AlreadyMemberError, invite_administrator


class Command(BaseCommand):
    help = "Make an administrator and print the link by which to set the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="mail address of the administrator")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002
        address = options["address"].strip()
        try:
            validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address!r} is no mail address.") from error
        try:
            link = invite_administrator(address=address)
        except AlreadyMemberError as error:
            if error.user.is_superuser and error.user.is_active:
                self.stdout.write(f"{error.user.email} is an administrator already; nothing was changed.")
                return
            raise CommandError(
                f"{error.user.email} has an account without an administrator's rights, or one that is switched off. "
                "Another administrator can change that in the admin under Settings > Users."
            ) from error
        days = settings.PASSWORD_RESET_TIMEOUT // 86_400
        self.stdout.write(f"Administrator {address}. Set the password here, within {days} days:\n{link}")

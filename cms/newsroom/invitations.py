"""Invite people: an account without a password, and a link by which its owner sets one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override
from wagtail.log_actions import LogContext, log
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.users.models import UserProfile

from chorsu_articles.models import ProtectedIdentity
from chorsu_articles.protected_names import may_keep_names
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import send
from chorsu_locales.selectors import get_language_row
from cms.models import HIDDEN_DOMAIN, User
from cms.newsroom.mail import render_mail
from cms.newsroom.protected_accounts import identity_at, names_of
from cms.newsroom.roles import CHIEF_EDITOR, ROLES, group_name
from cms.outlet.selectors import outlet_name


class InvitationTokenGenerator(PasswordResetTokenGenerator):
    """Tokens of invitations: Django's, of a kind of their own, so that neither opens the other's page.

    A token ends with ``PASSWORD_RESET_TIMEOUT``, with the first sign-in, a set password or the next invitation.
    """

    key_salt = "cms.newsroom.invitations"


invitation_tokens = InvitationTokenGenerator()
# Stands for the link in the stored text, until the mail leaves.
LINK = "[invitation link]"


class AlreadyMemberError(ValueError):
    """The address belongs to somebody who has a password, an administrator's rights, or an account switched off."""

    def __init__(self, user: User) -> None:
        super().__init__(user.email)
        self.user = user


class RoleNotGivenError(PermissionDenied):
    """The inviter can't give a role that holds rights which the inviter lacks; ``roles`` says which."""

    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__(", ".join(roles))
        self.roles = roles


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation sent: ``again`` says that the person had been invited before and hadn't answered."""

    user: User
    message: OutgoingMessage
    again: bool


def is_pending(user: User) -> bool:
    """Return whether the person was invited and hasn't set a password yet."""
    return user.is_active and not user.has_usable_password() and user.last_login is None


def find_user(address: str) -> User | None:
    """Return the user with this address, in whatever case it is written."""
    return User.objects.filter(email__iexact=address).first()


def group_names(roles: Iterable[str], languages: Sequence[str]) -> list[str]:
    """Return the groups that these roles mean in these languages."""
    return [
        group_name(ROLES[key], code)
        for key in roles
        for code in (languages if ROLES[key].per_language else [languages[0] if languages else ""])
    ]


def role_labels(roles: Iterable[str], languages: Sequence[str]) -> list[str]:
    """Return the roles as people call them, with the languages in which they hold, in the active language."""
    names = ", ".join(get_language_row(code).name for code in languages)
    return [f"{ROLES[key].label} ({names})" if ROLES[key].per_language else str(ROLES[key].label) for key in roles]


def invite(
    *,
    inviter: User,
    address: str,
    roles: Sequence[str],
    languages: Sequence[str],
    message_language: str,
    first_name: str = "",
    last_name: str = "",
) -> Invitation:
    """Create or renew an account without a password and send its owner a link, in one transaction.

    ``roles`` are keys of ``ROLES``, ``languages`` codes of content languages. Somebody who hasn't answered gets the
    roles of this invitation instead of the earlier ones, and the earlier link ends. A protected author is invited by
    the hidden address, by those who keep names.

    Raises ``PermissionDenied``, ``RoleNotGivenError``, ``AlreadyMemberError``, and ``ValueError`` where there is no
    role, a role's language is missing or a group doesn't exist.
    """
    if not inviter.has_perm("chorsu_cms.invite_user"):
        raise PermissionDenied
    names = group_names(roles, languages)
    identity = None
    with transaction.atomic():
        groups = list(Group.objects.filter(name__in=names))
        missing = sorted(set(names) - {group.name for group in groups})
        if missing or not names:
            raise ValueError(f"No such groups: {', '.join(missing)}" if missing else "At least one role is needed.")
        if (known := find_user(address)) and known.is_superuser:
            raise AlreadyMemberError(known)
        if address.lower().endswith(f"@{HIDDEN_DOMAIN}"):
            identity = _author_to_invite(address, inviter)
            first_name, last_name = names_of(identity)
        user, again = _pending_account(address, first_name, last_name)
        if identity and identity.account_id is None:
            identity.account = user
            identity.save(update_fields=["account"])
        # Those of an earlier invitation too, since this one takes them away.
        if refused := exceeding_groups(giver=inviter, groups=[*groups, *user.groups.all()]):
            raise RoleNotGivenError(sorted({group.name for group in refused}))
        with LogContext(user=inviter):
            user.groups.set(groups)
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": message_language})
        message = _send(user, inviter, (roles, languages), message_language)
        log(instance=user, action="chorsu.invite", user=inviter, data={"groups": names, "address": user.email})
    return Invitation(user, message, again)


def invite_administrator(*, address: str) -> str:
    """Create or renew an administrator's account without a password and return the link by which to set one.

    Raises ``AlreadyMemberError`` where the address belongs to somebody who has a password.
    """
    with transaction.atomic():
        user, _again = _pending_account(address, "", "")
        user.is_superuser = True
        user.is_staff = True
        user.save(update_fields=["is_superuser", "is_staff"])
        return invitation_url(user)


def invitation_url(user: User) -> str:
    """Return the address, with host, of the page where this person sets a password."""
    path = reverse(
        "invitation",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": invitation_tokens.make_token(user),
        },
    )
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def _pending_account(address: str, first_name: str, last_name: str) -> tuple[User, bool]:
    """Return an account that waits for its password, and whether it existed; its earlier links end here."""
    user = find_user(address)
    if user and not is_pending(user):
        raise AlreadyMemberError(user)
    again = user is not None
    if user is None:
        user = User(email=address.lower(), username=_free_user_name(address))
    user.first_name = first_name or user.first_name
    user.last_name = last_name or user.last_name
    user.set_unusable_password()
    user.save()
    return user, again


def _author_to_invite(address: str, inviter: User) -> ProtectedIdentity:
    identity = identity_at(address)
    if identity is None:
        raise ValueError("No protected author has this address.")
    if not may_keep_names(inviter):
        raise PermissionDenied
    return identity


def _free_user_name(address: str) -> str:
    stem = re.sub(r"[^\w.@+-]", "", address.partition("@")[0].lower())[:140] or "user"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    number = 1
    name = stem
    while name in taken:
        number += 1
        name = f"{stem}{number}"
    return name


def _send(user: User, inviter: User, roles: tuple[Sequence[str], Sequence[str]], language: str) -> OutgoingMessage:
    context = {
        "user": user,
        "inviter": inviter,
        "url": LINK,
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
        "site_name": outlet_name(),
    }
    with override(language):
        context["roles"] = role_labels(*roles)
        return send(
            channel="invitation",
            recipient=user.email,
            key=f"invitation:{user.pk}:{uuid4().hex}",
            **render_mail("invitation", context),
        )


def exceeding_groups(*, giver: User, groups: Iterable[Group]) -> list[Group]:
    """Return those of the groups that hold a right which the giver lacks.

    Administrators and chief editors give every role. To others the right to invite may have been given: a person
    who invites a second account of their own must not win anything by it.
    """
    if giver.is_superuser or giver.groups.filter(name=group_name(CHIEF_EDITOR)).exists():
        return []
    return [group for group in groups if _exceeds(group, giver)]


def _exceeds(group: Group, user: User) -> bool:
    own = user.get_all_permissions()
    wanted = group.permissions.values_list("content_type__app_label", "codename")
    if any(f"{app_label}.{codename}" not in own for app_label, codename in wanted):
        return True
    places = (
        (GroupPagePermission.objects.all(), "page__path"),
        (GroupCollectionPermission.objects.all(), "collection__path"),
    )
    for rights, path in places:
        held = set(rights.filter(group__user=user).values_list("permission", path))
        for permission, place in rights.filter(group=group).values_list("permission", path):
            if not any(permission == other and place.startswith(above) for other, above in held):
                return True
    return False

"""Protect the names of authors, read them, and lift the protection. Each writes the log of the person.

Refusals are ``PermissionDenied``: of the right, and, with a sentence to show, ``LiftingRefusedError``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.log_actions import log, registry

from chorsu_articles import signals
from chorsu_articles.columns import column, columns, own_column_language
from chorsu_articles.models import Person, ProtectedIdentity
from chorsu_articles.selectors.protected_names import KEEP, READ_ACTION, SEE, holders, may_keep_names, may_see_names

PROTECT_ACTION = "chorsu_articles.protect_name"
CHANGE_ACTION = "chorsu_articles.change_protected_name"
ASK_ACTION = "chorsu_articles.ask_to_lift"
WITHDRAW_ACTION = "chorsu_articles.withdraw_lifting"
LIFT_ACTION = "chorsu_articles.lift_protection"
NAME_READER_ACTION = "chorsu_articles.let_see_names"
REMOVE_READER_ACTION = "chorsu_articles.let_see_names_no_more"
# Every text of a person tells who it is.
TEXTS = ("name", "position", "about")


class LiftingRefusedError(PermissionDenied):
    """A protection isn't lifted; ``str()`` says why."""


def protect(
    *,
    user: Any,
    person: Person | None = None,
    texts: Mapping[str, str] | None = None,
    code_name: str = "",
    email: str = "",
    account: Any = None,
) -> ProtectedIdentity:
    """Replace a person's name by a code name ("Author 7" where none is chosen) and keep what it replaces apart.

    Without ``person`` a new one is made, of ``texts`` by column (``name_ru``, …). The person's history loses earlier
    names. ``account`` gets the code name too, by whoever receives ``name_protected``. Raises ``PermissionDenied`` where
    the user may not keep names, ``ValueError`` where the person is protected already.
    """
    _demand(may_keep_names(user))
    with transaction.atomic():
        if person is None:
            person = Person(name_withheld=True)
            person.save()
        else:
            person = _locked(person.pk)
            if person.name_withheld:
                raise ValueError(f"{person} is protected already.")
            texts = {name: text for name in columns(*TEXTS) if (text := getattr(person, name))}
        identity = ProtectedIdentity.objects.create(
            person=person, texts=dict(texts or {}), email=email, account=account
        )
        for name in columns(*TEXTS):
            setattr(person, name, None)
        language = own_column_language(settings.LANGUAGE_CODE) or next(iter(columns("name").values()))[1]
        with override(settings.LANGUAGE_CODE):  # everybody sees it, whatever the language of their admin
            code_name = code_name.strip() or _("Author %(number)s") % {"number": identity.pk}
        setattr(person, column("name", language), code_name)
        person.slug, person.photo, person.name_withheld = "", None, True
        person.save()
        registry.get_logs_for_instance(person).update(label=code_name, data={})
        signals.name_protected.send(sender=ProtectedIdentity, identity=identity)
        identity.save()
        log(instance=person, action=PROTECT_ACTION, user=user)
    return identity


def add_account(*, user: Any, identity: ProtectedIdentity, account: Any) -> None:
    """Join an account to a protected author; from now on it shows the code name. Only lifting undoes it."""
    _demand(may_keep_names(user))
    with transaction.atomic():
        identity.account = account
        signals.name_protected.send(sender=ProtectedIdentity, identity=identity)
        # Those alone: what another has just asked for stays, and a name whose protection was lifted isn't stored again.
        identity.save(update_fields=["account", "account_texts", "email"])
        log(instance=identity.person, action=CHANGE_ACTION, user=user)


def change_identity(*, user: Any, identity: ProtectedIdentity, texts: Mapping[str, str], email: str) -> None:
    """Correct the real name or the address of a protected author; nobody without the right sees a difference.

    A lifting that was asked for has to be asked for anew: two agree on the same name.
    """
    _demand(may_keep_names(user) and may_see_names(user))
    with transaction.atomic():
        identity.texts = {**identity.texts, **texts}
        identity.email = email
        identity.lifting_asked_by = identity.lifting_asked_at = None
        identity.save(update_fields=["texts", "email", "lifting_asked_by", "lifting_asked_at"])
        log(instance=identity.person, action=CHANGE_ACTION, user=user)


def read_identity(*, user: Any, identity: ProtectedIdentity) -> ProtectedIdentity:
    """Return a protected author with name and address, and log who read it. Raises ``PermissionDenied``."""
    _demand(may_see_names(user))
    with transaction.atomic():
        log(instance=identity.person, action=READ_ACTION, user=user)
        return ProtectedIdentity.objects.select_related("person", "account").get(pk=identity.pk)


def ask_to_lift(*, user: Any, identity: ProtectedIdentity) -> None:
    """Ask for the end of a protection. Nothing changes until somebody else confirms."""
    _demand(may_keep_names(user))
    with transaction.atomic():
        identity.lifting_asked_by, identity.lifting_asked_at = user, timezone.now()
        identity.save(update_fields=["lifting_asked_by", "lifting_asked_at"])
        log(instance=identity.person, action=ASK_ACTION, user=user)


def withdraw_lifting(*, user: Any, identity: ProtectedIdentity) -> None:
    """Take back, or decline, what was asked for: the name stays protected."""
    _demand(may_keep_names(user))
    with transaction.atomic():
        identity.lifting_asked_by = identity.lifting_asked_at = None
        identity.save(update_fields=["lifting_asked_by", "lifting_asked_at"])
        log(instance=identity.person, action=WITHDRAW_ACTION, user=user)


def confirm_lifting(*, user: Any, identity: ProtectedIdentity) -> Person:
    """End a protection that somebody else has asked for: name and texts stand in ``Person`` again.

    Raises ``PermissionDenied`` where the user may not keep names, ``LiftingRefusedError`` where nobody has asked, where
    the one who confirms has asked, and where who asked is not of those who may any more.
    """
    _demand(may_keep_names(user))
    with transaction.atomic():
        identity = (
            ProtectedIdentity.objects.select_for_update(of=("self",)).select_related("account").get(pk=identity.pk)
        )
        asker = identity.lifting_asked_by_id
        if asker is None:
            raise LiftingRefusedError(_("Nobody has asked to lift this protection."))
        if asker == user.pk:
            raise LiftingRefusedError(_("You have asked for it yourself: another chief editor has to confirm."))
        if not holders(KEEP).filter(pk=asker).exists():
            raise LiftingRefusedError(_("Who asked for it may not do so any more: ask anew, and let another confirm."))
        person = _locked(identity.person_id)
        for name in columns(*TEXTS):
            setattr(person, name, identity.texts.get(name))
        person.slug, person.name_withheld = "", False
        signals.name_lifted.send(sender=ProtectedIdentity, identity=identity)
        identity.delete()
        person.save()
        log(instance=person, action=LIFT_ACTION, user=user, data={"asked_by": asker})
    return person


def let_see_names(*, user: Any, reader: Any, allowed: bool) -> None:
    """Give somebody the right to see the names of protected authors, or take it away. Logged in the user's history."""
    _demand(may_keep_names(user))
    right = Permission.objects.get(content_type__app_label="chorsu_articles", codename=SEE)
    with transaction.atomic():
        (reader.user_permissions.add if allowed else reader.user_permissions.remove)(right)
        log(instance=reader, action=NAME_READER_ACTION if allowed else REMOVE_READER_ACTION, user=user)


def _locked(pk: int) -> Person:
    person: Person = Person.objects.select_for_update().get(pk=pk)
    return person


def _demand(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied

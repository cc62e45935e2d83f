"""Receivers of the site; each calls one function."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.signals import got_request_exception
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django_otp_webauthn.models import WebAuthnCredential
from wagtail.models import Page
from wagtail.signals import post_page_move

from chorsu_articles.models import Organisation, Topic
from chorsu_articles.signals import name_lifted, name_protected, stands_in
from chorsu_locales.normal_form import normalise_instance
from cms import publishing
from cms.models import User
from cms.newsroom import accounts, messages, second_factor, sessions
from cms.newsroom.accounts import hide_account, show_account
from cms.reader import cache_version, routing
from cms.request_checks import note_failure


@receiver(connection_created, dispatch_uid="chorsu_cms.connected")
def connected(connection: BaseDatabaseWrapper, **_kwargs: Any) -> None:
    """Switch off PostgreSQL's JIT compiler: it takes seconds for queries that it expects to be slow."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")


@receiver(pre_save, dispatch_uid="chorsu_cms.normal_text")
def about_to_be_saved(instance: models.Model, **_kwargs: Any) -> None:
    normalise_instance(instance)


pre_save.connect(cache_version.about_to_change, dispatch_uid="chorsu_cms.about_to_change")
post_save.connect(cache_version.saved, dispatch_uid="chorsu_cms.saved")
post_delete.connect(cache_version.moved_or_deleted, dispatch_uid="chorsu_cms.deleted")
post_page_move.connect(cache_version.moved_or_deleted, dispatch_uid="chorsu_cms.moved")
stands_in.connect(cache_version.mark_incomplete, dispatch_uid="chorsu_cms.stands_in")
name_protected.connect(hide_account, dispatch_uid="chorsu_cms.name_protected")
name_lifted.connect(show_account, dispatch_uid="chorsu_cms.name_lifted")
post_save.connect(second_factor.passkey_saved, WebAuthnCredential, dispatch_uid="chorsu_cms.passkey_added")
user_logged_in.connect(sessions.signed_in, dispatch_uid="chorsu_cms.signed_in")
user_login_failed.connect(sessions.sign_in_failed, dispatch_uid="chorsu_cms.sign_in_failed")
got_request_exception.connect(note_failure, dispatch_uid="chorsu_cms.failed")


@receiver(pre_save, sender=Topic, dispatch_uid="chorsu_cms.topic_renamed")
@receiver(pre_save, sender=Organisation, dispatch_uid="chorsu_cms.organisation_renamed")
def slug_changed(instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    if not raw:
        routing.redirect_old_slug(instance)


@receiver(m2m_changed, sender=User.groups.through, dispatch_uid="chorsu_cms.groups_given")
def groups_given(instance: models.Model, action: str, pk_set: set[Any] | None, reverse: bool, **_kwargs: Any) -> None:
    if action in {"post_add", "post_remove"} and pk_set:
        users, groups = (pk_set, [instance.pk]) if reverse else ([instance.pk], pk_set)
        sessions.groups_changed(users=users, groups=groups, given=action == "post_add")
        if action == "post_add":
            messages.groups_given(users=users, groups=groups)


@receiver(pre_save, sender=User, dispatch_uid="chorsu_cms.account_saved")
def account_saved(
    instance: User, raw: bool = False, update_fields: frozenset[str] | None = None, **_kwargs: Any
) -> None:
    if not raw:
        messages.account_saved(instance)
        if update_fields is None or update_fields & {"is_active", "is_superuser", "password"}:
            sessions.account_changes(instance)
        if update_fields is None or "email" in update_fields:
            accounts.address_changes(instance)


@receiver(pre_delete, dispatch_uid="chorsu_cms.page_goes")
def page_goes(instance: models.Model, **_kwargs: Any) -> None:
    if isinstance(instance, Page):
        publishing.refuse_deletion(instance)

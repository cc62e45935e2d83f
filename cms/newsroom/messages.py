"""Messages to people of the newsroom: mails, the chats of Telegram, and who is told of what.

A mail is a template whose first line is the subject. Public channels get each publication once: posted, edited with
headline and lead; what is withdrawn says so, and what is private goes. Chief editors are told of whoever comes to
approve texts, by an invitation or by a person in the admin; a program that fills groups (the demo) tells nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page
from wagtail.users.models import UserProfile

from chorsu_articles.lists import open_to_all
from chorsu_articles.models import Publication
from chorsu_delivery.mail import MailChannel
from chorsu_delivery.models import TelegramPost
from chorsu_delivery.posts import change_post, start_post
from chorsu_delivery.services import send
from chorsu_delivery.telegram import Chat, is_on
from chorsu_editorial.conf import get_settings
from chorsu_editorial.models import FourEyesTask
from chorsu_locales.menus import MessagesPanel
from chorsu_locales.request_checks import whole_number
from chorsu_translation.gone import is_gone, notice_of
from cms.models import HIDDEN_DOMAIN, LanguageChats, MessageChoice, User
from cms.newsroom.roles import CHIEF_EDITOR, group_label, group_name
from cms.reader.frame import outlet_name

logger = logging.getLogger("cms.newsroom")


def render_mail(name: str, context: Mapping[str, Any]) -> dict[str, str]:
    """Return ``subject`` and ``body`` of ``newsroom/mail/<name>.txt`` in the active language."""
    subject, _, body = render_to_string(f"newsroom/mail/{name}.txt", dict(context)).strip().partition("\n")
    return {"subject": subject, "body": f"{body.strip()}\n"}


def mail_chief_editors(name: str, context: Mapping[str, Any], *, key: str) -> None:
    mail_people(User.objects.filter(groups__name=group_name(CHIEF_EDITOR), is_active=True), name, context, key=key)


def mail_people(people: Iterable[User], name: str, context: Mapping[str, Any], *, key: str) -> None:
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
    if not is_mail_address(recipient):
        logger.warning("%s has no mail address that works; mend it under Settings > Users.", person.username)
        recipient = account_address(person)
    send(channel="mail", recipient=recipient, key=key, **message)


def is_mail_address(address: str) -> bool:
    """Return whether this can be a mail address."""
    try:
        MailChannel().validate(address)
    except ValueError:
        return False
    return True


def account_address(user: User) -> str:
    """Return the recipient of a message that waits until the account has an address that works."""
    return f"account-{user.pk}@{HIDDEN_DOMAIN}"


def team(code: str) -> str:
    return f"team {code}"


def person(user: User) -> str:
    """Return the recipient of messages to somebody: no name, since messages are kept."""
    return f"person {user.pk}"


def chat_of(recipient: str) -> Chat | None:
    """Return the chat that the newsroom has now for a recipient; None where it has none."""
    kind, _space, of = recipient.partition(" ")
    if kind == "person":
        choice = MessageChoice.objects.select_related("user").filter(user=whole_number(of)).first()
        if choice is None or not choice.telegram_chat:
            return None
        return Chat(choice.telegram_chat, choice.user.get_full_name() or choice.user.username)
    chats = LanguageChats.objects.select_related("locale").filter(locale__language_code=of).first()
    found = {"team": chats.team_chat, "channel": chats.public_channel}.get(kind) if chats else None
    if not found or chats is None:
        return None
    name = _("Team (%(language)s)") if kind == "team" else _("Channel (%(language)s)")
    return Chat(found, name % {"language": chats.locale.get_display_name()})


class ChatsViewSet(ModelViewSet):
    model = LanguageChats
    name = "newsroom_chats"
    icon = "comment"
    menu_label = gettext_lazy("Telegram")
    menu_order = 595
    add_to_settings_menu = True
    list_display = ("__str__", "team_chat", "public_channel")
    form_fields = ("locale", "team_chat", "typo_reports", "public_channel")


# A page that is saved again later wasn't published now: a channel that is entered today gets no old articles.
NEW_FOR = timedelta(hours=1)

_silent: ContextVar[bool] = ContextVar("chorsu_cms_silent", default=False)


@contextmanager
def without_posts() -> Iterator[None]:
    """Publish in this block what no channel is to tell of."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def update_post(page: Publication) -> None:
    """Let the channel say what readers see of a publication now; called in the transaction that saves it."""
    if not is_on():
        return
    text, recipient = _text(page), f"channel {page.locale.language_code}"
    first = page.first_published_at
    # Published for the first time, at this moment.
    is_new = first is not None and first == page.last_published_at and timezone.now() - first < NEW_FOR
    if text and is_new and not _silent.get() and chat_of(recipient):
        start_post(recipient=recipient, key=_key(page.pk), text=text)
    else:
        with translation.override(page.locale.language_code):
            notice = notice_of(page).sentence if not text and is_gone(page) else ""
        change_post(key=_key(page.pk), text=text, notice=notice)


def delete_post(page_id: int) -> None:
    if is_on():
        change_post(key=_key(page_id), text="")


def update_posts_below(page: Page) -> None:
    """Let posts of all pages from this one down follow: it was moved, or made private, or public."""
    if not is_on():
        return
    keys = {_key(pk): pk for pk in page.get_descendants(inclusive=True).values_list("pk", flat=True)}
    posted = [keys[key] for key in TelegramPost.objects.exclude(version=0).values_list("key", flat=True) if key in keys]
    for publication in Publication.objects.filter(pk__in=posted).select_related("locale"):
        update_post(publication)


def _text(page: Publication) -> str:
    """Return headline, lead and address; nothing where not everybody may read the page."""
    if page.alias_of_id or not page.live or not open_to_all(Page.objects.filter(pk=page.pk)).exists():
        return ""
    lead, most = page.lead.strip(), 1500  # characters; the link stands behind it
    lead = lead if len(lead) <= most else f"{lead[:most].rstrip()}…"
    return "\n\n".join(filter(None, [page.title.strip(), lead, page.full_url]))


def _key(page_id: int) -> str:
    return f"page:{page_id}"


KINDS = ("assigned", "due", "overdue", "source_changed")


def choice_of(user: User) -> MessageChoice:
    """Return what somebody chose; who chose nothing gets mail."""
    return getattr(user, "message_choice", None) or MessageChoice(user=user)


class MessageChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """The way for each kind; ``user`` is the form's object, as Wagtail's account page has it."""

    class Meta:
        model = MessageChoice
        fields = [*KINDS, "telegram_chat"]

    def __init__(self, data: Any = None, files: Any = None, *, instance: Any, prefix: str) -> None:
        super().__init__(data, files, instance=choice_of(instance), prefix=prefix)
        if not is_on():
            # What was chosen while there was a bot stays, and goes by mail until there is one again.
            del self.fields["telegram_chat"]
            ways = [way for way in MessageChoice.Way.choices if way[0] != MessageChoice.Way.TELEGRAM]
            for kind in KINDS:
                self.fields[kind].choices = ways  # type: ignore[attr-defined]
                if self.initial.get(kind) == MessageChoice.Way.TELEGRAM:
                    self.initial[kind] = MessageChoice.Way.MAIL

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = any(cleaned.get(kind) == MessageChoice.Way.TELEGRAM for kind in KINDS)
        if wanted and "telegram_chat" in cleaned and not cleaned["telegram_chat"]:
            self.add_error("telegram_chat", _("Without your number the bot can’t write to you."))
        return cleaned


class MessageChoicePanel(MessagesPanel):
    name = "translation_messages"
    title = gettext_lazy("Translations")
    order = 150
    form_class = MessageChoiceForm


def groups_given(*, users: Iterable[Any], groups: Iterable[Any]) -> None:
    """Tell the chief editors, where a person gave accounts (keys) groups (keys) that approve, or publish by right."""
    actor = get_active_log_context().user
    if actor is None:
        return
    app_label, _dot, codename = get_settings().approve_alone_permission.partition(".")
    alone = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    rights = Q(permissions__in=alone) | Q(page_permissions__permission__codename="publish_page")
    tasks = Q(pk__in=FourEyesTask.objects.values("groups"))
    found = list(Group.objects.filter(pk__in=groups).filter(tasks | rights).distinct().order_by("name"))
    for person in User.objects.filter(pk__in=users) if found else ():
        _tell(person, actor, lambda: [group_label(group) for group in found])


def account_saved(account: User) -> None:
    """Tell the chief editors, where a person makes this account an administrator's: those approve everywhere."""
    actor = get_active_log_context().user
    if actor and account.is_superuser and not User.objects.filter(pk=account.pk, is_superuser=True).exists():
        _tell(account, actor, lambda: [_("Administrator")])


def _tell(person: User, actor: Any, roles: Any) -> None:
    mail_chief_editors("approver", {"person": person, "actor": actor, "roles": roles}, key=f"approver:{uuid4()}")

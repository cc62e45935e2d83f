"""The chats of Telegram by the names that messages carry: a language's team, its public channel, and people."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.model import ModelViewSet

from chorsu_delivery.telegram import Chat
from chorsu_locales.received import whole_number
from cms.models import LanguageChats, MessageChoice, User

TEAM, CHANNEL, PERSON = "team", "channel", "person"


def team(code: str) -> str:
    """Return the recipient of messages to a language's team."""
    return f"{TEAM} {code}"


def channel(code: str) -> str:
    """Return the recipient of posts in a language's public channel."""
    return f"{CHANNEL} {code}"


def person(user: User) -> str:
    """Return the recipient of messages to somebody: no name, since messages are kept."""
    return f"{PERSON} {user.pk}"


def chat_of(recipient: str) -> Chat | None:
    """Return the chat that the newsroom has now for a recipient; None where it has none."""
    kind, _space, of = recipient.partition(" ")
    if kind == PERSON:
        choice = MessageChoice.objects.select_related("user").filter(user=whole_number(of)).first()
        if choice is None or not choice.telegram_chat:
            return None
        return Chat(choice.telegram_chat, choice.user.get_full_name() or choice.user.username)
    chats = LanguageChats.objects.select_related("locale").filter(locale__language_code=of).first()
    found = {TEAM: chats.team_chat, CHANNEL: chats.public_channel}.get(kind) if chats else None
    if not found or chats is None:
        return None
    name = _("Team (%(language)s)") if kind == TEAM else _("Channel (%(language)s)")
    return Chat(found, name % {"language": chats.locale.get_display_name()})


class ChatsViewSet(ModelViewSet):
    """The list of languages with their chats, and the forms of one."""

    model = LanguageChats
    name = "newsroom_chats"
    icon = "comment"
    menu_label = gettext_lazy("Telegram")
    menu_order = 595
    add_to_settings_menu = True
    list_display = ("__str__", "team_chat", "public_channel")
    form_fields = ("locale", "team_chat", "typo_reports", "public_channel")

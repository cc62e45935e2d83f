"""Where chief editors enter the chats of each language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from cms.models import LanguageChats


class ChatsViewSet(ModelViewSet):
    """The list of languages with their chats, and the forms of one."""

    model = LanguageChats
    name = "newsroom_chats"
    icon = "comment"
    menu_label = _("Telegram")
    menu_order = 595
    add_to_settings_menu = True
    list_display = ("__str__", "team_chat", "public_channel")
    form_fields = ("locale", "team_chat", "typo_reports", "public_channel")

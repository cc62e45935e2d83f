"""The accounts of the demo. Their password is public: never load the demo where strangers can reach the admin."""

# catalogue: reader

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.newsroom.roles import CHIEF_EDITOR, EDITOR, JOURNALIST, TRANSLATOR, Role

PASSWORD = "chorsu-demo-2026"  # noqa: S105 - public on purpose


@dataclass(frozen=True, slots=True)
class Account:
    """One account: user name, what it is for in a word, the person's name, and its roles by language ("" for all)."""

    username: str
    role: Promise
    first_name: str
    last_name: str
    roles: tuple[tuple[Role, str], ...] = ()
    is_superuser: bool = False
    password: str = PASSWORD

    @property
    def email(self) -> str:
        return f"{self.username}@demo.example"

    @property
    def languages(self) -> str:
        """The codes of the languages in which the account has its role; nothing where it holds in all."""
        return ", ".join(code for _role, code in self.roles if code)


ACCOUNTS = (
    Account("farhod", _("Journalist"), "Farhod", "Nazarov", ((JOURNALIST, "ru"), (JOURNALIST, "tg"))),
    Account("aigul", _("Journalist"), "Aigul", "Osmonova", ((JOURNALIST, "ru"), (JOURNALIST, "en"))),
    Account("nozanin", _("Translator"), "Nozanin", "Qodirova", ((TRANSLATOR, "tg"),)),
    Account("malika", _("Editor"), "Malika", "Saidova", ((EDITOR, "ru"),)),
    Account("sayyora", _("Editor"), "Sayyora", "Karimova", ((EDITOR, "tg"),)),
    Account("anna", _("Editor"), "Anna", "Fielding", ((EDITOR, "en"),)),
    Account("timur", _("Chief editor"), "Timur", "Abdrakhmanov", ((CHIEF_EDITOR, ""),)),
    Account("gulnora", _("Chief editor"), "Gulnora", "Yusupova", ((CHIEF_EDITOR, ""),)),
    Account("admin", _("Administrator"), "Zafar", "Ibrohimov", is_superuser=True),
)
EDITORS = {"ru": "malika", "tg": "sayyora", "en": "anna"}
CHIEF = "timur"


def demo_accounts() -> list[Account]:
    """Return the accounts of the demo that can sign in: what `make run` prints as role, address and password."""
    there = set(get_user_model().objects.filter(is_active=True).values_list("email", flat=True))
    return [account for account in ACCOUNTS if account.email in there]

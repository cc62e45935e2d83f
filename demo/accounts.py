"""The accounts of the demo. Their password is public: never load the demo where strangers can reach the admin."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model

from cms.newsroom.roles import CHIEF_EDITOR, EDITOR, JOURNALIST, TRANSLATOR, Role

PASSWORD = "chorsu-demo-2026"  # noqa: S105 - public on purpose


@dataclass(frozen=True, slots=True)
class Account:
    """One account: user name, what it is for, the person's name, and its roles with their languages ("" for all)."""

    username: str
    role: str
    first_name: str
    last_name: str
    roles: tuple[tuple[Role, str], ...] = ()
    is_superuser: bool = False
    password: str = PASSWORD

    @property
    def email(self) -> str:
        return f"{self.username}@demo.example"


ACCOUNTS = (
    Account("farhod", "Journalist (ru, tg)", "Farhod", "Nazarov", ((JOURNALIST, "ru"), (JOURNALIST, "tg"))),
    Account("aigul", "Journalist (ru, en)", "Aigul", "Osmonova", ((JOURNALIST, "ru"), (JOURNALIST, "en"))),
    Account("nozanin", "Translator (tg)", "Nozanin", "Qodirova", ((TRANSLATOR, "tg"),)),
    Account("malika", "Editor (ru)", "Malika", "Saidova", ((EDITOR, "ru"),)),
    Account("sayyora", "Editor (tg)", "Sayyora", "Karimova", ((EDITOR, "tg"),)),
    Account("anna", "Editor (en)", "Anna", "Fielding", ((EDITOR, "en"),)),
    Account("timur", "Chief editor", "Timur", "Abdrakhmanov", ((CHIEF_EDITOR, ""),)),
    Account("gulnora", "Chief editor", "Gulnora", "Yusupova", ((CHIEF_EDITOR, ""),)),
    Account("admin", "Administrator", "Zafar", "Ibrohimov", is_superuser=True),
)
EDITORS = {"ru": "malika", "tg": "sayyora", "en": "anna"}
CHIEF = "timur"


def demo_accounts() -> list[Account]:
    """Return the accounts of the demo that can sign in: what `make run` prints as role, address and password."""
    there = set(get_user_model().objects.filter(is_active=True).values_list("email", flat=True))
    return [account for account in ACCOUNTS if account.email in there]

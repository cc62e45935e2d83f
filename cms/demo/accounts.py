"""The accounts of the demo. Their password is public: never load the demo where strangers can reach the admin."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "chorsu-demo-2026"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Account:
    """One account: user name, what it is for, the person's name, and its groups as (role, language) pairs.

    ``role`` is ``journalists``, ``translators``, ``editors`` or ``chief_editors`` (language is "" for the last).
    """

    username: str
    description: str
    first_name: str
    last_name: str
    groups: tuple[tuple[str, str], ...] = ()
    is_superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.username}@example.org"


ACCOUNTS = (
    Account("farhod", "Journalist (ru, tg)", "Farhod", "Nazarov", (("journalists", "ru"), ("journalists", "tg"))),
    Account("aigul", "Journalist (ru, en)", "Aigul", "Osmonova", (("journalists", "ru"), ("journalists", "en"))),
    Account("nozanin", "Translator (tg)", "Nozanin", "Qodirova", (("translators", "tg"),)),
    Account("editor-ru", "Editor (ru)", "Malika", "Saidova", (("editors", "ru"),)),
    Account("editor-tg", "Editor (tg)", "Sayyora", "Karimova", (("editors", "tg"),)),
    Account("editor-en", "Editor (en)", "Anna", "Fielding", (("editors", "en"),)),
    Account("chief", "Chief editor", "Timur", "Abdrahmanov", (("chief_editors", ""),)),
    Account("admin", "Administrator", "Admin", "Demo", is_superuser=True),
)


def table() -> list[tuple[str, str, str]]:
    """Return what `make run` prints: a (role, address, password) row per account."""
    return [(account.description, account.email, PASSWORD) for account in ACCOUNTS]

"""Who works in the tour's newsroom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the newsroom: their address, their name, and what the invitation form calls roles and languages."""

    address: str
    name: str
    roles: tuple[str, ...]
    languages: tuple[str, ...] = ()


# Who edits other people's texts too still needs somebody else for their own.
JOURNALIST = Person("journalist@tour.test", "Саида", ("Journalist", "Editor"), ("Русский",))
TO_TAJIK = Person("to-tajik@tour.test", "Нигора", ("Translator",), ("Тоҷикӣ",))
TO_ENGLISH = Person("to-english@tour.test", "Karim", ("Translator",), ("English",))
RUSSIAN_EDITOR = Person("russian-editor@tour.test", "Марина", ("Editor",), ("Русский",))
TAJIK_EDITOR = Person("tajik-editor@tour.test", "Фирӯз", ("Editor",), ("Тоҷикӣ",))
ENGLISH_EDITOR = Person("english-editor@tour.test", "Helen", ("Editor",), ("English",))
CHIEF = Person("chief@tour.test", "Рустам", ("Chief editor (every language)",))
EVERYBODY = (JOURNALIST, TO_TAJIK, TO_ENGLISH, RUSSIAN_EDITOR, TAJIK_EDITOR, ENGLISH_EDITOR, CHIEF)

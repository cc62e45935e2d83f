"""Who works in the tour's newsroom."""

from __future__ import annotations

from tests.tour.walk import Person

JOURNALIST = Person("journalist@tour.example", "Саида", "Journalist", ("Русский",))
TO_TAJIK = Person("to-tajik@tour.example", "Нигора", "Translator", ("Тоҷикӣ",))
TO_ENGLISH = Person("to-english@tour.example", "Karim", "Translator", ("English",))
RUSSIAN_EDITOR = Person("russian-editor@tour.example", "Марина", "Editor", ("Русский",))
TAJIK_EDITOR = Person("tajik-editor@tour.example", "Фирӯз", "Editor", ("Тоҷикӣ",))
ENGLISH_EDITOR = Person("english-editor@tour.example", "Helen", "Editor", ("English",))
CHIEF = Person("chief@tour.example", "Рустам", "Chief editor (every language)")
EVERYBODY = (JOURNALIST, TO_TAJIK, TO_ENGLISH, RUSSIAN_EDITOR, TAJIK_EDITOR, ENGLISH_EDITOR, CHIEF)

"""Which headwords the endings of a language would damage."""

from __future__ import annotations

from chorsu_locales.table import Affix, Analysis
from tests.tools.scripts import load_script


def test_a_word_that_ends_at_a_shorter_headword_is_named(monkeypatch):
    damaged = load_script(monkeypatch, "protected_words").damaged
    analysis = Analysis(suffixes=((Affix("ум"), Affix("ӣ"), Affix("он")),) * 2, words="гулистон")
    words = ["мард", "мардум", "мардумон", "тоҷик", "тоҷикӣ", "меҳмон", "гулист", "гулистон", "Мардон", "дар-он"]
    assert damaged(analysis, words, {"ӣ"}) == ["Мардон", "мардум", "мардумон"]
    assert damaged(analysis, words, {"ӣ", "он"}) == ["мардум"]
    assert damaged(analysis, [], ()) == []

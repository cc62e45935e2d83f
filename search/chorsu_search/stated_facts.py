"""What the index knows of words, for ``chorsu_editorial.stated_facts``: what forms have in common, and names."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from chorsu_editorial.stated_facts import Verdict, Vocabulary
from chorsu_search.analysis import MOST_REMEMBERED, get_analyser
from chorsu_search.models import NameWord
from chorsu_search.names import name_tokens
from chorsu_search.spelling.vocabulary import written_small

# Of ``register_names``: every word is a name; those of organisations and topics are as often words like others.
NAMED = ("person", "country")


@lru_cache(maxsize=MOST_REMEMBERED)
def token(word: str, language: str) -> str:
    """Return what all forms of a word have in common, with blanks between its parts."""
    analyser = get_analyser(language)
    parts = list(analyser.words(word))
    tokens = name_tokens(parts, analyser)
    return " ".join(filter(None, (tokens[part] for part in parts)))


def judge(words: Collection[str], language: str) -> Verdict:
    """Return the words that pages write small, in one form or another, and those of names; a word may be both."""
    small, forms, capital = written_small(words, language)
    tokens = {word: token(word, language) for word in words}
    rows = NameWord.objects.filter(kind__in=NAMED, language=language, token__in=set(tokens.values()) - {""})
    names = set(rows.values_list("token", flat=True))
    return Verdict(small, forms, capital | {word for word, its in tokens.items() if its in names})


VOCABULARY = Vocabulary(token, judge)

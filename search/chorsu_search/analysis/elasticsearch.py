"""Elasticsearch's analysis settings of a language, made from the same data as the Python analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chorsu_search.analysis.affixes import MARK, Rule
from chorsu_search.analysis.analyser import LONGEST_TOKEN, get_analyser
from chorsu_search.analysis.characters import exact_map, fold_map

ANALYZER = "folded"
EXACT_ANALYZER = "exact"
# Elasticsearch's names of the Snowball stemmers: its "english" is the first Porter, not Porter 2.
_STEMMERS = {"russian": "russian", "english": "porter2"}
_LETTER = r"[\p{L}\p{M}\p{N}]"


def _escape(text: str) -> str:
    """Write a text in the notation of the mapping filter: each UTF-16 unit by its number."""
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[index]:02x}{units[index + 1]:02x}" for index in range(0, len(units), 2))


def _mapping_filter(folds: Mapping[str, str]) -> dict[str, Any]:
    rules = [f"{_escape(key)} => {_escape(value)}" for key, value in sorted(folds.items())]
    return {"type": "mapping", "mappings": rules}


def _pattern_filter(rule: Rule, mark: str = "") -> dict[str, Any]:
    return {"type": "pattern_replace", "pattern": rule.pattern, "replacement": rule.replacement + mark}


def analysis_settings(code: str) -> dict[str, Any]:
    """Return the ``analysis`` part of an index's settings, with the analyzers ``folded`` and ``exact``."""
    analyser = get_analyser(code)
    analysis = analyser.analysis
    filters: dict[str, dict[str, Any]] = {"shorten": {"type": "truncate", "length": LONGEST_TOKEN}}
    chain = ["lowercase", "shorten"]
    known = ["known"] if analyser.known else []
    if known:
        # Its keyword mark holds off the stemmer and a second look-up. Filters of patterns ignore it; no affix fits
        # a word with our own mark, though. (The filter "condition" would need scripts, which servers may forbid.)
        rules = [f"{word} => {lemma}{MARK}" for word, lemma in sorted(analyser.known.items())]
        filters["known"] = {"type": "stemmer_override", "rules": rules}
    for number, rule in enumerate(analyser.kept):
        filters[f"kept_{number}"] = _pattern_filter(rule, MARK)
        chain += [*known, f"kept_{number}"]
    if analysis.stemmer:
        filters["stem"] = {"type": "stemmer", "language": _STEMMERS[analysis.stemmer]}
        chain += [*known, "stem"]
    names = {rule: f"affix_{number}" for number, rule in enumerate(dict.fromkeys(analyser.rules))}
    filters |= {name: _pattern_filter(rule) for rule, name in names.items()}
    for rule in analyser.rules:
        chain += [*known, names[rule]]
    filters["unmark"] = {"type": "pattern_replace", "pattern": f"{MARK}$", "replacement": ""}
    chain += [*known, "unmark"]
    character_filters = {"fold": _mapping_filter(fold_map(analysis)), "plain": _mapping_filter(exact_map(analysis))}
    characters = ["fold"]
    if analyser.dropped:
        # Before the words are counted: a filter of tokens would leave a gap in each phrase with such a word.
        words = "|".join(sorted(analyser.dropped, key=lambda word: (-len(word), word)))
        pattern = f"(?<!{_LETTER})(?:{words})(?!{_LETTER})"
        flags = "CASE_INSENSITIVE|UNICODE_CASE"
        character_filters["dropped"] = {
            "type": "pattern_replace",
            "pattern": pattern,
            "replacement": "",
            "flags": flags,
        }
        characters.append("dropped")
    return {
        "char_filter": character_filters,
        "tokenizer": {"words": {"type": "pattern", "pattern": f"{_LETTER}+", "group": 0}},
        "filter": filters,
        "analyzer": {
            ANALYZER: {"type": "custom", "char_filter": characters, "tokenizer": "words", "filter": chain},
            EXACT_ANALYZER: {
                "type": "custom", "char_filter": ["plain"], "tokenizer": "words", "filter": ["lowercase", "shorten"],
            },
        },
    }  # fmt: skip

"""What stands in an index of Elasticsearch: the analysis of a language, the fields, and a page's document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chorsu_search.analysis import LONGEST_TOKEN, MARK, Rule, exact_map, fold_map, get_analyser
from chorsu_search.documents import FIELDS, SearchDocument, ancestors_of
from chorsu_search.engines.base import EngineError, EngineUnavailableError, LaterClaimError
from chorsu_search.registry import registered_facets

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
    steps = [(f"kept_{number}", _pattern_filter(rule, MARK)) for number, rule in enumerate(analyser.kept)]
    if analysis.stemmer:
        steps.append(("stem", {"type": "stemmer", "language": _STEMMERS[analysis.stemmer]}))
    names = {rule: f"affix_{number}" for number, rule in enumerate(dict.fromkeys(analyser.rules))}
    steps += [(names[rule], _pattern_filter(rule)) for rule in analyser.rules]
    steps.append(("unmark", {"type": "pattern_replace", "pattern": f"{MARK}$", "replacement": ""}))
    for name, definition in steps:
        filters[name] = definition
        chain += [*known, name]
    character_filters = {"fold": _mapping_filter(fold_map(analysis)), "plain": _mapping_filter(exact_map(analysis))}
    characters = ["fold"]
    if analyser.dropped:
        # Before the words are counted: a filter of tokens would leave a gap in each phrase with such a word.
        words = "|".join(sorted(analyser.dropped, key=lambda word: (-len(word), word)))
        pattern = f"(?<!{_LETTER})(?:{words})(?!{_LETTER})"
        flags = "CASE_INSENSITIVE|UNICODE_CASE"
        dropped = {"type": "pattern_replace", "pattern": pattern, "replacement": "", "flags": flags}
        character_filters["dropped"] = dropped
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


# The document of each index whose version is the last claim that wrote to it: a restored backup is noticed at once.
NEWEST = "newest"
# The keys of the pages above a page, and its own: unlike its path they change with a move alone.
ANCESTORS = "ancestors"
NEXT = ".next"  # ends the alias of an index that is being filled
# An alias has one write index at most: of two writers who create one at the same moment, the server refuses the second.
ONLY_ONE = {"is_write_index": True}


def index_body(language: str, shards: int = 1, replicas: int | None = None) -> dict[str, Any]:
    """Return the settings and mappings of a language's index; without ``replicas`` one where there is a second node."""
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    exact = {"type": "text", "analyzer": EXACT_ANALYZER, "search_analyzer": "whitespace"}
    text = {"type": "text", "analyzer": ANALYZER, "search_analyzer": "whitespace", "fields": {"exact": exact}}
    return {
        "settings": {
            "number_of_shards": shards,
            **copies,
            # How long the server remembers the version of what was deleted, against a writer that has lost the lease.
            "gc_deletes": "1h",
            "analysis": analysis_settings(language),
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "page_id": {"type": "long"},
                "language": {"type": "keyword"},
                "published_on": {"type": "date"},
                **dict.fromkeys(FIELDS, text),
                **added_mappings(),
            },
        },
    }


def facet_field(name: str) -> str:
    return f"facet_{name}"


def added_mappings() -> dict[str, Any]:
    """Return the fields that an index may be older than."""
    return {ANCESTORS: {"type": "long"}, **{facet_field(name): {"type": "keyword"} for name in registered_facets()}}


@dataclass(frozen=True, slots=True)
class Write:
    """What becomes of one page in the index of one language; without ``source`` it is deleted."""

    language: str
    page_id: int
    source: Mapping[str, Any] | None = None

    def operations(self, index: str, claim: int) -> list[Mapping[str, Any]]:
        """Return its part of a bulk write; the server refuses a claim older than what it has."""
        key = str(self.page_id) if self.page_id else NEWEST
        target = {"_index": index, "_id": key, "version": claim, "version_type": "external_gte"}
        return [{"delete": target}] if self.source is None else [{"index": target}, self.source]


def writes_of(documents: Sequence[SearchDocument]) -> list[Write]:
    above = ancestors_of(document.page_id for document in documents)
    return [_write_of(document, above.get(document.page_id, [document.page_id])) for document in documents]


def _write_of(document: SearchDocument, ancestors: list[int]) -> Write:
    source = {
        "page_id": document.page_id,
        ANCESTORS: ancestors,
        "language": document.language,
        "published_on": document.published_on.isoformat() if document.published_on else None,
        **{name: text for name, text in document.texts.items() if name in FIELDS},
        **{facet_field(name): list(values) for name, values in document.facets.items()},
    }
    return Write(document.language, document.page_id, source)


def document_of(source: Mapping[str, Any]) -> SearchDocument:
    published = source.get("published_on")
    return SearchDocument(
        source["page_id"],
        source["language"],
        {name: source[name] for name in FIELDS if name in source},
        {name: tuple(source[field]) for name in registered_facets() if (field := facet_field(name)) in source},
        datetime.fromisoformat(published) if published else None,
    )


def newest_mark(language: str) -> Write:
    """Return what notes the claim in the index of a language; nobody finds it, since it has no language."""
    return Write(language, 0, {"page_id": 0})


def _reasons(error: Mapping[str, Any]) -> str:
    """Return the reason of an error and of its causes, each cut: a reason may quote the document."""
    reason = str(error.get("reason", ""))[:200]
    return f"{reason}: {_reasons(error['caused_by'])}" if "caused_by" in error else reason


def raise_refusals(items: Sequence[Mapping[str, Any]]) -> None:
    """Raise for the first write of a bulk answer that is refused, above all for one that comes too late."""
    results = [result for item in items for result in item.values()]
    if any(result["status"] == 409 for result in results):
        raise LaterClaimError("Elasticsearch holds what was written by a later claim.")
    for result in results:
        # 404 for "next": the rebuild ended between, its index is in service; else: there was nothing to delete.
        if result["status"] in {200, 201} or (result["status"] == 404 and not result.get("error")):
            continue
        if result["status"] == 404 and result["_index"].endswith(NEXT):
            continue
        reasons = _reasons(result.get("error") or {})
        message = f"Elasticsearch refused page {result.get('_id')} ({result['status']}): {reasons}"
        raise EngineUnavailableError(message) if result["status"] in {429, 503} else EngineError(message)


LONGEST_TEXT = 10_000  # to analyse: the server refuses a request of more than 10,000 tokens

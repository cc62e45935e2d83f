"""What stands in an index of Elasticsearch: its fields, a page's document, and the answer to writing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chorsu_search.analysis.elasticsearch import ANALYZER, EXACT_ANALYZER, analysis_settings
from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import EngineError, EngineUnavailableError, LaterClaimError
from chorsu_search.fields import FACETS, FIELDS

# The document of each index whose version is the last claim that wrote to it: a restored backup is noticed at once.
NEWEST = "newest"
# How long the server remembers the version of what was deleted, against a writer that was thought dead.
REMEMBERED = "1h"
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
            "gc_deletes": REMEMBERED,
            "analysis": analysis_settings(language),
        },
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "page_id": {"type": "long"},
                "language": {"type": "keyword"},
                "published_on": {"type": "date"},
                **dict.fromkeys(FIELDS, text),
                **{f"facet_{name}": {"type": "keyword"} for name in FACETS},
            },
        },
    }


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


def write_of(document: SearchDocument) -> Write:
    """Return how a page is stored."""
    source = {
        "page_id": document.page_id,
        "language": document.language,
        "published_on": document.published_on.isoformat() if document.published_on else None,
        **{name: text for name, text in document.texts.items() if name in FIELDS},
        **{f"facet_{name}": list(values) for name, values in document.facets.items() if name in FACETS},
    }
    return Write(document.language, document.page_id, source)


def document_of(hit: Mapping[str, Any]) -> SearchDocument:
    """Return the document that a hit stands for."""
    source = hit["_source"]
    published = source.get("published_on")
    return SearchDocument(
        source["page_id"],
        source["language"],
        {name: source[name] for name in FIELDS if name in source},
        {name: tuple(source[f"facet_{name}"]) for name in FACETS if f"facet_{name}" in source},
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

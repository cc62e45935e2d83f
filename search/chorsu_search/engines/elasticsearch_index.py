"""What stands in an index of Elasticsearch: its fields, a page's document, and the answer to writing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chorsu_search.analysis.elasticsearch import ANALYZER, EXACT_ANALYZER, analysis_settings
from chorsu_search.documents import SearchDocument
from chorsu_search.engines.base import EngineError, EngineUnavailableError
from chorsu_search.fields import FACETS, FIELDS

# The document of each index whose version is the highest that was ever written to it.
NEWEST = "newest"
NEXT = ".next"  # ends the alias of an index that is being filled
# An alias has one write index at most: of two writers who create one at the same moment, the server refuses the second.
ONLY_ONE = {"is_write_index": True}


def index_body(language: str, shards: int = 1, replicas: int | None = None) -> dict[str, Any]:
    """Return the settings and mappings of a language's index; without ``replicas`` one where there is a second node."""
    copies = {"auto_expand_replicas": "0-1"} if replicas is None else {"number_of_replicas": replicas}
    exact = {"type": "text", "analyzer": EXACT_ANALYZER, "search_analyzer": "whitespace"}
    text = {"type": "text", "analyzer": ANALYZER, "search_analyzer": "whitespace", "fields": {"exact": exact}}
    return {
        "settings": {"number_of_shards": shards, **copies, "analysis": analysis_settings(language)},
        "mappings": {
            "dynamic": "strict",
            "properties": {
                "page_id": {"type": "long"},
                "language": {"type": "keyword"},
                "deleted": {"type": "boolean"},
                "published_on": {"type": "date"},
                **dict.fromkeys(FIELDS, text),
                **{f"facet_{name}": {"type": "keyword"} for name in FACETS},
            },
        },
    }


@dataclass(frozen=True, slots=True)
class Write:
    """What becomes of one page in the index of one language."""

    language: str
    page_id: int
    version: int
    source: Mapping[str, Any]
    key: str = ""  # by default the page's

    @property
    def identity(self) -> dict[str, Any]:
        """Return id and version for a bulk write; the server refuses a version older than what it has."""
        return {"_id": self.key or str(self.page_id), "version": self.version, "version_type": "external"}


def write_of(document: SearchDocument) -> Write:
    """Return how a page is stored."""
    source = {
        "page_id": document.page_id,
        "language": document.language,
        "deleted": False,
        "published_on": document.published_on.isoformat() if document.published_on else None,
        **{name: text for name, text in document.texts.items() if name in FIELDS},
        **{f"facet_{name}": list(values) for name, values in document.facets.items() if name in FACETS},
    }
    return Write(document.language, document.page_id, document.version, source)


def tombstone_of(page_id: int, language: str, version: int) -> Write:
    """Return what is stored in place of a page that was deleted."""
    return Write(language, page_id, version, {"deleted": True, "page_id": page_id})


def document_of(hit: Mapping[str, Any]) -> SearchDocument:
    """Return the document that a hit with its version stands for."""
    source = hit["_source"]
    published = source.get("published_on")
    return SearchDocument(
        source["page_id"],
        hit["_version"],
        source["language"],
        {name: source[name] for name in FIELDS if name in source},
        {name: tuple(source[f"facet_{name}"]) for name in FACETS if f"facet_{name}" in source},
        datetime.fromisoformat(published) if published else None,
    )


def newest_mark(language: str, writes: Sequence[Write]) -> Write:
    """Return what notes the highest version among writes to the index of a language; nobody finds it."""
    version = max(write.version for write in writes)
    return Write(language, 0, version, {"deleted": True, "page_id": 0}, key=NEWEST)


def _reasons(error: Mapping[str, Any]) -> str:
    """Return the reason of an error and of its causes, each cut: a reason may quote the document."""
    reason = str(error.get("reason", ""))[:200]
    return f"{reason}: {_reasons(error['caused_by'])}" if "caused_by" in error else reason


def raise_refusals(items: Sequence[Mapping[str, Any]], *, only_next: bool) -> None:
    """Raise for the first write of a bulk answer that is refused."""
    for item in items:
        result = item["index"]
        status = int(result["status"])
        # 409: a newer version is there. 404 for "next": the rebuild ended between, its index is in service.
        if status in {200, 201, 409} or (status == 404 and not only_next and result["_index"].endswith(NEXT)):
            continue
        message = f"Elasticsearch refused page {result.get('_id')} ({status}): {_reasons(result.get('error') or {})}"
        raise EngineUnavailableError(message) if status in {429, 503} else EngineError(message)

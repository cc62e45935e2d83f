"""The tokens that an Elasticsearch server makes, to be held against the Python analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from chorsu_search.analysis.elasticsearch import ANALYZER, analysis_settings

if TYPE_CHECKING:
    from chorsu_search.engines.elasticsearch_server import Server  # needs the extra

# The server refuses a request of more than 10,000 tokens.
LONGEST_BATCH = 10_000


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and size + len(text) > LONGEST_BATCH:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text) + 1
    if batch:
        yield batch


def _split(tokens: Iterable[dict[str, object]], texts: Sequence[str]) -> Iterator[list[str]]:
    """Part the tokens of texts that were sent together: the server counts UTF-16 units, and one between two texts."""
    end = 0
    left = list(tokens)
    for text in texts:
        end += len(text.encode("utf-16-le", "surrogatepass")) // 2 + 1
        number = next((place for place, token in enumerate(left) if int(str(token["start_offset"])) >= end), len(left))
        yield [str(token["token"]) for token in left[:number]]
        left = left[number:]


def analyze_on(server: Server, language: str, texts: Iterable[str]) -> Iterator[list[str]]:
    """Yield the folded and stemmed tokens of each text, as the server makes them.

    A text has ``LONGEST_BATCH`` characters at most. The settings go with each request, so that no index is needed,
    and none is changed. Raises ``EngineError``.
    """
    settings = analysis_settings(language)
    analyzer = settings["analyzer"][ANALYZER]
    definition = {
        "char_filter": [settings["char_filter"][name] for name in analyzer["char_filter"]],
        "tokenizer": settings["tokenizer"][analyzer["tokenizer"]],
        "filter": [settings["filter"].get(name, name) for name in analyzer["filter"]],
    }
    for batch in _batches(texts):
        with server.errors():
            answer = server.write_client.indices.analyze(**definition, text=batch)
        yield from _split(answer.body.get("tokens", []), batch)

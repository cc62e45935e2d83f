"""All settings of this plug-in: the dictionary ``CHORSU_SEARCH``, read when it is asked for.

``ENGINES``      name -> {"ENGINE": dotted path, …its own options}; the first answers, else the next
``PAGE_SIZE``    results on one page of the search page
``AFTER_COMMIT`` index a change right after its transaction, not only in the next sweep
``PAUSE``        seconds for which an engine that didn't answer isn't asked again
``EXCLUDE``      page types that are never found, as "app_label.ModelName"
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

DEFAULTS: Mapping[str, Any] = {
    "ENGINES": {"embedded": {"ENGINE": "search.engines.embedded.embedded_engine"}},
    "PAGE_SIZE": 10,
    "AFTER_COMMIT": True,
    "PAUSE": 30,
    "EXCLUDE": (),
}


class SearchSettings:
    """The settings, each with its default."""

    @property
    def given(self) -> Mapping[str, Any]:
        """Return what the site wrote."""
        given: Mapping[str, Any] = getattr(settings, "CHORSU_SEARCH", {})
        return given

    def _get(self, name: str) -> Any:
        return self.given.get(name, DEFAULTS[name])

    @property
    def engines(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the engines in the order in which they are asked."""
        engines: Mapping[str, Mapping[str, Any]] = self._get("ENGINES")
        return engines

    @property
    def page_size(self) -> int:
        """Return how many results a page shows."""
        return int(self._get("PAGE_SIZE"))

    @property
    def after_commit(self) -> bool:
        """Return whether a change is indexed right after its transaction."""
        return bool(self._get("AFTER_COMMIT"))

    @property
    def pause(self) -> float:
        """Return for how many seconds a silent engine is left alone."""
        return float(self._get("PAUSE"))

    @property
    def exclude(self) -> frozenset[str]:
        """Return the labels of page types that are never found, in lower case."""
        return frozenset(label.lower() for label in self._get("EXCLUDE"))


conf = SearchSettings()

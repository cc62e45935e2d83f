"""All settings of the plug-in: the dict ``CHORSU_SEARCH``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chorsu_locales.app_settings import A_TEMPLATE, MODELS, AppSettings, number, whole

_EMBEDDED = {"embedded": {"ENGINE": "chorsu_search.engines.embedded.embedded_engine"}}


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """What a site can set; the keys of the dict are the same names in upper case.

    ``engines``: by name ``{"ENGINE": dotted path, …its own options}``; the first answers, else the next.
    ``page_size``: results on one page of the search page.
    ``after_commit``: index a change right after its transaction, not only in the next sweep.
    ``pause``: seconds for which an engine that didn't answer isn't asked again.
    ``recency``: days after which half of what counts for being new is gone; 0 lets age count only among equals.
    ``base_template``: the site's template that the search page extends; it has the blocks ``title`` and ``content``.
    ``exclude``: page types that are never found, as ``app_label.ModelName``.
    ``all_sites``: readers of one of Wagtail's sites find the pages of the others too.
    """

    engines: Mapping[str, Mapping[str, Any]] = field(default_factory=_EMBEDDED.copy)
    page_size: int = 10
    after_commit: bool = True
    pause: float = 8
    recency: float = 365
    base_template: str = "base.html"
    exclude: tuple[str, ...] = ()
    all_sites: bool = False


configuration = AppSettings(
    "CHORSU_SEARCH",
    SearchSettings,
    identifier="chorsu_search.E001",
    wants={
        "page_size": whole(1),
        "pause": number(0),
        "recency": number(0),
        "base_template": A_TEMPLATE,
        "exclude": MODELS,
    },
)
get_settings = configuration.get

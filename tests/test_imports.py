"""No module imports itself by a detour, not even for its types."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp

ROOMS = (
    "demo",
    "cms",
    "chorsu_articles",
    "chorsu_translation",
    "chorsu_search",
    "chorsu_feedback",
    "chorsu_editorial",
    "chorsu_delivery",
    "chorsu_locales",
)


def test_no_circle_of_imports():
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    # Raises CycleError, which names the modules of a circle.
    TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}).prepare()

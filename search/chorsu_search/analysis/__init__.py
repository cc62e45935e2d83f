"""Words made comparable: the same tokens in Python and in Elasticsearch, from the table of languages."""

from __future__ import annotations

from chorsu_search.analysis.analyser import Analyser, get_analyser
from chorsu_search.analysis.keyboard import other_layouts

__all__ = ["Analyser", "get_analyser", "other_layouts"]

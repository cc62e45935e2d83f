"""What is read about translations."""

from chorsu_translation.selectors.baselines import carried_baseline
from chorsu_translation.selectors.desk import Row, Viewer, desk_rows, viewer_of
from chorsu_translation.selectors.desk_cells import Cell
from chorsu_translation.selectors.pages import originals, translatable_pages, unlinked_translations
from chorsu_translation.selectors.rights import Rights, desk_locales, may_read_drafts
from chorsu_translation.selectors.starting import may_start, missing_parents, starting_points
from chorsu_translation.selectors.states import (
    State,
    outdated_paths,
    page_state,
    pages_in_state,
    source_digest,
    with_state,
)
from chorsu_translation.selectors.suggestions import Suggestion, suggestions

__all__ = [
    "Cell",
    "Rights",
    "Row",
    "State",
    "Suggestion",
    "Viewer",
    "carried_baseline",
    "desk_locales",
    "desk_rows",
    "may_read_drafts",
    "may_start",
    "missing_parents",
    "originals",
    "outdated_paths",
    "page_state",
    "pages_in_state",
    "source_digest",
    "starting_points",
    "suggestions",
    "translatable_pages",
    "unlinked_translations",
    "viewer_of",
    "with_state",
]

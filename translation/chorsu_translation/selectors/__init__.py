"""What a site's own code asks about translations."""

from chorsu_translation.states import State, in_states, outdated_paths, page_state, source_digest

__all__ = ["State", "in_states", "outdated_paths", "page_state", "source_digest"]

"""What changes translations."""

from chorsu_translation.baselines import (
    SourceChangedError,
    declare_up_to_date,
    link_translation,
    take_back_confirmed_current,
)
from chorsu_translation.pages import ParentsMissingError, TranslationError
from chorsu_translation.planning import (
    PlanningError,
    assign_translation,
    close_request,
    decide_not_planned,
    plan_again,
    request_translation,
    set_adapted,
    set_due_date,
    take_back_request,
)
from chorsu_translation.published import record_published_units, refresh_link, refresh_translations, renew_snapshots
from chorsu_translation.starting import start_translation
from chorsu_translation.states import mark_articles, write_marked
from chorsu_translation.suggestions import store_pairs

__all__ = [
    "ParentsMissingError",
    "PlanningError",
    "SourceChangedError",
    "TranslationError",
    "assign_translation",
    "close_request",
    "decide_not_planned",
    "declare_up_to_date",
    "link_translation",
    "mark_articles",
    "plan_again",
    "record_published_units",
    "refresh_link",
    "refresh_translations",
    "renew_snapshots",
    "request_translation",
    "set_adapted",
    "set_due_date",
    "start_translation",
    "store_pairs",
    "take_back_confirmed_current",
    "take_back_request",
    "write_marked",
]

"""What changes translations."""

from chorsu_translation.services.baselines import SourceChangedError, declare_up_to_date, link_translation
from chorsu_translation.services.published import record_published_units, refresh_link, renew_snapshots
from chorsu_translation.services.starting import TranslationError, may_start, start_translation

__all__ = [
    "SourceChangedError",
    "TranslationError",
    "declare_up_to_date",
    "link_translation",
    "may_start",
    "record_published_units",
    "refresh_link",
    "renew_snapshots",
    "start_translation",
]

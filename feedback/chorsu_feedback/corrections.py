"""A sentence for readers about a correction that changed what the text said."""

# catalogue: reader
from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _


def correction_sentence(*, old: str, new: str, language: str) -> str:
    """Return the sentence in a language, to be offered to an editor; ``old`` and ``new`` are the words that differ."""
    with translation.override(language):
        # Translators: readers see this below an article.
        return _("Corrected: “%(new)s” instead of “%(old)s”.") % {"old": old, "new": new}

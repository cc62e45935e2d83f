"""What the services of translations raise."""

from __future__ import annotations


class TranslationError(Exception):
    """A translation can't be made, or can't be brought together with its source; the text tells the person why."""


class ParentsMissingError(TranslationError):
    """Pages above the source have no translation either, and nobody asked for them."""

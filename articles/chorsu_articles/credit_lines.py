"""The word before a credit, by the kind of picture, in the language of the reader."""

# catalogue: reader
from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

LINES = {
    "photo": gettext_noop("Photo: %(credit)s"),
    "drawing": gettext_noop("Drawing: %(credit)s"),
    "map": gettext_noop("Map: %(credit)s"),
    "chart": gettext_noop("Chart: %(credit)s"),
    "screenshot": gettext_noop("Screenshot: %(credit)s"),
    "archive": gettext_noop("Archive: %(credit)s"),
    "handout": gettext_noop("Handout: %(credit)s"),
}


def credit_line(kind: str) -> str:
    """Return the pattern of a credit in the active language, such as "Drawing: %(credit)s"."""
    return gettext(LINES[kind])

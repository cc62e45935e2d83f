"""Texts that are far too short or too long for what their source says."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_locales.selectors import get_language_row
from chorsu_translation.findings.alignment import Alignment
from chorsu_translation.findings.registry import Found, register_check

SHORTEST = 50  # characters of the source: a heading of three words may well become six
LEAST, MOST = 0.55, 1.6


@register_check("length", gettext_lazy("Length"))
def check_length(pages: Alignment) -> Found:
    """Find units that are much shorter or longer than the languages account for."""
    for pair in pages.pairs:
        if pair.source is None or pair.target is None or len(pair.source.text) < SHORTEST:
            continue
        expected = [get_language_row(side.language).relative_length for side in (pair.source, pair.target)]
        ratio = len(pair.target.text) / len(pair.source.text) * expected[0] / expected[1]
        if ratio < LEAST:
            yield pair, _("Much shorter than the source.")
        elif ratio > MOST:
            yield pair, _("Much longer than the source.")

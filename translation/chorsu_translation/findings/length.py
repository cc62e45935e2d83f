"""Texts that are far too short or too long for what their source says."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chorsu_locales.table import normal_code
from chorsu_translation.findings.alignment import Alignment, Text
from chorsu_translation.findings.registry import Found, register_check

SHORTEST = 50  # characters of the source: a heading of three words may well become six
LEAST, MOST = 0.55, 1.6
# How long texts are relative to Russian ones, measured in the demo's articles.
RELATIVE_LENGTH = {"ru": 1.0, "tg": 1.04, "en": 1.04, "kk": 0.97, "ky": 0.97, "uz": 1.06, "fa": 0.92}


@register_check("length", gettext_lazy("Length"))
def check_length(pages: Alignment) -> Found:
    """Find units that are much shorter or longer than the languages account for."""
    for pair in pages.pairs:
        if pair.source is None or pair.target is None or len(pair.source.text) < SHORTEST:
            continue
        ratio = len(pair.target.text) / len(pair.source.text) * _relative(pair.source) / _relative(pair.target)
        if ratio < LEAST:
            yield pair, _("Much shorter than the source.")
        elif ratio > MOST:
            yield pair, _("Much longer than the source.")


def _relative(text: Text) -> float:
    return RELATIVE_LENGTH.get(normal_code(text.language).partition("-")[0], 1.0)

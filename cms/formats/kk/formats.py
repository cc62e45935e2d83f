"""Numbers in Kazakh."""

from __future__ import annotations

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"

"""Numbers in Persian: Arabic separators, since the digits are Persian too."""

from __future__ import annotations

DECIMAL_SEPARATOR = "\u066b"
THOUSAND_SEPARATOR = "\u066c"

"""Numbers in Persian: Arabic separators, since the digits are Persian too."""

DECIMAL_SEPARATOR = "\u066b"
THOUSAND_SEPARATOR = "\u066c"

"""Numbers in Kazakh."""

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"

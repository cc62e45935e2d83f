"""Numbers in Kyrgyz."""

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"

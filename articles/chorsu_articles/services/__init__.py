"""Services: columns of new languages, the table of countries, credits of pictures."""

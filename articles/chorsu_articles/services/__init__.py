"""What sites call: the table of countries."""

"""The tour: one walk through the whole mission, in a real browser, on real services. `make tour` runs it."""

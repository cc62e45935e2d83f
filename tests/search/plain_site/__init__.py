"""A small site of somebody else: Wagtail, search and what search stands on."""

"""A page type that isn't ours, of everything that Wagtail offers for text; the foreign sites have the same one."""

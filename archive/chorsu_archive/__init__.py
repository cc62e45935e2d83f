"""An old site's articles brought in, with translations, pictures and addresses; and all of it written out again."""

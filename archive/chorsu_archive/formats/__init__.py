"""What archives can be read from: each module is a format that makes the items of ``chorsu_archive.items``."""

"""All settings of the archive plug-in: the dict ``CHORSU_ARCHIVE`` in the site's settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chorsu_locales.app_settings import AppSettings, Want, whole

# An export of a newsroom comes first: its media may be Word files.
FORMATS = (
    "chorsu_archive.formats.newsroom.Newsroom",
    "chorsu_archive.formats.wordpress.WordPress",
    "chorsu_archive.formats.wordpress_json.WordPressJson",
    "chorsu_archive.formats.docx.Docx",
)
_WORDS: Want = (
    lambda value: isinstance(value, list | tuple) and all(isinstance(each, str) and each for each in value),
    "Use a list of texts.",
)


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """What a site can set; the keys of the dict are the same names in upper case, explained in the README.

    ``formats`` are dotted paths to classes of ``items.Format``, asked in this order. ``hosts`` are those that pictures
    may be fetched from, beside none. Sizes are in bytes. ``inbox`` is the whole path of a folder from which whoever may
    import can import archives that are too large to be sent; without it none.
    """

    formats: tuple[str, ...] = FORMATS
    hosts: tuple[str, ...] = ()
    largest_upload: int = 600 * 1024 * 1024
    largest_text: int = 2_000_000
    fetch_seconds: int = 20
    inbox: str = ""


configuration = AppSettings(
    "CHORSU_ARCHIVE",
    ArchiveSettings,
    identifier="chorsu_archive.E001",
    wants={
        "formats": _WORDS,
        "hosts": _WORDS,
        "inbox": (
            lambda value: isinstance(value, str) and (not value or Path(value).is_absolute()),
            "Use the whole path of a folder.",
        ),
        **{name: whole(1) for name in ("largest_upload", "largest_text", "fetch_seconds")},
    },
)
get_settings = configuration.get

"""All settings of the plug-in: the dict ``CHORSU_ARTICLES``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chorsu_locales.app_settings import AppSettings, whole


@dataclass(frozen=True, slots=True)
class ArticlesSettings:
    """What a site can set, as the README says; the keys of the dict are the same names in upper case."""

    jpeg_pixels: int = 64_000_000
    picture_pixels: int = 20_000_000
    picture_width: int = 4096
    private_folder: str = ""
    sendfile: str = ""


configuration = AppSettings(
    "CHORSU_ARTICLES",
    ArticlesSettings,
    identifier="chorsu_articles.E008",
    wants={
        **{name: whole(1) for name in ("jpeg_pixels", "picture_pixels", "picture_width")},
        "sendfile": (
            lambda value: value in ("", "X-Sendfile") or bool(re.fullmatch(r"/([\w.-]+/)+", str(value))),
            'Use "X-Sendfile", or the address of nginx\'s internal location, such as "/private/".',
        ),
    },
)
get_settings = configuration.get

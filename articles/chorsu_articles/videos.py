"""Video providers whose players a page may load once the reader asks.

Plain data and text rules without Django, so that settings can take the hosts for the Content-Security-Policy from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Player:
    """Where a video can be watched: the provider's name, and the player's address where we may load it."""

    name: str
    url: str | None


# Name, addresses of videos with the group ``id``, and address of the player.
PROVIDERS = (
    (
        "YouTube",
        re.compile(
            r"https?://(?:(?:www|m)\.)?(?:youtube\.com/(?:watch\?(?:[^#]*&)?v=|live/|shorts/|embed/)|youtu\.be/)"
            r"(?P<id>[\w-]{6,20})"
        ),
        "https://www.youtube-nocookie.com/embed/{id}?autoplay=1",
    ),
    (
        "Vimeo",
        re.compile(r"https?://(?:www\.|player\.)?vimeo\.com/(?:video/)?(?P<id>\d{4,15})"),
        "https://player.vimeo.com/video/{id}?dnt=1&autoplay=1",
    ),
    (
        "Rutube",
        re.compile(r"https?://(?:www\.)?rutube\.ru/(?:video|play/embed)/(?P<id>[0-9a-f]{16,40})"),
        "https://rutube.ru/play/embed/{id}?autoplay=true",
    ),
)
LONGEST_ADDRESS = 500
FRAME_SOURCES = tuple(f"https://{urlsplit(player).hostname}" for _name, _address, player in PROVIDERS)


def player_of(address: str) -> Player:
    """Return the player of a video's address; of an unknown site its host's name and no player."""
    for name, addresses, player in PROVIDERS:
        if match := addresses.match(address):
            return Player(name, player.format(id=match["id"]))
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    return Player(host.removeprefix("www."), None)


def video_address(text: str) -> str:
    """Return the address that a text consists of, if we know its player; ``""`` otherwise. The scheme may lack."""
    if len(text) > LONGEST_ADDRESS or len(text.split()) != 1:
        return ""
    address = text if "://" in text else f"https://{text}"
    return address if player_of(address).url else ""

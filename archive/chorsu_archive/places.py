"""Old addresses, and what they have in common with others that lead to the same place."""

from __future__ import annotations

import re
from mimetypes import guess_type
from urllib.parse import SplitResult, unquote, urlsplit

from django.utils.encoding import escape_uri_path
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

# What WordPress calls a picture that it made smaller: "a-300x200.jpg" is of "a.jpg", or of "a-scaled.jpg".
RESIZED = re.compile(r"-(?:\d{1,5}x\d{1,5}|scaled)\Z")
# A service that hands out pictures of WordPress sites has their hosts in its paths.
PHOTON = re.compile(r"i[0-9]\.wp\.com")


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError:
        return urlsplit("")


def host_of(address: str) -> str:
    """Return the host of an address, without "www."; "" where there is none."""
    return (_split(address).hostname or "").removeprefix("www.")


def is_picture_address(address: str) -> bool:
    """Tell whether an address ends as those of pictures do."""
    media_type, _encoding = guess_type(address)
    return media_type is not None and media_type.startswith("image/")


def other_host(address: object) -> str | None:
    """Return the other host that an address leads to, "" for a place of this site; None where no redirect may lead.

    What browsers read otherwise than Python (a backslash, a user's name) leads nowhere.
    """
    if not isinstance(address, str) or not address.isprintable() or {"\\", " "} & set(address):
        return None
    if address.startswith("/") and not address.startswith("//"):
        return ""
    parts = _split(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    is_own = Site.objects.filter(hostname=parts.hostname).exists()
    return "" if is_own else parts.hostname


def places(address: str) -> tuple[str, ...]:
    """Return path and query of an address as redirects are stored, then the path alone, then a resized picture's.

    At least one; of what is no address, that is "/".
    """
    parts = _split(address)
    path = parts.path.lstrip("/")
    if PHOTON.fullmatch(parts.hostname or ""):
        path = path.partition("/")[2]
    # Quoted as Django quotes the path of a request, with which redirects are compared.
    path = Redirect.normalise_path(f"/{escape_uri_path(unquote(path))}")
    whole = Redirect.normalise_path(f"{path}?{parts.query}") if parts.query else path
    head, dot, ending = path.rpartition(".")
    return tuple(dict.fromkeys((whole, path, f"{RESIZED.sub('', head)}{dot}{ending}")))


class ByAddress[Target](dict[str, Target]):
    """Targets by old addresses; that of a smaller picture, or one with more parameters, finds them too."""

    def add(self, address: str, target: Target) -> None:
        exact, *others = places(address)
        self[exact] = target
        # Without its query it may be anything's: "/news?id=7".
        for place in others if "?" not in exact else ():
            self.setdefault(place, target)

    def find(self, address: str) -> Target | None:
        return next((self[place] for place in places(address) if place in self and place != "/"), None)

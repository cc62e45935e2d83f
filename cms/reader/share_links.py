"""Where readers pass a page on to: plain links, which load nothing from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link that opens a place's own form, filled in. A name is that of a place, the same in every language."""

    name: str
    url: str


def share_links(url: str, title: str) -> list[ShareLink]:
    """Return the links that share ``url``, a whole address, under ``title``."""
    both = f"{title} {url}"
    return [
        ShareLink("Telegram", "https://t.me/share/url?" + _query(url=url, text=title)),
        ShareLink("WhatsApp", "https://wa.me/?" + _query(text=both)),
        ShareLink("Facebook", "https://www.facebook.com/sharer/sharer.php?" + _query(u=url)),
        ShareLink("VK", "https://vk.com/share.php?" + _query(url=url, title=title)),
        ShareLink("X", "https://x.com/intent/post?" + _query(url=url, text=title)),
    ]


def mail_link(url: str, title: str) -> str:
    """Return the address that opens a mail about the page; spaces are ``%20`` there, since a plus stays one."""
    return "mailto:?" + _query(subject=title, body=url)


def _query(**parameters: str) -> str:
    return urlencode(parameters, quote_via=quote, safe="")

"""The feeds of every plug-in, of characters that XML can hold: Django refuses others, and the whole feed is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed

from chorsu_locales.normal_form import normal_data


class _PermittedCharacters(SyndicationFeed):
    """A feed whose texts are brought into the form in which they would be stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*normal_data(args), **normal_data(kwargs))

    def add_item(self, *args: Any, **kwargs: Any) -> None:
        """Add an item of permitted characters."""
        super().add_item(*normal_data(args), **normal_data(kwargs))

    def latest_post_date(self) -> datetime:
        """Return the latest date of an item, without one the beginning of time, where Django says now.

        A feed in which nothing changed is the same each time that it is asked for, and a kept one is right.
        """
        dated = any(item["updateddate"] or item["pubdate"] for item in self.items)
        return super().latest_post_date() if dated else datetime.fromtimestamp(0, UTC)


class AtomFeed(_PermittedCharacters, Atom1Feed):
    """An Atom feed of permitted characters."""


class RssFeed(_PermittedCharacters, Rss201rev2Feed):
    """An RSS feed of permitted characters."""

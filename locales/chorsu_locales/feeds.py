"""The feeds of every plug-in, of characters that XML can hold: Django refuses others, and the whole feed is gone."""

from __future__ import annotations

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


class AtomFeed(_PermittedCharacters, Atom1Feed):
    """An Atom feed of permitted characters."""


class RssFeed(_PermittedCharacters, Rss201rev2Feed):
    """An RSS feed of permitted characters."""

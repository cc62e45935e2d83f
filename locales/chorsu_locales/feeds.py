"""The feeds of every plug-in."""

from __future__ import annotations

from typing import Any

from django.utils.feedgenerator import Atom1Feed

from chorsu_locales.normal_form import normal_data


class AtomFeed(Atom1Feed):
    """An Atom feed of characters that XML can hold; Django refuses others with an error, and the feed is gone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*normal_data(args), **normal_data(kwargs))

    def add_item(self, *args: Any, **kwargs: Any) -> None:
        """Add an item of permitted characters."""
        super().add_item(*normal_data(args), **normal_data(kwargs))

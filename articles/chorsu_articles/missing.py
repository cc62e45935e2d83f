"""The record of one thing that a publication lacks; ``completeness`` finds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: the content path where it belongs, a word for what it is, and a sentence for people.

    Our words in ``what`` are ``lead``, ``body``, ``author``, ``picture``, ``alternative_text``, ``credit``, ``topic``,
    ``date`` and ``place``; a kind of a site's own adds its own.
    """

    path: str
    what: str
    message: str

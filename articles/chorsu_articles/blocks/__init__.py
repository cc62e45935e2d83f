"""The blocks that a journalist writes with.

A block says what its leaves are for: ``leaf_role`` on a leaf's ``Meta`` (see ``chorsu_editorial.reading``) tells search
and feedback whether a text is a quotation, a caption or plain body text.
"""

from __future__ import annotations

from chorsu_articles.blocks.body import PublicationBody
from chorsu_articles.blocks.text import ParticipantBlock, ReferenceBlock

__all__ = ["ParticipantBlock", "PublicationBody", "ReferenceBlock"]

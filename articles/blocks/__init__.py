"""The blocks that a journalist writes with.

A block says what its leaves are for: ``leaf_role`` on a leaf's ``Meta`` (see ``editorial.leaves``) tells search
and feedback whether a text is a quotation, a caption or plain body text.
"""

from __future__ import annotations

from articles.blocks.body import PublicationBody
from articles.blocks.media import FileBlock, GalleryBlock, GalleryItemBlock, PictureBlock, RelatedBlock, VideoBlock
from articles.blocks.text import (
    INLINE_FEATURES,
    PARAGRAPH_FEATURES,
    FactsBlock,
    FootnotesBlock,
    HeadingBlock,
    ParticipantBlock,
    PassageBlock,
    PullQuoteBlock,
    QuotationBlock,
    ReferenceBlock,
    TableBlock,
)

__all__ = [
    "INLINE_FEATURES",
    "PARAGRAPH_FEATURES",
    "FactsBlock",
    "FileBlock",
    "FootnotesBlock",
    "GalleryBlock",
    "GalleryItemBlock",
    "HeadingBlock",
    "ParticipantBlock",
    "PassageBlock",
    "PictureBlock",
    "PublicationBody",
    "PullQuoteBlock",
    "QuotationBlock",
    "ReferenceBlock",
    "RelatedBlock",
    "TableBlock",
    "VideoBlock",
]

"""The body of a publication: which blocks it may have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from articles.blocks.media import FileBlock, GalleryBlock, PictureBlock, RelatedBlock, VideoBlock
from articles.blocks.text import (
    PARAGRAPH_FEATURES,
    FactsBlock,
    FootnotesBlock,
    HeadingBlock,
    PassageBlock,
    PullQuoteBlock,
    QuotationBlock,
    TableBlock,
)


class PublicationBody(blocks.StreamBlock):
    """The body of an article or event report."""

    paragraph = blocks.RichTextBlock(
        features=PARAGRAPH_FEATURES,
        label=_("Paragraph"),
        icon="pilcrow",
        leaf_role="body",
        template="articles/blocks/paragraph.html",
    )
    heading = HeadingBlock()
    quotation = QuotationBlock()
    picture = PictureBlock()
    gallery = GalleryBlock()
    video = VideoBlock()
    facts = FactsBlock()
    table = TableBlock()
    file = FileBlock()
    related = RelatedBlock()
    pull_quote = PullQuoteBlock()
    passage = PassageBlock()
    footnotes = FootnotesBlock()

    class Meta:
        block_counts = {"footnotes": {"max_num": 1}}

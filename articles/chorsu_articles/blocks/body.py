"""The body of a publication: which blocks it may have."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from chorsu_articles.blocks import media, text


class PublicationBody(blocks.StreamBlock):
    """The body of an article or event report."""

    paragraph = blocks.RichTextBlock(
        features=text.PARAGRAPH_FEATURES,
        label=_("Paragraph"),
        icon="pilcrow",
        leaf_role="body",
        template="chorsu_articles/blocks/paragraph.html",
    )
    heading = text.HeadingBlock()
    quotation = text.QuotationBlock()
    picture = media.PictureBlock()
    gallery = media.GalleryBlock()
    video = media.VideoBlock()
    facts = text.FactsBlock()
    table = text.TableBlock()
    file = media.FileBlock()
    related = media.RelatedBlock()
    pull_quote = text.PullQuoteBlock()
    passage = text.PassageBlock()
    footnotes = text.FootnotesBlock()

    class Meta:
        block_counts = {"footnotes": {"max_num": 1}}

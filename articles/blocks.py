"""The blocks that a journalist writes with.

A block says what its leaves are for: ``leaf_role`` on a leaf's ``Meta`` (see ``editorial.leaves``) tells search
and feedback whether a text is a quotation, a caption or plain body text.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

INLINE_FEATURES = ["bold", "italic", "link", "document-link", "superscript", "subscript"]
PARAGRAPH_FEATURES = [*INLINE_FEATURES, "ol", "ul"]


def language_choices() -> list[tuple[str, str]]:
    """Return the languages that a passage can be marked as."""
    return list(settings.LANGUAGES)


class HeadingBlock(blocks.StructBlock):
    """A heading inside the text; the page's own heading is h1, so these begin at h2."""

    text = blocks.CharBlock(label=_("Heading"), leaf_role="heading")
    level = blocks.ChoiceBlock(choices=[("h2", _("Heading")), ("h3", _("Subheading"))], default="h2", label=_("Level"))

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "articles/blocks/heading.html"


class QuotationBlock(blocks.StructBlock):
    """Somebody's words, with who said them."""

    text = blocks.RichTextBlock(features=INLINE_FEATURES, label=_("Words"), leaf_role="quotation")
    who = blocks.CharBlock(required=False, label=_("Who"), leaf_role="people")
    role = blocks.CharBlock(required=False, label=_("Role"), leaf_role="caption")
    language = blocks.ChoiceBlock(choices=language_choices, required=False, label=_("Language, if another"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "articles/blocks/quotation.html"


class PictureBlock(blocks.StructBlock):
    """A picture with the caption and alternative text that belong to this page."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, label=_("Caption"), leaf_role="caption")
    alt = blocks.CharBlock(required=False, label=_("Alternative text"), leaf_role="caption")
    size = blocks.ChoiceBlock(
        choices=[
            ("text", _("As wide as the text")),
            ("wide", _("Wide")),
            ("half", _("Half, beside the text")),
        ],
        default="text",
        label=_("Size"),
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "articles/blocks/picture.html"


class GalleryItemBlock(blocks.StructBlock):
    """One picture of a gallery."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, label=_("Caption"), leaf_role="caption")
    alt = blocks.CharBlock(required=False, label=_("Alternative text"), leaf_role="caption")

    class Meta:
        icon = "image"


class GalleryBlock(blocks.StructBlock):
    """Several pictures that belong together."""

    pictures = blocks.ListBlock(GalleryItemBlock(), min_num=1, label=_("Pictures"))

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "articles/blocks/gallery.html"


class VideoBlock(blocks.StructBlock):
    """A video or other embed; nothing is loaded from outside before the reader asks for it."""

    url = blocks.URLBlock(label=_("Address"))
    caption = blocks.CharBlock(required=False, label=_("Caption"), leaf_role="caption")

    class Meta:
        icon = "media"
        label = _("Video or embed")
        template = "articles/blocks/video.html"


class FactsBlock(blocks.StructBlock):
    """A box of facts."""

    title = blocks.CharBlock(label=_("Title"), leaf_role="heading")
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES, leaf_role="body"), label=_("Facts"))

    class Meta:
        icon = "list-ul"
        label = _("Box of facts")
        template = "articles/blocks/facts.html"


class TableBlock(TypedTableBlock):
    """A table whose cells are text, formatted text or numbers."""

    text = blocks.CharBlock(required=False, label=_("Text"), leaf_role="body")
    rich_text = blocks.RichTextBlock(
        required=False, features=INLINE_FEATURES, label=_("Formatted text"), leaf_role="body"
    )
    number = blocks.DecimalBlock(required=False, label=_("Number"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "articles/blocks/table.html"


class FileBlock(blocks.StructBlock):
    """A file to download."""

    document = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(required=False, label=_("Title"), leaf_role="caption")

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "articles/blocks/file.html"


class RelatedBlock(blocks.StructBlock):
    """Links to other publications of the newsroom."""

    pages = blocks.ListBlock(blocks.PageChooserBlock(page_type="chorsu_articles.Publication"), label=_("Articles"))

    class Meta:
        icon = "link"
        label = _("Related articles")
        template = "articles/blocks/related.html"


class PullQuoteBlock(blocks.StructBlock):
    """A sentence of the article itself, set large."""

    text = blocks.CharBlock(label=_("Sentence"), leaf_role="body")

    class Meta:
        icon = "openquote"
        label = _("Pull quote")
        template = "articles/blocks/pull_quote.html"


class PassageBlock(blocks.StructBlock):
    """A passage in another language than the article's."""

    text = blocks.RichTextBlock(features=PARAGRAPH_FEATURES, label=_("Text"), leaf_role="body")
    language = blocks.ChoiceBlock(choices=language_choices, label=_("Language"))

    class Meta:
        icon = "globe"
        label = _("Passage in another language")
        template = "articles/blocks/passage.html"


class FootnotesBlock(blocks.StructBlock):
    """Numbered notes; ``[1]`` in the text links to the first."""

    notes = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES, leaf_role="body"), label=_("Notes"))

    class Meta:
        icon = "list-ol"
        label = _("Footnotes")
        template = "articles/blocks/footnotes.html"


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


class ParticipantBlock(blocks.StructBlock):
    """Somebody who took part in an event."""

    name = blocks.CharBlock(label=_("Name"), leaf_role="people")
    role = blocks.CharBlock(required=False, label=_("Role"), leaf_role="caption")
    organisation = blocks.CharBlock(required=False, label=_("Organisation"), leaf_role="caption")

    class Meta:
        icon = "user"
        label = _("Participant")


class ReferenceBlock(blocks.StructBlock):
    """A work that an analysis rests on."""

    text = blocks.RichTextBlock(features=["italic", "link"], label=_("Reference"), leaf_role="body")

    class Meta:
        icon = "link"
        label = _("Reference")

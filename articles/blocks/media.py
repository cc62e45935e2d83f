"""Blocks of things: pictures, videos, files, other publications."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

ALT_HELP = _("What somebody who can't see the picture should know. Not the caption again.")


class PictureBlock(blocks.StructBlock):
    """A picture with the caption and alternative text that belong to this page."""

    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, label=_("Caption"), leaf_role="caption")
    alt = blocks.CharBlock(required=False, label=_("Alternative text"), leaf_role="caption", help_text=ALT_HELP)
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
    alt = blocks.CharBlock(required=False, label=_("Alternative text"), leaf_role="caption", help_text=ALT_HELP)

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

    url = blocks.URLBlock(
        label=_("Address"), help_text=_("Readers see a link first; nothing is loaded before they ask.")
    )
    caption = blocks.CharBlock(required=False, label=_("Caption"), leaf_role="caption")

    class Meta:
        icon = "media"
        label = _("Video or embed")
        template = "articles/blocks/video.html"


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

"""Pictures, videos, files, and what is related. Migrations of sites name ``WaitingCreditBlock``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from chorsu_articles.blocks.text import LineBlock

ALT_HELP = _("What somebody who can't see the picture should know. Not the caption again.")


class WaitingCreditBlock(LineBlock):
    """A credit from a pasted text that waits for its picture to take it into the library; readers don't see it."""

    search_index = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=255, **kwargs)
        # Its style sheet can tell whether the field is empty by the placeholder.
        self.field.widget.attrs |= {"placeholder": " ", "data-articles-waiting-credit": ""}

    def get_searchable_content(self, value: Any) -> list[str]:  # noqa: ARG002
        return []

    class Meta:
        leaf_role = None
        unhashed = True


class GalleryItemBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("Picture"))
    caption = LineBlock(required=False, label=_("Caption"), leaf_role="caption")
    alt = LineBlock(required=False, label=_("Alternative text"), leaf_role="caption", help_text=ALT_HELP)

    class Meta:
        icon = "image"


class PictureBlock(GalleryItemBlock):
    size = blocks.ChoiceBlock(
        choices=[("text", _("As wide as the text")), ("wide", _("Wide")), ("half", _("Half, beside the text"))],
        default="text",
        label=_("Size"),
    )
    credit = WaitingCreditBlock(
        label=_("Credit from the text"), help_text=_("It goes into the library with the picture that you choose here.")
    )

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "chorsu_articles/blocks/picture.html"


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(GalleryItemBlock(), min_num=1, label=_("Pictures"))

    class Meta:
        icon = "image"
        label = _("Gallery")
        template = "chorsu_articles/blocks/gallery.html"


class VideoBlock(blocks.StructBlock):
    url = blocks.URLBlock(
        label=_("Address"), help_text=_("Readers see a link first; nothing is loaded before they ask.")
    )
    caption = LineBlock(required=False, label=_("Caption"), leaf_role="caption")

    class Meta:
        icon = "media"
        label = _("Video or embed")
        template = "chorsu_articles/blocks/video.html"


class FileBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("File"))
    title = LineBlock(required=False, label=_("Title"), leaf_role="caption")

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "chorsu_articles/blocks/file.html"


class RelatedBlock(blocks.StructBlock):
    pages = blocks.ListBlock(blocks.PageChooserBlock(page_type="chorsu_articles.Publication"), label=_("Articles"))

    class Meta:
        icon = "link"
        label = _("Related articles")
        template = "chorsu_articles/blocks/related.html"

"""The blocks that a journalist writes with, and those that an editor arranges on a front page.

A block says what its leaves are for: ``leaf_role`` on a leaf's ``Meta`` (see ``chorsu_editorial.reading``) tells search
and feedback whether a text is a quotation, a caption or plain body text.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

INLINE_FEATURES = ["bold", "italic", "link", "document-link", "superscript", "subscript"]
PARAGRAPH_FEATURES = [*INLINE_FEATURES, "ol", "ul"]


def language_choices() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class HeadingBlock(blocks.StructBlock):
    """A heading inside the text; the page's own heading is h1, so these begin at h2."""

    text = blocks.CharBlock(label=_("Heading"), leaf_role="heading")
    level = blocks.ChoiceBlock(choices=[("h2", _("Heading")), ("h3", _("Subheading"))], default="h2", label=_("Level"))

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "chorsu_articles/blocks/heading.html"


class QuotationBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=INLINE_FEATURES, label=_("Words"), leaf_role="quotation")
    who = blocks.CharBlock(required=False, label=_("Who"), leaf_role="people")
    role = blocks.CharBlock(required=False, label=_("Role"), leaf_role="caption")
    language = blocks.ChoiceBlock(
        choices=language_choices,
        required=False,
        label=_("Language, if another"),
        help_text=_("Where the words are quoted in another language than the text's."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "chorsu_articles/blocks/quotation.html"


class FactsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), leaf_role="heading")
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES, leaf_role="body"), label=_("Facts"))

    class Meta:
        icon = "list-ul"
        label = _("Box of facts")
        template = "chorsu_articles/blocks/facts.html"


class TableBlock(TypedTableBlock):
    text = blocks.CharBlock(required=False, label=_("Text"), leaf_role="body")
    rich_text = blocks.RichTextBlock(
        required=False, features=INLINE_FEATURES, label=_("Formatted text"), leaf_role="body"
    )
    number = blocks.DecimalBlock(required=False, label=_("Number"))

    class Meta:
        icon = "table"
        label = _("Table")
        template = "chorsu_articles/blocks/table.html"


class PullQuoteBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("Sentence"), leaf_role="body", help_text=_("A sentence of the text itself, set large beside it.")
    )

    class Meta:
        icon = "openquote"
        label = _("Pull quote")
        template = "chorsu_articles/blocks/pull_quote.html"


class PassageBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=PARAGRAPH_FEATURES, label=_("Text"), leaf_role="body")
    language = blocks.ChoiceBlock(choices=language_choices, label=_("Language"))

    class Meta:
        icon = "globe"
        label = _("Passage in another language")
        template = "chorsu_articles/blocks/passage.html"


class FootnotesBlock(blocks.StructBlock):
    """Numbered notes; ``[1]`` in the text links to the first."""

    notes = blocks.ListBlock(
        blocks.RichTextBlock(features=INLINE_FEATURES, leaf_role="body"),
        label=_("Notes"),
        help_text=_("[1] in the text links to the first note, [2] to the second."),
    )

    class Meta:
        icon = "list-ol"
        label = _("Footnotes")
        template = "chorsu_articles/blocks/footnotes.html"


class ParticipantBlock(blocks.StructBlock):
    name = blocks.CharBlock(label=_("Name"), leaf_role="people")
    role = blocks.CharBlock(required=False, label=_("Role"), leaf_role="caption")
    organisation = blocks.CharBlock(required=False, label=_("Organisation"), leaf_role="caption")

    class Meta:
        icon = "user"
        label = _("Participant")


class ReferenceBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=["italic", "link"], label=_("Reference"), leaf_role="body")

    class Meta:
        icon = "link"
        label = _("Reference")


LONGEST_CREDIT = 255
ALT_HELP = _("What somebody who can't see the picture should know. Not the caption again.")


class WaitingCreditBlock(blocks.CharBlock):
    """A credit that came with a pasted text: it waits for its picture, which takes it along into the library.

    Readers see the library's credit only. The editor shows the field where something waits.
    """

    search_index = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_CREDIT, **kwargs)
        # Its style sheet can tell whether the field is empty by the placeholder.
        self.field.widget.attrs |= {"placeholder": " ", "data-articles-waiting-credit": ""}

    def get_searchable_content(self, value: Any) -> list[str]:  # noqa: ARG002
        return []

    class Meta:
        leaf_role = None
        unhashed = True


class GalleryItemBlock(blocks.StructBlock):
    picture = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(required=False, label=_("Caption"), leaf_role="caption")
    alt = blocks.CharBlock(required=False, label=_("Alternative text"), leaf_role="caption", help_text=ALT_HELP)

    class Meta:
        icon = "image"


class PictureBlock(GalleryItemBlock):
    """A picture with the caption and alternative text that belong to this page."""

    size = blocks.ChoiceBlock(
        choices=[
            ("text", _("As wide as the text")),
            ("wide", _("Wide")),
            ("half", _("Half, beside the text")),
        ],
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
    """A video or other embed; nothing is loaded from outside before the reader asks for it."""

    url = blocks.URLBlock(
        label=_("Address"), help_text=_("Readers see a link first; nothing is loaded before they ask.")
    )
    caption = blocks.CharBlock(required=False, label=_("Caption"), leaf_role="caption")

    class Meta:
        icon = "media"
        label = _("Video or embed")
        template = "chorsu_articles/blocks/video.html"


class FileBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("File"))
    title = blocks.CharBlock(required=False, label=_("Title"), leaf_role="caption")

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


class PublicationBody(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock(
        features=PARAGRAPH_FEATURES,
        label=_("Paragraph"),
        icon="pilcrow",
        leaf_role="body",
        template="chorsu_articles/blocks/paragraph.html",
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


MOST_BLOCKS = 16
FRONT_FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


def heading(help_text: Any) -> blocks.CharBlock:
    return blocks.CharBlock(
        required=False,
        max_length=80,
        label=pgettext_lazy("front page", "Heading"),
        leaf_role="heading",
        help_text=help_text,
    )


def number(default: int) -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(
        choices=[(str(each), str(each)) for each in (3, 4, 6, 8, 9, 12)], default=str(default), label=_("How many")
    )


class LeadBlock(blocks.StructBlock):
    """The story that leads: a chosen one until its time is over, else the newest."""

    story = blocks.PageChooserBlock(
        page_type="chorsu_articles.Publication",
        required=False,
        label=_("Story"),
        help_text=_("Left empty, it is the newest one."),
    )
    until = blocks.DateTimeBlock(
        required=False,
        label=_("Leads until"),
        help_text=_("Then the newest one leads again. Left empty, the story leads until another is chosen."),
    )
    with_latest = blocks.BooleanBlock(required=False, default=True, label=_("With the latest stories beside it"))

    class Meta:
        icon = "pick"
        label = _("Lead story")


class NewestBlock(blocks.StructBlock):
    heading = heading(_("Left empty, it is the section's name."))
    section = blocks.PageChooserBlock(
        page_type="chorsu_articles.SectionPage", required=False, label=_("Section"), help_text=_("Left empty: all.")
    )
    number = number(3)

    class Meta:
        icon = "list-ul"
        label = _("Newest stories")


class TopicBlock(blocks.StructBlock):
    topic = SnippetChooserBlock("chorsu_articles.Topic", label=_("Topic"))
    heading = heading(_("Left empty, it is the topic's name."))
    number = number(3)

    class Meta:
        icon = "tag"
        label = _("By topic")


class CountryBlock(blocks.StructBlock):
    country = SnippetChooserBlock("chorsu_articles.Country", label=_("Country"))
    heading = heading(_("Left empty, it is the country's name."))
    number = number(3)

    class Meta:
        icon = "globe"
        label = _("By country")


class WeekBlock(blocks.StructBlock):
    """The most important stories of the last seven days."""

    heading = heading(_("Left empty: Most important this week."))
    stories = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="chorsu_articles.Publication"),
        default=[],
        max_num=8,
        label=_("Stories"),
        help_text=_(
            "In this order, each for the seven days after its publication. The places left are taken by what was "
            "published into the most languages."
        ),
    )
    number = number(4)

    class Meta:
        icon = "pick"
        label = _("Most important this week")


class EventsBlock(blocks.StructBlock):
    heading = heading(_("Left empty: Events."))
    shows = blocks.ChoiceBlock(
        choices=[("both", _("Ahead and past")), ("ahead", _("Ahead")), ("past", _("Past"))],
        default="both",
        label=_("Shows"),
    )
    number = number(4)

    class Meta:
        icon = "date"
        label = _("Calendar of events")


class FreeTextBlock(blocks.StructBlock):
    heading = heading("")
    text = blocks.RichTextBlock(features=FRONT_FEATURES, label=_("Text"), leaf_role="body")

    class Meta:
        icon = "pilcrow"
        label = _("Free text")


class FrontBlocks(blocks.StreamBlock):
    """The arrangement of a front page. Each story stands on the page once: blocks above choose first."""

    lead = LeadBlock()
    newest = NewestBlock()
    week = WeekBlock()
    topic = TopicBlock()
    country = CountryBlock()
    events = EventsBlock()
    text = FreeTextBlock()

    class Meta:
        block_counts = {"lead": {"max_num": 1}, "week": {"max_num": 1}, "events": {"max_num": 1}}
        max_num = MOST_BLOCKS

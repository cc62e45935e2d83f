"""The blocks that a journalist writes with, and those that an editor arranges on a front page.

``leaf_role`` on a block's ``Meta`` tells search and feedback what its text is for: see ``chorsu_editorial.reading``.
"""

from __future__ import annotations

from typing import Any

from django.forms import Media
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.telepath import register
from wagtail.blocks.stream_block import StreamBlockAdapter
from wagtail.snippets.blocks import SnippetChooserBlock

from chorsu_articles.blocks import media, text


class PublicationBody(blocks.StreamBlock):
    # Named from when it held one paragraph.
    paragraph = blocks.RichTextBlock(
        features=text.TEXT_FEATURES,
        label=_("Text"),
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

    def get_form_state(self, value: Any) -> Any:
        """Return what the editor shows; where there is no text yet, an empty block to write in."""
        text = self.child_blocks["paragraph"]
        empty = {"type": "paragraph", "value": text.get_form_state(text.get_default()), "id": None}
        return super().get_form_state(value) or [empty]

    class Meta:
        block_counts = {"footnotes": {"max_num": 1}}


class PublicationBodyAdapter(StreamBlockAdapter):
    """The editor of a body, which shows blocks of ``NOT_OFFERED`` where they are, and offers no new ones."""

    js_constructor = "chorsu_articles.PublicationBody"

    @cached_property
    def media(self) -> Media:
        media: Media = super().media + Media(js=[versioned_static("chorsu_articles/admin/publication_body.js")])
        return media


register(PublicationBodyAdapter(), PublicationBody)


def heading(help_text: Any) -> text.LineBlock:
    return text.LineBlock(
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
        choices=[
            ("both", _("Upcoming and past")),
            ("ahead", pgettext_lazy("events", "Upcoming")),
            ("past", pgettext_lazy("events", "Past")),
        ],
        default="both",
        label=_("Shows"),
    )
    number = number(4)

    class Meta:
        icon = "date"
        label = _("Calendar of events")


class FreeTextBlock(blocks.StructBlock):
    heading = heading("")
    text = blocks.RichTextBlock(
        features=["bold", "italic", "link", "document-link", "ol", "ul"], label=_("Text"), leaf_role="body"
    )

    class Meta:
        icon = "pilcrow"
        label = _("Free text")


class FrontBlocks(blocks.StreamBlock):
    """The arrangement of a front page. Lists pick a story once, those above first: see ``chorsu_articles.front``."""

    lead = LeadBlock()
    newest = NewestBlock()
    week = WeekBlock()
    topic = TopicBlock()
    country = CountryBlock()
    events = EventsBlock()
    text = FreeTextBlock()

    class Meta:
        block_counts = {"lead": {"max_num": 1}, "week": {"max_num": 1}, "events": {"max_num": 1}}
        max_num = 16

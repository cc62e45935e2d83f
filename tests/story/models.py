"""Stories: an app as other people write them, which names nothing of ours but what is read of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.html import strip_tags
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.rich_text import RichText
from wagtail.search import index


class FactBlock(blocks.StructBlock):
    """A fact with its source."""

    fact = blocks.CharBlock()
    details = blocks.RichTextBlock(required=False)
    address = blocks.URLBlock(required=False)
    hidden = blocks.CharBlock(required=False, search_index=False)


class VerseBlock(blocks.FieldBlock):
    """Plain text in a kind of field that isn't Wagtail's."""

    def __init__(self, required: bool = True, **options: Any) -> None:
        self.field = forms.CharField(required=required, widget=forms.Textarea)
        super().__init__(**options)

    def get_searchable_content(self, value: Any) -> list[str]:
        return [str(value)]


class LetterBlock(blocks.FieldBlock):
    """Rich text in an editor that isn't Wagtail's, as packages bring them."""

    def __init__(self, **options: Any) -> None:
        self.field = forms.CharField(required=False)
        super().__init__(**options)

    def get_default(self) -> RichText:
        return RichText("")

    def to_python(self, value: Any) -> RichText:
        return RichText(value)

    def get_prep_value(self, value: RichText) -> str:
        return value.source

    def value_for_form(self, value: RichText) -> str:
        return value.source

    def value_from_form(self, value: str) -> RichText:
        return RichText(value)

    def get_searchable_content(self, value: RichText) -> list[str]:
        return [strip_tags(value.source)]


class RatingBlock(blocks.FieldBlock):
    """Of which nobody knows whether it is text."""

    def __init__(self, **options: Any) -> None:
        self.field = forms.IntegerField(required=False)
        super().__init__(**options)


class CountBlock(blocks.StructBlock):
    """What was counted, and when: values of every kind, those that translations are compared by first."""

    people = blocks.IntegerBlock(required=False)
    metres = blocks.FloatBlock(required=False)
    price = blocks.DecimalBlock(required=False)
    day = blocks.DateBlock(required=False)
    hour = blocks.TimeBlock(required=False)
    moment = blocks.DateTimeBlock(required=False)
    address = blocks.URLBlock(required=False)
    mail = blocks.EmailBlock(required=False)
    rivers = blocks.MultipleChoiceBlock(
        required=False, choices=[("elbe", "Elbe"), ("oder", "Oder"), ("rhein", "Rhein")]
    )
    look = blocks.ChoiceBlock(required=False, choices=[("wide", "Wide"), ("small", "Small")])
    framed = blocks.BooleanBlock(required=False)
    page = blocks.PageChooserBlock(required=False)
    picture = ImageChooserBlock(required=False)
    document = DocumentChooserBlock(required=False)
    unread = blocks.IntegerBlock(required=False, leaf_role=None)


class StoryPage(Page):
    """A story. Public are the kicker (by search), the teaser (by name), the rich texts and the blocks."""

    subtitle = models.CharField(max_length=200, blank=True)
    kicker = models.CharField(max_length=100, blank=True)
    teaser = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text="For the editors.")
    draft_ideas = models.TextField(blank=True)
    mood = models.CharField(max_length=10, blank=True, choices=[("calm", "Calm"), ("angry", "Angry")])
    origin = models.URLField(blank=True)
    introduction = RichTextField(blank=True)
    body = StreamField(
        [
            ("paragraph", blocks.RichTextBlock()),
            ("heading", blocks.CharBlock()),
            ("quote", blocks.BlockQuoteBlock()),
            ("table", TableBlock()),
            (
                "typed_table",
                TypedTableBlock(
                    [("text", blocks.CharBlock()), ("rich", blocks.RichTextBlock()), ("number", blocks.FloatBlock())]
                ),
            ),
            ("fact", FactBlock()),
            ("count", CountBlock()),
            ("list", blocks.ListBlock(blocks.CharBlock())),
            ("code", blocks.RawHTMLBlock()),
            ("verse", VerseBlock()),
            ("letter", blocks.ListBlock(LetterBlock())),
            ("rating", RatingBlock()),
        ],
        blank=True,
    )

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("kicker"),
        FieldPanel("subtitle"),
        FieldPanel("teaser"),
        FieldPanel("introduction"),
        FieldPanel("body"),
        InlinePanel("links"),
        InlinePanel("voices"),
        FieldPanel("mood"),
        FieldPanel("origin"),
        FieldPanel("note"),
        FieldPanel("draft_ideas"),
    ]
    search_fields: ClassVar = [
        *Page.search_fields,
        index.SearchField("kicker", boost=3),
        index.SearchField("spoken"),
        index.RelatedFields("voices", [index.SearchField("name")]),
    ]
    readable_fields: ClassVar = ["teaser"]
    unread_fields: ClassVar = ["draft_ideas"]

    def spoken(self) -> str:
        """Return a text that is in no field."""
        return f"gesprochen {self.title}"


class StoryLink(Orderable):
    """A link below a story."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="links")
    title = models.CharField(max_length=200)
    remark = RichTextField(blank=True)

    panels: ClassVar = [FieldPanel("title"), FieldPanel("remark")]


class StoryVoice(TranslatableMixin, Orderable):
    """Somebody who speaks in a story; the row is the same one in every language."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="voices")
    name = models.CharField(max_length=100)
    words = models.TextField(blank=True)

    panels: ClassVar = [FieldPanel("name"), FieldPanel("words")]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        pass

"""Blocks of words. Migrations of sites with kinds of their own name ``language_choices``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

INLINE_FEATURES = ["bold", "italic", "link", "document-link", "superscript", "subscript"]
PASSAGE_FEATURES = [*INLINE_FEATURES, "ol", "ul"]
TEXT_FEATURES = ["h2", "h3", *PASSAGE_FEATURES]


class LineInput(AdminAutoHeightTextInput):
    """A field of one line that shows all its text on as many lines as that needs; no line break is kept."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"cols": 20, "data-one-line": "", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        value: str | None = super().value_from_datadict(data, files, name)
        return value and " ".join(value.splitlines())


class LineBlock(blocks.CharBlock):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field.widget = LineInput(self.field.widget.attrs)


# In migrations it is what it stores.
DECONSTRUCT_ALIASES = {LineBlock: "wagtail.blocks.CharBlock"}


def language_choices() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class HeadingBlock(blocks.StructBlock):
    """A heading of a text from before texts had headings of their own; it isn't offered any more.

    The page's own heading is h1, so these begin at h2.
    """

    text = LineBlock(label=_("Heading"), leaf_role="heading")
    level = blocks.ChoiceBlock(choices=[("h2", _("Heading")), ("h3", _("Subheading"))], default="h2", label=_("Level"))

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "chorsu_articles/blocks/heading.html"


class QuotationBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=INLINE_FEATURES, label=_("Words"), leaf_role="quotation")
    who = LineBlock(required=False, label=_("Who"), leaf_role="people")
    role = LineBlock(required=False, label=_("Role"), leaf_role="caption")
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
    title = LineBlock(label=_("Title"), leaf_role="heading")
    items = blocks.ListBlock(blocks.RichTextBlock(features=INLINE_FEATURES, leaf_role="body"), label=_("Facts"))

    class Meta:
        icon = "list-ul"
        label = _("Box of facts")
        template = "chorsu_articles/blocks/facts.html"


class TableBlock(TypedTableBlock):
    text = LineBlock(required=False, label=_("Text"), leaf_role="body")
    rich_text = blocks.RichTextBlock(
        required=False, features=INLINE_FEATURES, label=_("Formatted text"), leaf_role="body"
    )
    number = blocks.DecimalBlock(required=False, label=_("Number"))

    def render(self, value: Any, context: Any = None) -> str:
        """Show nothing of a table that was begun and left empty."""
        return "" if self.is_empty(value) else super().render(value, context)

    @staticmethod
    def is_empty(value: Any) -> bool:
        cells = [cell for row in value.row_data for cell in row["values"]]
        texts = [value.caption, *(column["heading"] for column in value.columns), *cells]
        return not any(strip_tags(str(getattr(each, "source", each))).strip() for each in texts if each is not None)

    class Meta:
        default = {"columns": [{"type": "text", "heading": ""}] * 3, "rows": [{"values": [""] * 3}], "caption": ""}
        help_text = _("Tab and Enter lead from cell to cell, Esc leads out of the table.")
        icon = "table"
        label = _("Table")
        template = "chorsu_articles/blocks/table.html"


class PullQuoteBlock(blocks.StructBlock):
    text = LineBlock(
        label=_("Sentence"), leaf_role="body", help_text=_("A sentence of the text itself, set large beside it.")
    )

    class Meta:
        icon = "openquote"
        label = _("Pull quote")
        template = "chorsu_articles/blocks/pull_quote.html"


class PassageBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=PASSAGE_FEATURES, label=_("Text"), leaf_role="body")
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
    name = LineBlock(label=_("Name"), leaf_role="people")
    role = LineBlock(required=False, label=_("Role"), leaf_role="caption")
    organisation = LineBlock(required=False, label=_("Organisation"), leaf_role="caption")

    class Meta:
        icon = "user"
        label = _("Participant")


class ReferenceBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(features=["italic", "link"], label=_("Reference"), leaf_role="body")

    class Meta:
        icon = "link"
        label = _("Reference")

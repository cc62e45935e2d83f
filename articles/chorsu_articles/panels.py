"""The editor's forms of pages, in the order in which a journalist writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.comments import CommentFormSet
from wagtail.admin.forms.pages import WagtailAdminPageForm
from wagtail.admin.panels import (
    CommentPanel,
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    MultipleChooserPanel,
    Panel,
    PublishingPanel,
    TitleFieldPanel,
)
from wagtail.blocks import StreamValue
from wagtail.blocks.base import BlockWidget
from wagtail.models import COMMENTS_RELATION_NAME
from wagtail.rich_text import RichText

from chorsu_articles.blocks import PublicationBody
from chorsu_articles.blocks.text import LineInput
from chorsu_articles.missing import HEADLINE_NEEDED
from chorsu_editorial.markup import paragraphs
from chorsu_locales.text import slugify

# What "/" leaves behind where it parts a text.
EMPTY_PARAGRAPH = re.compile(r"<p(?: [^<>]*)?></p>")


class BodyWidget(BlockWidget):
    """The text without the empty blocks and paragraphs that were begun and left.

    Those that are stored stay: a translation may begin as the empty blocks of its source, and who only approves a text
    changes nothing.
    """

    def __init__(self, block: PublicationBody, *, stored: StreamValue) -> None:
        super().__init__(block)
        self.stored = stored

    def value_from_datadict(self, data: Any, files: Any, name: str) -> StreamValue:
        value: StreamValue = super().value_from_datadict(data, files, name)
        # Only these types: other blocks would ask for every picture.
        places = (place for place, raw in enumerate(self.stored.raw_data) if raw["type"] in {"paragraph", "table"})
        stored = {(each.block_type, each.id): each for each in map(self.stored.__getitem__, places)}
        for place, child in reversed(list(enumerate(value))):
            before = stored.get((child.block_type, child.id))
            if _is_empty(child) and not (before and _is_empty(before)):
                del value[place]
            elif child.block_type == "paragraph" and not (before and EMPTY_PARAGRAPH.search(before.value.source)):
                child.value = RichText(EMPTY_PARAGRAPH.sub("", child.value.source))
        return value


def _is_empty(child: StreamValue.StreamChild) -> bool:
    if child.block_type == "table":
        return bool(child.block.is_empty(child.value))
    return child.block_type == "paragraph" and not paragraphs(child.value.source)


class KnownChoices(ModelChoiceIterator):  # type: ignore[type-arg]  # a plain class at run time
    """The rows of a field, which Django would read each time that its widget lists them."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for row in self.queryset:
            yield self.choice(row)


class NewsroomPageForm(WagtailAdminPageForm):
    """The form of every page: Latin slugs by language, vocabularies in the order of their names, a main topic."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("slug"):
            title, language = self.instance.title, self._language()
            # Wagtail's widget transliterates in the browser by tables that don't know Tajik, Kazakh or Persian. Here
            # the server makes the slug, which follows the headline while it is the one that the headline gives.
            field.widget = forms.TextInput(
                {
                    "data-articles-slug": "",
                    "data-articles-slug-url": reverse("chorsu_articles_admin:slug"),
                    "data-articles-slug-language": language,
                    "data-articles-slug-made": slugify(title, language) if title else "",
                    "autocapitalize": "off",
                    "dir": "ltr",
                    "spellcheck": "false",
                }
            )
            field.widget.is_required = field.required = False
            if self._is_provisional(self.instance.slug):
                self.initial["slug"] = ""
        if "title" in self._meta.defer_required_on_fields:
            self.fields["title"].error_messages["required"] = HEADLINE_NEEDED
        if "title" in self.fields and not self.instance.pk:
            self.fields["title"].widget.attrs["autofocus"] = True
        if isinstance(block := getattr(self.fields.get("body"), "block", None), PublicationBody):
            self.fields["body"].widget = BodyWidget(block, stored=self.instance.body)
        for name, field in self.fields.items():
            if type(field) is forms.CharField and type(field.widget) is forms.TextInput and name != "slug":
                field.widget = LineInput(field.widget.attrs)
            if hasattr(getattr(field, "queryset", None), "ordered_by_name"):
                field.iterator = KnownChoices
                field.queryset = field.queryset.ordered_by_name()

    def clean(self) -> dict[str, Any]:
        """Number the address of a headline that a sibling has too; a chosen address is refused where it is taken."""
        slug, page = self.cleaned_data.get("slug"), self.instance
        made = slugify(self.cleaned_data.get("title") or "", self._language())
        if slug and self._is_provisional(slug):
            slug = self.cleaned_data["slug"] = ""
        siblings = self.parent_page.get_children().exclude(pk=page.pk)
        is_public = bool(page.pk and page.live)
        if slug and slug == made and not is_public and siblings.filter(slug=slug).exists():
            self.cleaned_data["slug"] = ""
        cleaned: dict[str, Any] = super().clean()
        main_topic = cleaned.get("main_topic")
        if main_topic and main_topic not in cleaned.get("topics", ()):
            self.add_error("main_topic", _("Choose one of the topics that are marked above."))
        return cleaned

    def _is_provisional(self, slug: str) -> bool:
        """Tell whether an address is that of a draft without a headline: it is made anew, until readers know it."""
        return slug.startswith(slugify("", self._language())) and not (self.instance.pk and self.instance.live)

    def _language(self) -> str:
        return str((self.instance if self.instance.locale_id else self.parent_page).locale.language_code)


class RemarksFormSet(CommentFormSet):
    """Wagtail's comments; a form without them, sent before the editor's script wrote their fields, changes none."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and f"{self.prefix}-TOTAL_FORMS" not in self.data:
            self.data = {f"{self.prefix}-TOTAL_FORMS": "0", f"{self.prefix}-INITIAL_FORMS": "0"}


class RemarksPanel(CommentPanel):
    def get_form_options(self) -> Any:
        options = super().get_form_options()
        options["formsets"][COMMENTS_RELATION_NAME]["formset"] = RemarksFormSet
        return options


class CompletenessPanel(Panel):
    """The outline of the text and what it still lacks; the editor's script keeps both current after each save."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "chorsu_articles/admin/completeness_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Return what the panel shows at first; the script asks ``check_url`` for news."""
            saved = self.instance.pk
            name, key = ("check", saved) if saved else ("check_new", self.form.parent_page.pk)
            return {
                **super().get_context_data(parent_context),
                "user": self.request.user,
                "saved_url": reverse("chorsu_articles_admin:check", args=[0]),
                "check_url": reverse(f"chorsu_articles_admin:{name}", args=[key]),
                "suggestions_url": reverse("chorsu_articles_admin:suggestions", args=[0]),
            }


class OffersPanel(Panel):
    """What the text names, for the fields below; the editor's script keeps it current after each save."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "chorsu_articles/admin/offers_panel.html"


def plain_title() -> TitleFieldPanel:
    return TitleFieldPanel("title", heading=_("Title"), placeholder=_("Title"))


def address_panels() -> list[MultiFieldPanel]:
    helps = {
        "slug": _("Last part of the address. Made from the headline; Latin letters only."),
        "seo_title": _("For search engines and browser tabs. Left empty, it is the headline."),
        "search_description": _("For search engines and social networks. Left empty, it is the beginning of the lead."),
    }
    panels = [FieldPanel(name, help_text=text) for name, text in helps.items()]
    return [MultiFieldPanel(panels, heading=_("Address and search engines"))]


WRITING = [
    TitleFieldPanel(
        "title",
        heading=_("Headline"),
        placeholder=_("Headline"),
        help_text=_("What happened, in one line."),
        required_on_save=False,
    ),
    FieldPanel("lead"),
    FieldPanel("body"),
    MultiFieldPanel(
        [FieldPanel("main_picture"), FieldPanel("main_picture_caption"), FieldPanel("main_picture_alt")],
        heading=_("Main picture"),
    ),
    MultipleChooserPanel(
        "author_links",
        chooser_field_name="person",
        heading=_("Authors"),
        label=pgettext_lazy("add to the byline", "Author"),
        help_text=_("In the order of the byline. Drag to change it."),
    ),
]
SUBJECTS = [
    MultiFieldPanel(
        [
            FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
            FieldPanel("main_topic", widget=forms.Select),
            FieldPanel("countries", widget=forms.CheckboxSelectMultiple),
        ],
        heading=_("Topics and countries"),
        help_text=_("What the text is about: readers filter and search by these."),
    ),
]
AFTERWARDS = [
    MultipleChooserPanel(
        "translator_links",
        chooser_field_name="person",
        heading=_("Translators"),
        label=pgettext_lazy("add to the byline", "Translator"),
        classname="collapsed",
    ),
    InlinePanel(
        "corrections",
        heading=_("Corrections"),
        label=_("Correction"),
        help_text=_("Shown to readers below the text, the day and what was wrong."),
        panels=[FieldPanel("date", read_only=True), FieldPanel("text")],
        classname="collapsed",
    ),
]
DATES = [FieldPanel("published_on"), PublishingPanel(), RemarksPanel()]


def publication_panels(*own: Panel, after_lead: Sequence[Panel] = ()) -> list[Panel]:
    """Return the form of a kind of publication: a kind's own panels stand below the text, or just below the lead."""
    completeness = CompletenessPanel(heading=_("Before submission: outline and what is missing"))
    offered = OffersPanel(heading=_("From the text"))
    return [*WRITING[:2], *after_lead, *WRITING[2:], offered, *own, *SUBJECTS, *AFTERWARDS, completeness]

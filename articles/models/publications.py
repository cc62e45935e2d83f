"""What the newsroom publishes: analytical articles and reports of events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from articles.blocks import ParticipantBlock, PublicationBody, ReferenceBlock
from articles.models.base import NewsroomPage
from articles.models.fields import VocabularyField
from articles.models.pages import SectionPage
from articles.models.pictures import Picture
from articles.models.publication_rows import BylineName, public_names
from articles.models.vocabularies import Country, Organisation, Topic
from articles.panels import ANALYSIS, DATES, EVENT_REPORT, address_panels

WORDS_PER_MINUTE = 180
DESCRIPTION_LENGTH = 160


class PublicationQuerySet(PageQuerySet):
    """Publications in the order of lists; ``articles.selectors`` knows what readers may ask for."""

    def newest_first(self) -> PublicationQuerySet:
        """Order as every list shows them."""
        result: PublicationQuerySet = self.order_by("-published_on", "-pk")
        return result


PublicationManager = PageManager.from_queryset(PublicationQuerySet)


class Publication(NewsroomPage):
    """What articles and event reports have in common; ``title`` is the headline.

    A table of its own rather than an abstract class, so that a list across kinds is one query:
    docs/decisions/publication-table.md.
    """

    lead = models.TextField(
        _("lead"),
        max_length=600,
        blank=True,
        help_text=_("One or two sentences: what happened and why it matters. Shown in lists and search results."),
    )
    body = StreamField(PublicationBody(), verbose_name=_("text"), blank=True)
    main_picture = models.ForeignKey(
        Picture,
        verbose_name=_("main picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown above the text and in lists."),
    )
    main_picture_caption = models.CharField(
        _("caption"), max_length=500, blank=True, help_text=_("What the picture shows. Credit comes from the library.")
    )
    main_picture_alt = models.CharField(
        _("alternative text"),
        max_length=500,
        blank=True,
        help_text=_("What somebody who can't see the picture should know. Not the caption again."),
    )
    topics = VocabularyField(Topic, verbose_name=_("topics"), blank=True, related_name="publications")
    countries = VocabularyField(Country, verbose_name=_("countries"), blank=True, related_name="publications")
    published_on = models.DateTimeField(
        _("published on"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("The date that readers see. Left empty, it is the moment of the first publication."),
    )
    word_count = models.PositiveIntegerField(default=0, editable=False)

    objects = PublicationManager()

    is_creatable = False
    promote_panels = address_panels()
    settings_panels = DATES
    # A copy and a translation have a first publication of their own.
    exclude_fields_in_copy = ["published_on"]
    # Filled in by publishing itself, or counted: no change of what was approved.
    unhashed_fields = ["published_on", "word_count"]
    readable_fields = ["title", "lead", "main_picture_caption", "main_picture_alt", "body"]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the number of words and, once live, the date of publication."""
        if self.live and self.published_on is None:
            self.published_on = self.first_published_at or timezone.now()
        super().save(*args, **kwargs)

    def prepare(self) -> None:
        """Bring the text into NFC and count its words."""
        super().prepare()
        self.word_count = self.count_words()

    def count_words(self) -> int:
        """Return the number of words of headline, lead and text."""
        texts = [self.title, self.lead]
        if "body" not in self.get_deferred_fields():
            body = self._meta.get_field("body")
            texts += body.get_searchable_content(body.value_from_object(self))
        return sum(len(text.split()) for text in texts)

    @property
    def reading_minutes(self) -> int:
        """Return how long reading takes, in minutes and at least one."""
        return max(1, round(self.word_count / WORDS_PER_MINUTE))

    @property
    def description(self) -> str:
        """Return the description for search engines: the page's own, else the beginning of the lead."""
        return self.search_description or Truncator(self.lead).chars(DESCRIPTION_LENGTH)

    @property
    def date(self) -> datetime | None:
        """Return the date that readers see."""
        return self.published_on or self.first_published_at

    @property
    def event(self) -> EventReportPage | None:
        """Return the event report that this publication is, or None for an article.

        Costs no query where the list came from ``articles.selectors``.
        """
        if isinstance(self, EventReportPage):
            return self
        if type(self) is not Publication:
            return None
        try:
            report: EventReportPage = self.eventreportpage
        except EventReportPage.DoesNotExist:
            return None
        return report

    @property
    def byline(self) -> list[BylineName]:
        """Return the authors as readers may see them; several withheld names become one."""
        return public_names([link.person for link in self.author_links.all()])

    @property
    def translator_byline(self) -> list[BylineName]:
        """Return the translators as readers may see them; several withheld names become one."""
        return public_names([link.person for link in self.translator_links.all()])


def lists_kind(parent: Page, kind: str) -> bool:
    """Tell whether ``parent`` is a section that lists ``kind``."""
    section = parent.specific
    return isinstance(section, SectionPage) and section.kind == kind


class AnalysisPage(Publication):
    """An analytical article."""

    key_points = StreamField(
        [("point", blocks.CharBlock(label=_("Point"), leaf_role="lead"))],
        verbose_name=_("key points"),
        blank=True,
        help_text=_("Two to five sentences that a hurried reader takes away."),
    )
    references = StreamField(
        [("reference", ReferenceBlock())],
        verbose_name=_("references"),
        blank=True,
        help_text=_("Works that the analysis rests on."),
    )

    objects = PublicationManager()

    parent_page_types = ["chorsu_articles.SectionPage"]
    subpage_types: list[str] = []
    template = "articles/analysis_page.html"
    content_panels = ANALYSIS
    readable_fields = [*Publication.readable_fields[:4], "key_points", "body", "references"]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Tell whether the section lists this kind."""
        return super().can_create_at(parent) and lists_kind(parent, SectionPage.Kind.ANALYSIS)


class EventReportPage(Publication):
    """A report of an event: what was said there, when, where and by whom."""

    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Leave empty for an event of one day.")
    )
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
        help_text=_("Where the event was held. What it was about goes to “Topics and countries”."),
    )
    organisers = VocabularyField(
        Organisation, verbose_name=_("organisers"), blank=True, related_name="organised_events"
    )
    participants = StreamField([("participant", ParticipantBlock())], verbose_name=_("participants"), blank=True)
    documents = StreamField(
        [("document", DocumentChooserBlock(label=_("Document")))],
        verbose_name=_("documents of the event"),
        blank=True,
        help_text=_("Programme, presentations, resolution."),
    )

    objects = PublicationManager()

    parent_page_types = ["chorsu_articles.SectionPage"]
    subpage_types: list[str] = []
    template = "articles/event_report_page.html"
    content_panels = EVENT_REPORT
    readable_fields = [*Publication.readable_fields, "venue", "city", "participants"]

    class Meta:
        verbose_name = _("event report")
        verbose_name_plural = _("event reports")

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Tell whether the section lists this kind."""
        return super().can_create_at(parent) and lists_kind(parent, SectionPage.Kind.EVENTS)

    def clean(self) -> None:
        """Refuse an event that ends before it begins."""
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})

    @property
    def last_day(self) -> Any:
        """Return the last day where the event took more than one."""
        return self.ends_on if self.ends_on and self.ends_on != self.starts_on else None

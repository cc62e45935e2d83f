"""Front page, sections, information, and our kinds of publications: articles and event reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.snippets.widgets import AdminSnippetChooser

from chorsu_articles.blocks import FrontBlocks, text
from chorsu_articles.missing import Missing
from chorsu_articles.models.fields import VocabularyField
from chorsu_articles.models.publications import NewsroomPage, Publication, kind_choices, publication_kinds
from chorsu_articles.models.vocabularies import Country, Organisation
from chorsu_articles.panels import plain_title, publication_panels


class HomePage(NewsroomPage):
    introduction = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("A sentence about the newsroom, below its name.")
    )
    arrangement = StreamField(
        FrontBlocks(),
        verbose_name=_("arrangement"),
        blank=True,
        help_text=_(
            "What the page shows, from the top. Lists pick a story once; the latest and the calendar are complete. "
            "Left empty: the newest story leads, and the newest of each section follow."
        ),
    )

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["chorsu_articles.SectionPage", "chorsu_articles.InfoPage"]
    template = "chorsu_articles/home_page.html"
    content_panels = [plain_title(), FieldPanel("introduction"), FieldPanel("arrangement")]
    readable_fields = ["title", "introduction", "arrangement"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class SectionPage(NewsroomPage):
    """A section: lists publications of one kind, newest first, by country, topic and year."""

    kind = models.CharField(_("lists"), max_length=50, choices=kind_choices, default="analysis")
    introduction = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("A sentence about the section, below its name.")
    )
    arrangement = StreamField(
        FrontBlocks(),
        verbose_name=_("arrangement"),
        blank=True,
        help_text=_(
            "What stands above the list of the section's stories. Lists pick a story once; the latest and the calendar "
            "are complete."
        ),
    )

    template = "chorsu_articles/section_page.html"
    query_parameters = ("country", "topic", "year", "page")
    content_panels = [plain_title(), FieldPanel("kind"), FieldPanel("introduction"), FieldPanel("arrangement")]
    readable_fields = ["title", "introduction", "arrangement"]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @classmethod
    def clean_subpage_models(cls) -> list[type[Page]]:
        """Return every kind of publication; ``Publication.can_create_at`` allows the one that the section lists."""
        return list(publication_kinds())


class InfoPage(NewsroomPage):
    body = RichTextField(
        _("text"), blank=True, features=["h2", "h3", "bold", "italic", "link", "document-link", "ol", "ul", "hr"]
    )

    subpage_types: list[str] = []
    template = "chorsu_articles/info_page.html"
    content_panels = [plain_title(), FieldPanel("body")]
    readable_fields = ["title", "body"]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")


class AnalysisPage(Publication):
    kind = "analysis"
    kind_plural = _("Analysis")
    schema_type = "AnalysisNewsArticle"

    key_points = StreamField(
        [("point", text.LineBlock(label=_("Point"), leaf_role="lead"))],
        verbose_name=_("key points"),
        blank=True,
        help_text=_("Two to five sentences that a hurried reader takes away."),
    )
    references = StreamField(
        [("reference", text.ReferenceBlock())],
        verbose_name=_("references"),
        blank=True,
        help_text=_("Works that the analysis rests on."),
    )

    template = "chorsu_articles/analysis_page.html"
    content_panels = publication_panels(FieldPanel("references"), after_lead=[FieldPanel("key_points")])
    readable_fields = [*Publication.readable_fields[:4], "key_points", "body", "references", "corrections"]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")


COUNTRY_CHOOSER = AdminSnippetChooser(
    Country,
    # Wagtail puts the model's name into a sentence, which gives a wrong case in languages that have cases.
    choose_one_text=_("Choose a country"),
    choose_another_text=_("Choose another country"),
    link_to_chosen_text=_("Edit this country"),
    icon="globe",
)
EVENT = [
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
            FieldPanel("venue", help_text=_("Building or hall, as participants call it.")),
            FieldRowPanel([FieldPanel("city"), FieldPanel("country", widget=COUNTRY_CHOOSER)]),
            FieldPanel("organisers", widget=forms.CheckboxSelectMultiple),
        ],
        heading=_("Facts of the event"),
    ),
    FieldPanel("participants"),
    FieldPanel("documents"),
]


class EventReportPage(Publication):
    kind = "events"
    kind_plural = _("Event reports")
    # Translators: readers see this
    kind_label = _("Event report")
    kind_facts_template = "chorsu_articles/includes/event_card_facts.html"
    place_fields = ("city", "venue")
    day_fields = ("starts_on", "ends_on")
    reports_past_days = True
    people_field = "participants"

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
    participants = StreamField([("participant", text.ParticipantBlock())], verbose_name=_("participants"), blank=True)
    documents = StreamField(
        [("document", DocumentChooserBlock(label=_("Document")))],
        verbose_name=_("documents of the event"),
        blank=True,
        help_text=_("Programme, presentations, resolution."),
    )

    template = "chorsu_articles/event_report_page.html"
    content_panels = publication_panels(*EVENT)
    readable_fields = [*Publication.readable_fields[:-1], "venue", "city", "participants", "corrections"]

    class Meta:
        verbose_name = _("event report")
        verbose_name_plural = _("event reports")

    def clean(self) -> None:
        super().clean()
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})

    @property
    def last_day(self) -> Any:
        return self.ends_on if self.ends_on and self.ends_on != self.starts_on else None

    @property
    def is_ahead(self) -> bool:
        """Tell whether the event isn't over, as the calendar counts: nothing can be reported of it yet."""
        last = self.ends_on or self.starts_on
        return last is not None and last >= timezone.localdate()

    @classmethod
    def label_of(cls, publication: Publication) -> str | Promise:
        # Translators: readers see this
        return _("Event") if cast("EventReportPage", publication.kind_page).is_ahead else cls.kind_label

    @property
    def schema_type(self) -> str:  # type: ignore[override]
        return "NewsArticle" if self.is_ahead else "ReportageNewsArticle"

    def missing_facts(self) -> Iterator[Missing]:
        if self.starts_on is None:
            yield Missing("starts_on", "date", gettext("The date of the event is missing."))
        if not (self.city.strip() or self.venue.strip()):
            yield Missing("city", "place", gettext("The place of the event is missing."))

    def structured_facts(self) -> dict[str, Any]:
        """Return the event as what the page is about, once its day and place are known."""
        place = {"addressLocality": self.city, "addressCountry": self.country.code if self.country else ""}
        address = {key: value for key, value in place.items() if value}
        if not self.starts_on or not (self.venue or address):
            return {}
        name = self.venue or self.city or (self.country.localized_name() if self.country else "")
        located = {"address": {"@type": "PostalAddress", **address}} if address else {}
        event = {
            "@type": "Event",
            "name": self.title,
            "description": self.description,
            "startDate": self.starts_on.isoformat(),
            "endDate": (self.ends_on or self.starts_on).isoformat(),
            # What takes place on its day was "scheduled" afterwards, too; what has a place has people there.
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "location": {"@type": "Place", "name": name, **located},
            "organizer": [
                {"@type": "Organization", "name": row.localized_name(), **({"url": row.website} if row.website else {})}
                for row in self.organisers.all()
            ],
        }
        return {"about": [{key: value for key, value in event.items() if value}]}

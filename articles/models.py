"""What the newsroom publishes, and the vocabularies that publications share.

Page content lives in Wagtail's locale trees, a page per language. What languages share (topics, countries, people,
organisations, pictures' suggested texts) is one row whose translated fields django-modeltranslation adds: see
``articles.translation``.
"""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Orderable, Page

from articles.blocks import ParticipantBlock, PublicationBody, ReferenceBlock


class Picture(AbstractImage):
    """A picture of the library.

    Credit and licence are shown live from here; caption and alternative text are suggestions that a page copies.
    """

    credit = models.CharField(_("credit"), max_length=255, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    caption = models.CharField(_("suggested caption"), max_length=500, blank=True)
    alt_text = models.CharField(_("suggested alternative text"), max_length=500, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "credit", "licence", "caption", "alt_text")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class PictureRendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="unique_picture_rendition"
            ),
        ]


class Topic(models.Model):
    """What a publication is about."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the topic's page in the active language."""
        return reverse("articles:topic", args=[self.slug])


class Country(models.Model):
    """A country, with its name from CLDR in every language of the table."""

    code = models.CharField(_("code"), max_length=2, unique=True, help_text=_("Two letters, ISO 3166-1"))
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the country's page in the active language."""
        return reverse("articles:country", args=[self.code.lower()])


class Organisation(models.Model):
    """An organisation that appears in publications."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=200, unique=True)
    description = models.TextField(_("description"), blank=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the organisation's page in the active language."""
        return reverse("articles:organisation", args=[self.slug])


class Person(models.Model):
    """An author or translator. With the name withheld, readers see "Editorial staff" everywhere."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=200, unique=True)
    position = models.CharField(_("position"), max_length=200, blank=True)
    about = models.TextField(_("about"), blank=True)
    photo = models.ForeignKey(
        Picture, verbose_name=_("photo"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name_withheld = models.BooleanField(
        _("name withheld"),
        default=False,
        help_text=_("Readers see “Editorial staff” instead, in every language."),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str | None:
        """Return the person's page in the active language, or None where the name is withheld."""
        return None if self.name_withheld else reverse("articles:person", args=[self.slug])

    @property
    def public_name(self) -> str:
        """Return the name that readers may see, in the active language."""
        return gettext("Editorial staff") if self.name_withheld else self.name


class HomePage(Page):
    """The front page of one language."""

    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    max_count = None
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["chorsu_articles.SectionPage", "chorsu_articles.InfoPage"]
    template = "articles/home_page.html"
    content_panels = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class SectionPage(Page):
    """A section: lists publications of one kind, newest first, by country, topic and year."""

    class Kind(models.TextChoices):
        ANALYSIS = "analysis", _("Analysis")
        EVENTS = "events", _("Event reports")

    kind = models.CharField(_("lists"), max_length=10, choices=Kind, default=Kind.ANALYSIS)
    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    parent_page_types = ["chorsu_articles.HomePage"]
    subpage_types = ["chorsu_articles.AnalysisPage", "chorsu_articles.EventReportPage"]
    template = "articles/section_page.html"
    content_panels = [*Page.content_panels, FieldPanel("kind"), FieldPanel("introduction")]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")


class InfoPage(Page):
    """A page about the newsroom itself."""

    body = RichTextField(_("text"), blank=True)

    parent_page_types = ["chorsu_articles.HomePage"]
    subpage_types: list[str] = []
    template = "articles/info_page.html"
    content_panels = [*Page.content_panels, FieldPanel("body")]
    readable_fields = ["title", "body"]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")


class Publication(Page):
    """What articles and event reports have in common; ``title`` is the headline.

    A table of its own rather than an abstract class, so that a list across kinds is one query:
    docs/decisions/publication-table.md.
    """

    lead = models.TextField(_("lead"), max_length=600, blank=True)
    body = StreamField(PublicationBody(), verbose_name=_("text"), blank=True)
    main_picture = models.ForeignKey(
        Picture,
        verbose_name=_("main picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    main_picture_caption = models.CharField(_("caption"), max_length=500, blank=True)
    main_picture_alt = models.CharField(_("alternative text"), max_length=500, blank=True)
    topics = ParentalManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="publications")
    countries = ParentalManyToManyField(Country, verbose_name=_("countries"), blank=True, related_name="publications")
    published_on = models.DateTimeField(
        _("published on"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Filled in at the first publication."),
    )
    word_count = models.PositiveIntegerField(default=0, editable=False)

    is_creatable = False
    readable_fields = ["title", "lead", "main_picture_caption", "main_picture_alt", "body"]

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")


class PublicationAuthor(Orderable):
    """A place in the byline."""

    page = ParentalKey(Publication, on_delete=models.CASCADE, related_name="author_links")
    person = models.ForeignKey(Person, verbose_name=_("author"), on_delete=models.PROTECT, related_name="authorships")


class PublicationTranslator(Orderable):
    """A place in the line of translators."""

    page = ParentalKey(Publication, on_delete=models.CASCADE, related_name="translator_links")
    person = models.ForeignKey(
        Person, verbose_name=_("translator"), on_delete=models.PROTECT, related_name="translations"
    )


class Correction(Orderable):
    """A correction that readers see below the text."""

    page = ParentalKey(Publication, on_delete=models.CASCADE, related_name="corrections")
    date = models.DateField(_("date"))
    text = models.TextField(_("correction"))


class AnalysisPage(Publication):
    """An analytical article."""

    key_points = StreamField(
        [("point", blocks.CharBlock(label=_("Point"), leaf_role="lead"))],
        verbose_name=_("key points"),
        blank=True,
    )
    references = StreamField([("reference", ReferenceBlock())], verbose_name=_("references"), blank=True)

    parent_page_types = ["chorsu_articles.SectionPage"]
    subpage_types: list[str] = []
    template = "articles/analysis_page.html"
    readable_fields = [*Publication.readable_fields[:4], "key_points", "body", "references"]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")


class EventReportPage(Publication):
    """A report of an event: what was said there, when, where and by whom."""

    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
    )
    organisers = ParentalManyToManyField(
        Organisation, verbose_name=_("organisers"), blank=True, related_name="organised_events"
    )
    participants = StreamField([("participant", ParticipantBlock())], verbose_name=_("participants"), blank=True)
    documents = StreamField(
        [("document", DocumentChooserBlock(label=_("Document")))],
        verbose_name=_("documents of the event"),
        blank=True,
    )

    parent_page_types = ["chorsu_articles.SectionPage"]
    subpage_types: list[str] = []
    template = "articles/event_report_page.html"
    readable_fields = [*Publication.readable_fields, "venue", "city", "participants"]

    class Meta:
        verbose_name = _("event report")
        verbose_name_plural = _("event reports")

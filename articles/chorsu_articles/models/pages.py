"""Pages that are not publications: front page, sections, information."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from chorsu_articles.blocks.front import FrontBlocks
from chorsu_articles.models.base import NewsroomPage
from chorsu_articles.models.kinds import kind_choices, publication_kinds
from chorsu_articles.panels import address_panels, plain_title

INFO_FEATURES = ["h2", "h3", "bold", "italic", "link", "document-link", "ol", "ul", "hr"]


class HomePage(NewsroomPage):
    """The front page of one language."""

    introduction = models.CharField(
        _("introduction"), max_length=300, blank=True, help_text=_("A sentence about the newsroom, below its name.")
    )
    arrangement = StreamField(
        FrontBlocks(),
        verbose_name=_("arrangement"),
        blank=True,
        help_text=_(
            "What the page shows, from the top. A story stands on it once. Left empty: the newest story leads, and the "
            "newest of each section follow."
        ),
    )

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["chorsu_articles.SectionPage", "chorsu_articles.InfoPage"]
    template = "chorsu_articles/home_page.html"
    content_panels = [plain_title(), FieldPanel("introduction"), FieldPanel("arrangement")]
    promote_panels = address_panels()
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
        help_text=_("What stands above the list of the section's stories. A story stands on the page once."),
    )

    template = "chorsu_articles/section_page.html"
    query_parameters = ("country", "topic", "year", "page")
    content_panels = [plain_title(), FieldPanel("kind"), FieldPanel("introduction"), FieldPanel("arrangement")]
    promote_panels = address_panels()
    readable_fields = ["title", "introduction", "arrangement"]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @classmethod
    def clean_subpage_models(cls) -> list[type[Page]]:
        """Return every kind of publication; ``Publication.can_create_at`` lets in the one that the section lists."""
        return list(publication_kinds())


class InfoPage(NewsroomPage):
    """A page about the newsroom itself."""

    body = RichTextField(_("text"), blank=True, features=INFO_FEATURES)

    subpage_types: list[str] = []
    template = "chorsu_articles/info_page.html"
    content_panels = [plain_title(), FieldPanel("body")]
    promote_panels = address_panels()
    readable_fields = ["title", "body"]

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")

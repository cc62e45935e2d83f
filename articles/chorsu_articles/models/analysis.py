"""Analytical articles."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from chorsu_articles.blocks import ReferenceBlock
from chorsu_articles.models.publications import Publication
from chorsu_articles.panels import publication_panels


class AnalysisPage(Publication):
    """An analytical article."""

    kind = "analysis"
    kind_plural = _("Analysis")
    schema_type = "AnalysisNewsArticle"

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

    template = "chorsu_articles/analysis_page.html"
    content_panels = publication_panels(FieldPanel("references"), after_lead=[FieldPanel("key_points")])
    readable_fields = [*Publication.readable_fields[:4], "key_points", "body", "references", "corrections"]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

"""A kind of publication that a newsroom adds: its own fields refer to a country and to organisations."""

from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel

from chorsu_articles.models import Country, Organisation, Publication, VocabularyField
from chorsu_articles.panels import publication_panels


class PodcastPage(Publication):
    """An episode of a podcast."""

    kind = "podcasts"
    kind_label = "Подкаст"
    kind_facts_template = "outlet/podcast_card_facts.html"
    schema_type = "PodcastEpisode"

    minutes = models.PositiveIntegerField(null=True, blank=True)
    recorded_in = models.ForeignKey(Country, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partners = VocabularyField(Organisation, blank=True, related_name="+")

    template = "chorsu_articles/publication_page.html"
    content_panels = publication_panels(FieldPanel("minutes"), FieldPanel("recorded_in"), FieldPanel("partners"))

    class Meta:
        verbose_name_plural = "подкасты"

"""Addresses of sitemap and robots, and below a language prefix of feeds and drawn pictures."""

from __future__ import annotations

from django.urls import path

from cms.outlet.views import urlpatterns as outlet_patterns
from cms.reader import cards, sitemaps, views
from cms.reader.feeds import LatestFeed, SectionFeed

plain_patterns = [
    *outlet_patterns,
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, name="sitemap"),
]
language_patterns = [
    path("cards/<slug:kind>/<int:pk>/<slug:digest>.png", cards.card, name="card"),
    path("feed/", LatestFeed(), name="feed"),
    path("feed/<slug:slug>/", SectionFeed(), name="section_feed"),
]

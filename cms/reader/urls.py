"""Addresses for machines, and below a language prefix of feeds."""

from __future__ import annotations

from django.urls import path

from cms.outlet.views import urlpatterns as outlet_patterns
from cms.reader import sitemaps, views
from cms.reader.feeds import DzenFeed, LatestFeed, RowFeed, SectionFeed

plain_patterns = [
    *outlet_patterns,
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security, name="security"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("apple-touch-icon.png", views.touch_icon, name="touch_icon"),
    path("sitemap.xml", sitemaps.index, name="sitemap_index"),
    path("sitemap-news.xml", sitemaps.news, name="sitemap_news"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, name="sitemap"),
]
language_patterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("feed/", LatestFeed(), name="feed"),
    path("feed/<slug:slug>/", SectionFeed(), name="section_feed"),
    path("dzen.xml", DzenFeed(), name="dzen_feed"),
    path("topics/<slug:key>/feed/", RowFeed("topic"), name="topic_feed"),
    path("countries/<slug:key>/feed/", RowFeed("country"), name="country_feed"),
    path("people/<slug:key>/feed/", RowFeed("person"), name="person_feed"),
]

"""Addresses of the site."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.reader import urls as reader_urls
from cms.reader.routing import serve

urlpatterns = [
    path("", include(reader_urls.plain_patterns)),
    path("admin/", include("cms.newsroom.urls")),
    path("", include("cms.languages.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("feedback/", include("feedback.urls")),
    # Only with DEBUG; on the internet the web server hands out uploaded files.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
urlpatterns += i18n_patterns(
    path("", include(reader_urls.language_patterns)),
    path("", include("articles.urls")),
    path("", include("search.urls")),
    re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
    path("", include(wagtail_urls)),
    prefix_default_language=True,
)

"""Addresses of the site."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.languages import views
from cms.newsroom.views import InvitationView
from cms.reader import urls as reader_urls
from cms.reader.routing import serve

handler500 = "cms.reader.views.server_error"

urlpatterns = [
    path("", include(reader_urls.plain_patterns)),
    # Answering an invitation needs no account.
    path("admin/invitation/<uidb64>/<token>/", InvitationView.as_view(), name="invitation"),
    path("", views.root, name="root"),
    path("language/<str:code>/", views.choose, name="choose_language"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include("chorsu_articles.document_urls")),
    path("feedback/", include("chorsu_feedback.urls")),
    # Only with DEBUG; on the internet the web server hands out uploaded files.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
urlpatterns += i18n_patterns(
    path("", include(reader_urls.language_patterns)),
    path("", include("chorsu_articles.urls")),
    path("", include("chorsu_search.urls")),
    # Wagtail's forms for private pages, and our way to find a page instead of Wagtail's.
    *(pattern for pattern in wagtail_urls.urlpatterns if pattern.name != "wagtail_serve"),
    re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
    prefix_default_language=True,
)

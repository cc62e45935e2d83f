"""Addresses of the site."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp_webauthn.urls import urlpatterns as passkeys
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.account import LogoutView
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms import languages
from cms.newsroom.invitations import InvitationView
from cms.newsroom.second_factor import SecondFactorView, half_signed_in
from cms.reader import feeds, frame, machines
from cms.reader.routing import serve
from cms.request_checks import member

handler500 = "cms.reader.routing.server_error"

# Wagtail's view refuses other methods than POST and deletes the session's cookie all the same.
log_out = never_cache(require_POST(require_admin_access(LogoutView.as_view())))

urlpatterns = [
    path("accent-<colour:light>-<colour:dark>.css", machines.accent, name="accent"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("favicon.ico", machines.icon, {"name": "favicon.ico"}, name="favicon"),
    path("apple-touch-icon.png", machines.icon, {"name": "touch-icon.png"}, name="touch_icon"),
    path("sitemap.xml", machines.index, name="sitemap_index"),
    path("sitemap-news.xml", machines.news, name="sitemap_news"),
    path("sitemap-<slug:section>.xml", machines.sitemap, name="sitemap"),
    # Answering an invitation needs no account.
    path("admin/invitation/<uidb64>/<token>/", InvitationView.as_view(), name="invitation"),
    path("admin/second-factor/", half_signed_in(SecondFactorView.as_view()), name="second_factor"),
    path("admin/second-factor/passkeys/", include((decorate_urlpatterns(passkeys, half_signed_in), "otp_webauthn"))),
    path("admin/logout/", log_out, name="wagtailadmin_logout"),
    path("", languages.root, name="root"),
    path("language/<str:code>/", languages.choose, name="choose_language"),
    # For the proxy alone.
    path("member/", member, name="member"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include("chorsu_articles.document_urls")),
    path("feedback/", include("chorsu_feedback.urls")),
    path("guest/", include("chorsu_editorial.urls")),
    # Only with DEBUG; on the internet the web server hands out uploaded files.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]
urlpatterns += i18n_patterns(
    path("manifest.webmanifest", machines.manifest, name="manifest"),
    path("card-<slug:digest>.png", machines.card, name="card"),
    path("feed/", feeds.latest, name="feed"),
    path("feed/<slug:slug>/", feeds.of_section, name="section_feed"),
    path("dzen.xml", feeds.dzen, name="dzen_feed"),
    path("topics/<slug:key>/feed/", feeds.of_row, {"kind": "topic"}, name="topic_feed"),
    path("countries/<slug:key>/feed/", feeds.of_row, {"kind": "country"}, name="country_feed"),
    path("people/<slug:key>/feed/", feeds.of_row, {"kind": "person"}, name="person_feed"),
    *(path(f"{name}/", frame.names, {"model": model}, name=name) for model, (name, _title) in frame.LISTED.items()),
    path("corrections-and-retractions/", frame.corrections, name="corrections"),
    path("", include("chorsu_articles.urls")),
    path("", include("chorsu_search.urls")),
    # Wagtail's forms for private pages, and our way to find a page instead of Wagtail's.
    *(pattern for pattern in wagtail_urls.urlpatterns if pattern.name != "wagtail_serve"),
    re_path(wagtail_urls.serve_pattern, serve, name="wagtail_serve"),
    prefix_default_language=True,
)

"""Addresses of the admin's helpers, below ``/admin/articles/``."""

from __future__ import annotations

from django.urls import path

from articles.admin import pasting, pictures, session, views

app_name = "articles_admin"
urlpatterns = [
    path("slug/", views.slug, name="slug"),
    path("suggestions/<int:picture_id>/", views.suggestions, name="suggestions"),
    path("paste/", pasting.paste, name="paste"),
    path("caption-line/", pasting.caption_line, name="caption_line"),
    path("pictures/together/", pictures.together, name="pictures_together"),
    path("pictures/upload/", pictures.upload, name="upload_picture"),
    path("pictures/<int:picture_id>/credit/", pictures.credit, name="picture_credit"),
    path("session/", session.session, name="session"),
    path("check/<int:page_id>/", views.check_page, name="check"),
    path("check/<slug:model_name>/below/<int:parent_id>/", views.check_new_page, name="check_new"),
]

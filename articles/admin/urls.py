"""Addresses of the admin's helpers, below ``/admin/articles/``."""

from __future__ import annotations

from django.urls import path

from articles.admin import views

app_name = "articles_admin"
urlpatterns = [
    path("slug/", views.slug, name="slug"),
    path("suggestions/<int:picture_id>/", views.suggestions, name="suggestions"),
    path("check/<int:page_id>/", views.check_page, name="check"),
    path("check/<slug:model_name>/below/<int:parent_id>/", views.check_new_page, name="check_new"),
]

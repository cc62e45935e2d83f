"""Addresses of documents, in place of ``wagtail.documents.urls``."""

from __future__ import annotations

from django.urls import path, re_path
from wagtail.documents.views.serve import authenticate_with_password

from chorsu_articles.views import serve

# Wagtail's names. Python reads no number of more than 4,300 digits.
urlpatterns = [
    re_path(r"^(\d{1,18})/(.*)$", serve, name="wagtaildocs_serve"),
    path(
        "authenticate_with_password/<int:restriction_id>/",
        authenticate_with_password,
        name="wagtaildocs_authenticate_with_password",
    ),
]

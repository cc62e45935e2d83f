"""Addresses outside the language prefixes that lead into them."""

from __future__ import annotations

from django.urls import path

from cms.languages import views

urlpatterns = [
    path("", views.root, name="root"),
    path("language/<str:code>/", views.choose, name="choose_language"),
]

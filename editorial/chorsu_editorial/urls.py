"""Addresses for readers without an account; included without a language prefix."""

from __future__ import annotations

from django.urls import path

from chorsu_editorial.guest_links import guests

app_name = "chorsu_editorial"
urlpatterns = [
    path("<str:token>/", guests.cover, name="guest"),
    path("<str:token>/draft/", guests.draft, name="guest_draft"),
    path("<str:token>/remarks/", guests.remarks, name="guest_remarks"),
]

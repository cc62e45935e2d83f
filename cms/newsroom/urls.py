"""Addresses of the newsroom's own pages: answering an invitation needs no account."""

from __future__ import annotations

from django.urls import path

from cms.newsroom.views import InvitationView

urlpatterns = [
    path("invitation/<uidb64>/<token>/", InvitationView.as_view(), name="invitation"),
]

"""Reader pages of the vocabularies; included below a language prefix."""

from __future__ import annotations

from django.urls import path

from chorsu_articles import views

app_name = "chorsu_articles"
urlpatterns = [
    path("people/<slug:slug>/", views.person, name="person"),
    path("organisations/<slug:slug>/", views.organisation, name="organisation"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("countries/<slug:code>/", views.country, name="country"),
    path("calendar/<int:pk>.ics", views.event_calendar, name="event_calendar"),
]

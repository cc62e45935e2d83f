"""Addresses that readers send reports to; included without a language prefix."""

from __future__ import annotations

from django.urls import path

from feedback import views

app_name = "feedback"
urlpatterns = [
    path("report/", views.report, name="report"),
    path("report/<int:page_id>/", views.report_words, name="report_words"),
    path("report/<int:page_id>/thanks/", views.thanks, name="thanks"),
]

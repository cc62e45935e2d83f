"""Addresses that readers send reports to; included without a language prefix."""

from __future__ import annotations

from django.urls import path

from chorsu_feedback import readers

app_name = "chorsu_feedback"
urlpatterns = [
    path("report/", readers.report, name="report"),
    path("report/<int:page_id>/", readers.report_words, name="report_words"),
    path("report/<int:page_id>/thanks/", readers.thanks, name="thanks"),
]

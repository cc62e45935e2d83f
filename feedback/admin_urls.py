"""Addresses in Wagtail's admin."""

from __future__ import annotations

from django.urls import path

from feedback.views import editors

app_name = "chorsu_feedback"
urlpatterns = [
    path("", editors.ReportsView.as_view(), name="index"),
    path("results/", editors.ReportsView.as_view(results_only=True), name="index_results"),
    path("<int:pk>/", editors.detail, name="detail"),
    path("<int:pk>/close/", editors.close, name="close"),
    path("<int:pk>/reopen/", editors.reopen, name="reopen"),
]

"""Addresses in Wagtail's admin."""

from __future__ import annotations

from django.urls import path

from chorsu_feedback.views import editors, inbox

app_name = "chorsu_feedback_admin"
urlpatterns = [
    path("", inbox.ReportsView.as_view(), name="index"),
    path("results/", inbox.ReportsView.as_view(results_only=True), name="index_results"),
    path("numbers/", editors.numbers, name="numbers"),
    path("bulk/", inbox.bulk, name="bulk"),
    path("<int:pk>/", editors.detail, name="detail"),
    path("<int:pk>/close/", editors.close, name="close"),
    path("<int:pk>/duplicate/", editors.duplicate, name="duplicate"),
    path("<int:pk>/apply/", editors.apply, name="apply"),
    path("<int:pk>/elsewhere/", editors.ElsewhereView.as_view(), name="elsewhere"),
    path("<int:pk>/undo/", editors.undo, name="undo"),
    path("<int:pk>/reopen/", editors.reopen, name="reopen"),
]

"""Addresses of the admin's helpers, below ``/admin/articles/``."""

from __future__ import annotations

from django.urls import path

from chorsu_articles.admin import credit_changes, pasting, pictures, protected_names, session, views, vocabularies

app_name = "chorsu_articles_admin"
urlpatterns = [
    path("slug/", views.slug, name="slug"),
    path("suggestions/<int:picture_id>/", views.suggestions, name="suggestions"),
    path("paste/", pasting.paste, name="paste"),
    path("caption-line/", pasting.caption_line, name="caption_line"),
    path("pictures/together/", pictures.together, name="pictures_together"),
    path("pictures/upload/", pictures.upload, name="upload_picture"),
    path("pictures/<int:picture_id>/credit/", pictures.credit, name="picture_credit"),
    path("pictures/credits/", credit_changes.CreditChangesReport.as_view(), name="credit_changes"),
    path(
        "pictures/credits/results/",
        credit_changes.CreditChangesReport.as_view(results_only=True),
        name="credit_changes_results",
    ),
    path("names/", protected_names.ProtectedNamesView.as_view(), name="protected_names"),
    path("names/add/", protected_names.ProtectView.as_view(), name="protect_name"),
    path("names/<int:pk>/", protected_names.ProtectedNameView.as_view(), name="protected_name"),
    path("texts/<int:entry_id>/put-back/", vocabularies.put_text_back, name="put_text_back"),
    path("session/", session.session, name="session"),
    path("check/<int:page_id>/", views.check_page, name="check"),
    path("check/below/<int:section_id>/", views.check_new_page, name="check_new"),
]

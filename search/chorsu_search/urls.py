"""The search page; include it below a language prefix where the site has one."""

from __future__ import annotations

from django.urls import path

from chorsu_search.views import search_page

app_name = "chorsu_search"
urlpatterns = [path("search/", search_page, name="search")]

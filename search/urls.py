"""The search page; include it below a language prefix where the site has one."""

from __future__ import annotations

from django.urls import path

from search.views import search_page

urlpatterns = [path("search/", search_page, name="search")]

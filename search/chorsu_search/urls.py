"""The search page, its feed and its completions; include them below a language prefix where the site has one."""

from __future__ import annotations

from django.urls import path

from chorsu_search.views import SearchFeed, completion_list, search_page

app_name = "chorsu_search"
urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/feed/", SearchFeed(), name="feed"),
    path("search/completions/", completion_list, name="completions"),
]

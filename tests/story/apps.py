from __future__ import annotations

from django.apps import AppConfig


class StoryConfig(AppConfig):
    """Only in tests; without migrations its tables are made with the test database."""

    name = "tests.story"
    label = "story"
    default_auto_field = "django.db.models.BigAutoField"

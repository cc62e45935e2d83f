"""A model with the texts of articles that Wagtail's own search backend indexes."""

from __future__ import annotations

from typing import Any


def wagtails_model() -> Any:
    """Return a model with the texts of articles, with its table."""
    from django.db import connection, models  # noqa: PLC0415
    from wagtail.search import index  # noqa: PLC0415
    from wagtail.search.models import IndexEntry  # noqa: PLC0415

    class BenchText(index.Indexed, models.Model):
        headline = models.TextField()
        lead = models.TextField()
        body = models.TextField()
        language = models.CharField(max_length=8)
        search_fields = [
            index.SearchField("headline", boost=10),
            index.SearchField("lead", boost=4),
            index.SearchField("body"),
            index.FilterField("language"),
        ]

        class Meta:
            app_label = "story"

        def __str__(self) -> str:
            return self.headline

    if BenchText._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(BenchText)
    # What Wagtail does for models that are there when it starts.
    IndexEntry.add_generic_relations()
    return BenchText

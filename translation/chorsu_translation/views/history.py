"""Who translated, reviewed and published what: the history of an article, and the list of one's own work."""

from __future__ import annotations

import uuid
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.utils.timestamps import render_timestamp

from chorsu_locales.normal_form import no_formula
from chorsu_translation.models import PublishedVersion
from chorsu_translation.selectors.history import (
    published_versions,
    still_right_in_article,
    versions_of_article,
    work_of,
)
from chorsu_translation.selectors.rights import desk_locales

NOTHING = "–"


class VersionFilter(WagtailFilterSet):
    """Of which days and which language."""

    published_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Published"), widget=DateRangePickerWidget)

    class Meta:
        model = PublishedVersion
        fields = ("published_at", "locale")


def _article(version: PublishedVersion) -> str:
    return reverse("chorsu_translation:article_history", args=[version.translation_key])


def _language(version: PublishedVersion) -> str:
    return str(version.locale.get_display_name())


def _answered_by(version: PublishedVersion) -> str:
    """Name who approved and who published; an approval publishes, so that it is mostly one person."""
    return ", ".join(dict.fromkeys(filter(None, (version.reviewed_by, version.published_by)))) or NOTHING


def _source(version: PublishedVersion) -> str:
    """Name the source, and since when it said what was translated."""
    if not version.source_title:
        return NOTHING
    since = render_timestamp(version.source_since) if version.source_since else ""
    return f"{version.source_title} ({since})" if since else version.source_title


def _words(version: PublishedVersion) -> int:
    """Return the words of the work: of a translation those of the source that were new or changed."""
    return version.words if version.source_id is None else version.translated_words


HEADLINE = TitleColumn("title", label=gettext_lazy("Headline"), get_url=_article, width="30%")
LANGUAGE = Column("language", label=gettext_lazy("Language"), accessor=_language)
WORDS = Column("words", label=gettext_lazy("Words"), accessor=_words)
PUBLISHED = DateColumn("published_at", label=gettext_lazy("Published"))


class PublishedVersions(ReportView):
    """Lists all published versions, for everybody who works at the desk."""

    page_title = gettext_lazy("Published versions")
    header_icon = "history"
    index_url_name = "chorsu_translation:published_versions"
    index_results_url_name = "chorsu_translation:published_versions_results"
    filterset_class = VersionFilter
    columns = [
        HEADLINE,
        LANGUAGE,
        Column("translated_by", label=gettext_lazy("Written or translated by")),
        Column("answered_by", label=gettext_lazy("Approved, published by"), accessor=_answered_by),
        Column("source", label=gettext_lazy("Source"), accessor=_source, width="20%"),
        WORDS,
        PUBLISHED,
    ]
    export_headings = {
        "title": gettext_lazy("Headline"),
        "locale.language_code": gettext_lazy("Language"),
        "translated_by": gettext_lazy("Written or translated by"),
        "reviewed_by": gettext_lazy("Approved by"),
        "published_by": gettext_lazy("Published by"),
        "source_title": gettext_lazy("Source"),
        "source_since": gettext_lazy("Source of"),
        "words": gettext_lazy("Words"),
        "translated_words": gettext_lazy("Translated words"),
        "published_at": gettext_lazy("Published"),
    }
    list_export = list(export_headings)
    custom_field_preprocess = {
        name: {ReportView.FORMAT_CSV: no_formula}
        for name in ("title", "source_title", "translated_by", "reviewed_by", "published_by")
    }

    def may_see(self, user: Any) -> bool:
        """Return whether somebody works in a language."""
        return bool(desk_locales(user))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who may not see it."""
        if not self.may_see(request.user):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_filename(self) -> str:
        """Name the exported file."""
        return "published-versions"

    def get_queryset(self) -> Any:
        """Return all versions, newest first."""
        return published_versions()


class ArticleHistory(PublishedVersions):
    """Lists the published versions of an article in all its languages, deleted ones too, and what may be taken back."""

    template_name = "chorsu_translation/admin/article_history.html"

    @property
    def key(self) -> uuid.UUID:
        """Return the article's translation key."""
        found: uuid.UUID = self.kwargs["key"]
        return found

    def get_page_subtitle(self) -> str:
        """Name the article as it was called last."""
        latest = versions_of_article(self.key).first()
        return latest.title if latest else _("Nothing of it was published.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add which translations were found still right a moment ago."""
        found = [] if self.results_only or self.is_export else still_right_in_article(self.key, self.request.user)
        context: dict[str, Any] = super().get_context_data(still_right=found, **kwargs)
        return context

    def get_index_url(self) -> str:
        """Return the address of the page."""
        return reverse("chorsu_translation:article_history", args=[self.key])

    def get_index_results_url(self) -> str:
        """Return the address of its list alone."""
        return reverse("chorsu_translation:article_history_results", args=[self.key])

    def get_queryset(self) -> Any:
        """Return its versions, newest first."""
        return versions_of_article(self.key)


class OwnWork(PublishedVersions):
    """Lists what the person who looks translated or wrote, with words and dates."""

    page_title = gettext_lazy("My published work")
    columns = [HEADLINE, LANGUAGE, WORDS, PUBLISHED]
    index_url_name = "chorsu_translation:own_work"
    index_results_url_name = "chorsu_translation:own_work_results"

    def may_see(self, user: Any) -> bool:  # noqa: ARG002
        """Let everybody see what is their own, whatever they may do by now."""
        return True

    def get_filename(self) -> str:
        """Name the exported file."""
        return "my-published-work"

    def get_queryset(self) -> Any:
        """Return one's own versions, newest first."""
        return work_of(self.request.user)

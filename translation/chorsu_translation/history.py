"""What was published: of an article in all its languages, and by a person; and what of it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.utils.timestamps import render_timestamp

from chorsu_locales.menus import MenuItemFor
from chorsu_locales.normal_form import no_formula
from chorsu_translation.baselines import confirming_baseline, take_back_confirmed_current
from chorsu_translation.models import Baseline, PublishedVersion
from chorsu_translation.pages import TranslationError, has_desk

NOTHING = "–"
PUBLISHED = DateColumn("published_at", label=gettext_lazy("Published"))


def published_versions() -> QuerySet[PublishedVersion]:
    """Return the published versions, newest first."""
    versions = PublishedVersion.objects.select_related("locale", "reviewer", "publisher")
    return versions.prefetch_related("translators").order_by("-published_at", "-pk")


def work_of(user: Any) -> QuerySet[PublishedVersion]:
    """Return the versions that a person translated, or wrote."""
    return published_versions().filter(translators=user.pk)


class VersionFilter(WagtailFilterSet):
    published_at = django_filters.DateFromToRangeFilter(label=gettext_lazy("Published"), widget=DateRangePickerWidget)

    class Meta:
        model = PublishedVersion
        fields = ("published_at", "locale")


def _approved_by(version: PublishedVersion) -> str:
    """Name who approved and who published, which is mostly one person."""
    return ", ".join(dict.fromkeys(filter(None, (version.reviewed_by, version.published_by)))) or NOTHING


def _source(version: PublishedVersion) -> str:
    """Name the source, and since when it said what was translated."""
    since = f" ({render_timestamp(version.source_since)})" if version.source_since else ""
    return f"{version.source_title}{since}" if version.source_title else NOTHING


def _words(version: PublishedVersion) -> int:
    """Return the words of an original; of a translation those of the source that were new or changed."""
    return version.words if version.source_id is None else version.translated_words


HEADLINE = TitleColumn(
    "title",
    label=gettext_lazy("Headline"),
    get_url=lambda version: reverse("chorsu_translation:article_history", args=[version.translation_key]),
    width="30%",
)
LANGUAGE = Column(
    "language", label=gettext_lazy("Language"), accessor=lambda version: version.locale.get_display_name()
)
WORDS = Column("words", label=gettext_lazy("Words"), accessor=_words)


class PublishedVersions(ReportView):
    page_title = gettext_lazy("Published versions")
    header_icon = "history"
    index_url_name = "chorsu_translation:published_versions"
    index_results_url_name = "chorsu_translation:published_versions_results"
    filterset_class = VersionFilter
    columns = [
        HEADLINE,
        LANGUAGE,
        Column("translated_by", label=gettext_lazy("Written or translated by")),
        Column("approved_by", label=gettext_lazy("Approved, published by"), accessor=_approved_by),
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

    export_filename = "published-versions"
    is_of_the_desk = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self.is_of_the_desk and not has_desk(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return published_versions()


class ArticleHistory(PublishedVersions):
    """The published versions of an article in all its languages, deleted pages too, and what can be taken back."""

    template_name = "chorsu_translation/history/article_history.html"

    @property
    def key(self) -> Any:
        return self.kwargs["key"]

    def get_page_subtitle(self) -> str:
        latest = self.get_queryset().first()
        return latest.title if latest else _("Nothing of it was published.")

    def get_context_data(self, **kwargs: Any) -> Any:
        confirmed: list[Baseline] = []
        if not (self.results_only or self.is_export):
            article, user = Page.objects.filter(translation_key=self.key), self.request.user
            pages = article.filter(translation_baselines__former__isnull=False).distinct().order_by("pk")
            editable = [page for page in pages if page.permissions_for_user(user).can_edit()]
            confirmed = [found for found in map(confirming_baseline, editable) if found is not None]
        return super().get_context_data(confirmed_current=confirmed, **kwargs)

    def get_index_url(self) -> str:
        return reverse("chorsu_translation:article_history", args=[self.key])

    def get_index_results_url(self) -> str:
        return reverse("chorsu_translation:article_history_results", args=[self.key])

    def get_queryset(self) -> Any:
        return published_versions().filter(translation_key=self.key)


class OwnWork(PublishedVersions):
    """What a person translated or wrote, with words and dates."""

    page_title = gettext_lazy("My published work")
    columns = [HEADLINE, LANGUAGE, WORDS, PUBLISHED]
    index_url_name = "chorsu_translation:own_work"
    index_results_url_name = "chorsu_translation:own_work_results"
    export_filename = "my-published-work"
    is_of_the_desk = False

    def get_queryset(self) -> Any:
        return work_of(self.request.user)


def register_published_versions() -> MenuItem:
    return MenuItemFor(
        gettext_lazy("Published versions"),
        reverse("chorsu_translation:published_versions"),
        shown_to=has_desk,
        name="published-versions",
        icon_name="history",
        order=850,
    )


def register_own_work() -> MenuItem:
    return MenuItemFor(
        gettext_lazy("My published work"),
        reverse("chorsu_translation:own_work"),
        shown_to=lambda user: work_of(user).exists(),
        name="own-work",
        icon_name="user",
        order=851,
    )


def add_history(page: Page, user: Any, next_url: str = "", view_name: str = "") -> Iterator[Button]:  # noqa: ARG001
    versions = PublishedVersion.objects.filter(translation_key=page.translation_key)
    if page.pk and has_desk(user) and versions.exists():
        url = reverse("chorsu_translation:article_history", args=[page.translation_key])
        yield Button(gettext_lazy("History in all languages"), url, icon_name="history", priority=59)


@require_POST
def take_back(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take back that a translation was confirmed as current, as its history offers."""
    target = get_object_or_404(Page, pk=page_id)
    try:
        take_back_confirmed_current(target=target, user=request.user, given=request.POST.get("given", ""))
    except TranslationError as error:
        messages.error(request, str(error))
    else:
        button = messages.button(reverse("chorsu_translation:up_to_date", args=[page_id]), _("See the changes"))
        text = _("“%(title)s” is no longer marked as still right.") % {"title": target.title}
        messages.success(request, text, buttons=[button])
    return redirect("chorsu_translation:article_history", target.translation_key)

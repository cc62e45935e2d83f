"""The part of the admin's home page where texts begin and end: what one may write, own drafts, and what went live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Revision, WorkflowState
from wagtail.permissions import page_permission_policy

from chorsu_articles.models import Publication, SectionPage
from chorsu_articles.models.publications import publication_kinds
from chorsu_editorial.links import editor_url
from chorsu_locales.desk import MOST, DeskPanel, DeskRow
from chorsu_locales.selectors import enabled_codes, get_language_row, in_enabled_languages
from chorsu_locales.table import Language

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one may write: a kind in a language, and the forms of a new page, each with the title of its section."""

    kind: str
    language: Language
    forms: list[tuple[str, str]]


def offers(user: Any) -> list[Offer]:
    """Return what a person may write, by language, the default one first; one query."""
    allowed = page_permission_policy.instances_user_has_permission_for(user, "add")
    sections = in_enabled_languages(SectionPage.objects.filter(pk__in=allowed.values("pk"), alias_of=None))
    found = list(sections.select_related("locale").order_by("path"))
    kinds = publication_kinds()
    offered = []
    for code in enabled_codes():
        for model in kinds:
            add = "wagtailadmin_pages:add", model._meta.app_label, model._meta.model_name
            forms = [
                (section.get_admin_display_title(), reverse(add[0], args=[*add[1:], section.pk]))
                for section in found
                if section.locale.language_code == code and model.can_create_at(section)
            ]
            if forms:
                kind = str(capfirst(model._meta.verbose_name))
                offered.append(Offer(kind, get_language_row(code), forms))
    return offered


class WritePanel(Component):
    name = "articles_write"
    template_name = "chorsu_articles/admin/write_panel.html"
    order = 100

    class Media:
        css = {"all": ["chorsu_locales/desk.css"]}

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        names_languages = getattr(settings, "WAGTAIL_I18N_ENABLED", False)
        return {"offers": offers(parent_context["request"].user), "names_languages": names_languages}


def own_publications(user: Any) -> QuerySet[Publication]:
    """Return the publications that a person began and may edit."""
    editable = page_permission_policy.instances_user_has_permission_for(user, "change")
    own: QuerySet[Publication] = Publication.objects.filter(owner=user, alias_of=None, pk__in=editable.values("pk"))
    return own.select_related("locale", "content_type")


def drafts(user: Any) -> QuerySet[Publication]:
    """Return a person's drafts, and live texts with a newer one, that wait for nobody else; the newest first."""
    key = Cast(OuterRef("pk"), CharField())
    pages = ContentType.objects.get_for_model(Page)
    in_review = WorkflowState.objects.active().filter(base_content_type=pages, object_id=key)
    scheduled = Revision.page_revisions.filter(object_id=key, approved_go_live_at__isnull=False)
    unsent = Q(first_published_at=None) | Q(live=True, has_unpublished_changes=True)
    own = own_publications(user).filter(unsent, held_approval=None)
    found = own.filter(~Exists(in_review), ~Exists(scheduled)).order_by("-latest_revision_created_at", "-pk")
    for only in hooks.get_hooks("chorsu_articles_drafts"):
        found = only(found)
    return found


def row_of(page: Publication, **options: Any) -> DeskRow:
    return DeskRow(page.get_admin_display_title(), editor_url(page), page.locale.language_code, **options)


class DraftsPanel(DeskPanel):
    name = "articles_drafts"
    heading = gettext_lazy("My drafts")
    order = 130

    def rows(self, user: Any) -> list[DeskRow]:
        newer = str(pgettext_lazy("a draft", "Live, with a newer draft"))
        return [
            row_of(
                page,
                facts=(capfirst(page.specific_class._meta.verbose_name), *([newer] if page.live else [])),
                when=page.latest_revision_created_at,
            )
            for page in drafts(user)[:MOST]
        ]


class LivePanel(DeskPanel):
    """What of one's own went live lately; the hook ``chorsu_articles_live`` adds a link to a page's row."""

    name = "articles_live"
    heading = gettext_lazy("Lately live")
    order = 180

    def rows(self, user: Any) -> list[DeskRow]:
        live = own_publications(user).filter(live=True, first_published_at__gte=timezone.now() - LATELY)
        pages = list(live.order_by("-first_published_at", "-pk")[:MOST])
        links: dict[int, tuple[str, str]] = {}
        for links_of in hooks.get_hooks("chorsu_articles_live"):
            links |= links_of(pages)
        return [row_of(page, when=page.first_published_at, link=links.get(page.pk)) for page in pages]


@hooks.register("construct_homepage_panels")
def add_panels(_request: HttpRequest, panels: list[Component]) -> None:
    panels += [WritePanel(), DraftsPanel(), LivePanel()]

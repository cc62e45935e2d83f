"""The part of the admin's home page where texts begin and end: what one may write, own drafts, and what went live."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Revision, WorkflowState
from wagtail.permissions import page_permission_policy

from chorsu_articles.models import Publication, SectionPage
from chorsu_articles.models.publications import publication_kinds
from chorsu_editorial.links import editor_url
from chorsu_locales.desk import MOST, DeskPanel, DeskRow, names_languages
from chorsu_locales.selectors import enabled_languages, in_enabled_languages

LATELY = timedelta(days=30)


def offers(user: Any) -> list[dict[str, Any]]:
    """Return the kinds that a person may write in each language, the default one first; one query.

    ``forms`` are the addresses of the forms of a new page, each with the title of its section.
    """
    allowed = page_permission_policy.instances_user_has_permission_for(user, "add")
    found = SectionPage.objects.filter(pk__in=allowed.values("pk"), alias_of=None).select_related("locale")
    sections = list(in_enabled_languages(found).order_by("path"))
    offered = [
        {
            "kind": capfirst(model._meta.verbose_name),
            "language": language,
            "forms": [
                (section.get_admin_display_title(), reverse("wagtailadmin_pages:add", args=[*of_model, section.pk]))
                for section in sections
                if section.locale.language_code == language.code and model.can_create_at(section)
            ],
        }
        for language in enabled_languages()
        for model in publication_kinds()
        for of_model in [(model._meta.app_label, model._meta.model_name)]
    ]
    return [offer for offer in offered if offer["forms"]]


class WritePanel(Component):
    template_name = "chorsu_articles/admin/write_panel.html"
    order = 100

    class Media:
        css = {"all": ["chorsu_locales/desk.css"]}

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        return {"offers": offers(parent_context["request"].user), **names_languages()}


def own_publications(user: Any) -> QuerySet[Publication]:
    """Return the publications that a person began and may edit."""
    editable = page_permission_policy.instances_user_has_permission_for(user, "change")
    own: QuerySet[Publication] = Publication.objects.filter(owner=user, alias_of=None, pk__in=editable.values("pk"))
    return own.select_related("locale", "content_type")


def drafts(user: Any) -> list[DeskRow]:
    """Return a person's drafts, and live texts with a newer one, that wait for nobody else; the newest first."""
    key = Cast(OuterRef("pk"), CharField())
    pages = ContentType.objects.get_for_model(Page)
    in_review = WorkflowState.objects.active().filter(base_content_type=pages, object_id=key)
    scheduled = Revision.page_revisions.filter(object_id=key, approved_go_live_at__isnull=False)
    unsent = Q(first_published_at=None) | Q(live=True, has_unpublished_changes=True)
    own = own_publications(user).filter(unsent, ~Exists(in_review), ~Exists(scheduled), held_approval=None)
    for only in hooks.get_hooks("chorsu_articles_drafts"):
        own = only(own)
    newer = pgettext("a draft", "Live, with a newer draft")
    return [
        row_of(
            page,
            page.latest_revision_created_at,
            facts=[capfirst(page.specific_class._meta.verbose_name), *([newer] if page.live else [])],
        )
        for page in own.order_by(F("latest_revision_created_at").desc(nulls_last=True), "-pk")[:MOST]
    ]


def lately_live(user: Any) -> list[DeskRow]:
    live = own_publications(user).filter(live=True, first_published_at__gte=timezone.now() - LATELY)
    pages = list(live.order_by("-first_published_at", "-pk")[:MOST])
    links = {page: link for hook in hooks.get_hooks("chorsu_articles_live") for page, link in hook(pages).items()}
    return [row_of(page, page.first_published_at, link=links.get(page.pk)) for page in pages]


def row_of(page: Publication, when: datetime | None, **options: Any) -> DeskRow:
    return DeskRow(page.get_admin_display_title(), editor_url(page), page.locale.language_code, when=when, **options)


@hooks.register("construct_homepage_panels")
def add_panels(_request: HttpRequest, panels: list[Component]) -> None:
    panels += [
        WritePanel(),
        DeskPanel("articles_drafts", gettext_lazy("My drafts"), 130, drafts),
        DeskPanel("articles_live", gettext_lazy("Lately live"), 180, lately_live),
    ]

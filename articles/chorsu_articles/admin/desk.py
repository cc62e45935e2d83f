"""The part of the admin's home page where texts begin and end: what one may write, own drafts, and what went live."""

from __future__ import annotations

from dataclasses import dataclass
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
from chorsu_locales.table import Language

LATELY = timedelta(days=30)
# So many offers to write stand in one line of a desk; of more than that the last used stand open.
FEW_OFFERS, SHOWN_OFFERS = 4, 2
LAST_WRITTEN = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind that a person may write in a language: addresses of forms of a new page, by titles of their sections."""

    model: type[Publication]
    language: Language
    forms: list[tuple[str, str]]

    @property
    def kind(self) -> str:
        return str(capfirst(self.model._meta.verbose_name))


def offers(user: Any) -> list[Offer]:
    """Return what a person may write, what they wrote last first; two queries."""
    allowed = page_permission_policy.instances_user_has_permission_for(user, "add")
    found = SectionPage.objects.filter(pk__in=allowed.values("pk"), alias_of=None).select_related("locale")
    sections = list(in_enabled_languages(found).order_by("path"))
    offered = []
    for language in enabled_languages():
        of_language = [section for section in sections if section.locale.language_code == language.code]
        for model in publication_kinds():
            suitable = [section for section in of_language if model.can_create_at(section)]
            if suitable:
                offered.append(Offer(model, language, [_form(model, section) for section in suitable]))
    written = written_last(user)
    return sorted(offered, key=lambda offer: written.get((offer.model, offer.language.code), len(written)))


def _form(model: type[Publication], section: SectionPage) -> tuple[str, str]:
    address = reverse("wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, section.pk])
    return section.get_admin_display_title(), address


def written_last(user: Any) -> dict[tuple[Any, str], int]:
    """Return the kinds and languages of the last pages that a person began, numbered from the newest."""
    own = Publication.objects.filter(owner=user).order_by("-pk")
    pairs = own.values_list("content_type", "locale__language_code")[:LAST_WRITTEN]
    numbers: dict[tuple[Any, str], int] = {}
    for number, (content_type, code) in enumerate(pairs):
        model = ContentType.objects.get_for_id(content_type).model_class()
        numbers.setdefault((model, code), number)
    return numbers


class WritePanel(Component):
    template_name = "chorsu_articles/admin/write_panel.html"
    # Below what waits for somebody.
    order = 125

    class Media:
        css = {"all": ["chorsu_locales/desk.css"]}

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        offered = offers(parent_context["request"].user)
        shown = FEW_OFFERS if len(offered) <= FEW_OFFERS else SHOWN_OFFERS
        return {"offers": offered[:shown], "more": offered[shown:], **names_languages()}


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

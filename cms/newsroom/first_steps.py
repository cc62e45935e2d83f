"""What a new newsroom has to do first: on the home page of an administrator, until it is done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.ui.components import Component

from chorsu_articles.models import Publication
from chorsu_locales.desk import DeskPanel, DeskRow
from chorsu_locales.selectors import enabled_languages
from cms.models import User
from cms.outlet import Outlet


def first_steps(user: Any) -> list[DeskRow]:
    """Return the steps that an administrator has still to take, in their order; nobody else has any."""
    if not user.is_superuser:
        return []
    steps = [*_name(), *_people(user), *_text()]
    # Nothing tells whether the languages are those that are wanted: they are named as long as another step is open.
    return [*_languages(), *steps] if steps else []


def _languages() -> list[DeskRow]:
    names = [language.name for language in enabled_languages()]
    return [_step(_("Languages"), reverse("newsroom_help") + "#languages-section", ", ".join(names))]


def _name() -> list[DeskRow]:
    if any(outlet.text_and_language("name")[0] for outlet in Outlet.objects.all()):
        return []
    said = _("What stands at the head and the foot of every page")
    return [_step(_("Name and logo"), reverse("wagtailsnippets_chorsu_cms_outlet:list"), said)]


def _people(user: User) -> list[DeskRow]:
    if User.objects.filter(is_active=True).exclude(pk=user.pk).exists():
        return []
    return [_step(_("People"), reverse("newsroom_invite"), _("Nobody approves a text of their own"))]


def _text() -> list[DeskRow]:
    if Publication.objects.exists():
        return []
    bring = (_("Import an archive"), reverse("chorsu_archive:imports"))
    return [DeskRow(_("First text"), "#articles-write", "", link=bring)]


def _step(title: str, address: str, fact: str) -> DeskRow:
    return DeskRow(title, address, "", facts=[fact])


@hooks.register("construct_homepage_panels")
def add_panel(_request: HttpRequest, panels: list[Component]) -> None:
    panels.append(DeskPanel("first_steps", gettext_lazy("First steps"), 100, first_steps))

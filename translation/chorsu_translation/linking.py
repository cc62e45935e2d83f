"""Join existing pages as translations of each other, part them, and make another one the original.

Baselines stay with the pages they were declared of: pages that are joined again know what was outdated.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets import AdminPageChooser, Button
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, Site

from chorsu_editorial.approvers import may_put_live
from chorsu_editorial.drafts import draft_reader
from chorsu_editorial.lock_order import lock_articles
from chorsu_editorial.refusals import Refusal
from chorsu_locales.request_checks import whole_number
from chorsu_translation.baselines import link_translation
from chorsu_translation.models import NotPlanned, TranslationLink, TranslationRequest
from chorsu_translation.pages import FromDeskView, TranslationError, made_from, may_read, translatable_pages
from chorsu_translation.planning import close_request
from chorsu_translation.published import carried_baseline, refresh_link
from chorsu_translation.retracted import retractions
from chorsu_translation.states import State, article_states, mark_articles


@dataclass(frozen=True, slots=True)
class Member:
    """A page of an article; its headline, and that of its source, as far as the user may know them."""

    page: Page
    headline: str
    source: Page | None
    source_headline: str
    may_edit: bool
    may_unlink: bool
    may_lead: bool


def article_members(article: Page, user: Any) -> list[Member]:
    """Return the pages of an article and what the user may do with each, the original first."""
    pages = list(
        Page.objects.filter(translation_key=article.translation_key).select_related("locale", "alias_of").order_by("pk")
    )
    by_key = {page.pk: page for page in pages}
    links = TranslationLink.objects.filter(target__in=by_key).values_list("target_id", "source_id")
    source_of = {target: source for target, source in links if source in by_key}
    drafts = draft_reader(user)
    editable = {page.pk for page in pages if not page.alias_of_id and page.permissions_for_user(user).can_edit()}

    def may_change(page: Page, *sources: int) -> bool:
        others = [by_key[pk] for pk in sources] or [each for each in pages if each.pk != page.pk][:1]
        return unpublishable_page(user, *others, page) is None

    found = []
    for page in sorted(pages, key=lambda page: (page.pk in source_of, page.pk)):
        above = made_from(page.pk, source_of.get)
        source = by_key.get(source_of.get(page.pk, 0))
        may_part = page.pk in editable and page.pk not in source_of.values() and len(pages) > 1
        found.append(
            Member(
                page,
                drafts.headline(page),
                source,
                drafts.headline(source) if source else "",
                may_edit=page.pk in editable,
                may_unlink=may_part and may_change(page, *above[:1]),
                may_lead=bool(above) and {page.pk, *above} <= editable and may_change(page, *above),
            )
        )
    return found


def unpublishable_page(user: Any, source: Page, *others: Page) -> Page | None:
    """Return the first of these pages that the user may not publish, if joining or parting them changes what is live.

    It does where one of ``others`` and another page of the article are live; the source may be a draft among them.
    What is held or scheduled has been approved and counts as live.
    """
    rows = article_states({page.translation_key for page in (source, *others)})
    approved = Q(live=True) | Q(pk__in=[row.page_id for row in rows if row.state in {State.HELD, State.SCHEDULED}])
    article = Q(translation_key=source.translation_key) | Q(pk__in=[other.pk for other in others])
    shown = set(Page.objects.filter(approved, article).values_list("pk", flat=True))
    if len(shown) < 2 or shown.isdisjoint(other.pk for other in others):
        return None
    return next((page for page in (source, *others) if not may_put_live(page=page, user=user)), None)


@transaction.atomic
def link_pages(*, source: Page, target: Page, user: Any) -> None:
    """Make ``target`` a translation of ``source``, or change what it is a translation of.

    A page of another article gets the source's ``translation_key``, and the article gets the page's open requests and
    decisions for languages in which it has none and no page. The pages count as up to date with each other, unless
    something was declared of this source before.

    Raises ``TranslationError`` where the pages don't fit, ``PermissionDenied`` where the user can't edit the target or
    can't read the source, and ``Refusal`` where live pages would be joined: see ``unpublishable_page``.
    """
    source, target = _locked(source, target)
    _check_editor(user, target)
    if not may_read(user=user, page=source):
        raise PermissionDenied
    _check_pair(source, target)
    former = target.translation_key
    joins = former != source.translation_key
    if joins:
        _check_newcomer(source, target, user)
        _check_live(user, source, target)
        _set_key(target, source.translation_key)
    elif target.pk in _above(source.pk):
        raise TranslationError(
            _("“%(source)s” was itself made from “%(target)s”. Let both change roles instead.")
            % {"source": source.title, "target": target.title}
        )
    _set_source(target, source, user)
    keys = {}
    if joins:
        _take_over_plans(target, former)
        close_request(target=target, user=user)
        keys = {"former_key": str(former), "key": str(target.translation_key)}
    _log("link", user, target, source, **keys)


@transaction.atomic
def unlink_page(*, target: Page, user: Any) -> None:
    """Take a page out of its article: it becomes an article of its own, by its former ``translation_key`` if any.

    Raises ``TranslationError`` where others were made from it or it is the front page of its language,
    ``PermissionDenied``, and ``Refusal`` where live pages would be parted: see ``unpublishable_page``.
    """
    (target,) = _locked(target)
    _check_editor(user, target)
    made_of_it = TranslationLink.objects.filter(source=target, target__translation_key=target.translation_key)
    others = Page.objects.filter(translation_key=target.translation_key).exclude(pk=target.pk)
    if first := made_of_it.select_related("target__locale").first():
        raise TranslationError(
            _("“%(page)s” (%(language)s) was made from this page. Give it another source first.")
            % _named(first.target, user)
        )
    if not others.exists():
        raise TranslationError(_("This page has no other languages that it could be parted from."))
    if alias := others.filter(alias_of=target).select_related("locale").first():
        raise TranslationError(
            _("“%(page)s” (%(language)s) is an alias of this page. Delete it or translate it first.")
            % _named(alias, user)
        )
    if target.is_site_root() and not Site.objects.filter(root_page=target).exists():
        raise TranslationError(_("This is the front page of its language: readers would lose everything below it."))
    link = TranslationLink.objects.select_related("source").filter(target=target).first()
    source = link.source if link else None
    other = source or others.order_by("pk")[0]
    _check_live(user, other, target)
    if link:
        link.delete()
    _set_key(target, _former_key(target))
    _log("unlink", user, target, other)


@transaction.atomic
def make_original(*, page: Page, user: Any) -> None:
    """Make a page its article's original: each link on the way from it to the original is turned round.

    Raises ``TranslationError``, ``PermissionDenied`` where the user can't edit all of these pages, and ``Refusal``.
    """
    chain = [page.pk, *_above(page.pk)]
    if len(chain) == 1:
        raise TranslationError(_("This page is the original already."))
    locked = _locked(*Page.objects.filter(pk__in=chain))
    pages = {each.pk: each for each in locked}
    _check_editor(user, *locked)
    _check_live(user, *locked)
    ordered = [pages[pk] for pk in chain]
    links = TranslationLink.objects.filter(target__in=chain, adapted=True)
    adapted = set(links.values_list("target_id", flat=True))
    _set_source(ordered[0], None, user)
    for source, target in pairwise(ordered):
        _check_pair(source, target)
        _set_source(target, source, user, adapted=source.pk in adapted)
    _log("make_original", user, ordered[0], ordered[-1])


def _locked(*pages: Page) -> list[Page]:
    """Return the pages as they are now, and lock their articles."""
    asked = [page.pk for page in pages]
    keys = list(Page.objects.filter(pk__in=asked).values_list("translation_key", flat=True))
    found = lock_articles(keys)
    if not found.keys() >= set(asked):
        raise TranslationError(_("This page has been deleted, or is no longer part of this article."))
    return [found[pk] for pk in asked]


def _check_editor(user: Any, *pages: Page) -> None:
    if not all(page.permissions_for_user(user).can_edit() for page in pages):
        raise PermissionDenied


def _check_live(user: Any, source: Page, *others: Page) -> None:
    if page := unpublishable_page(user, source, *others):
        text = _(
            "Readers see it at once when live pages are joined or parted: only who may publish or approve on both "
            "sides can do that. “%(page)s” (%(language)s) isn't yours to publish or approve."
        )
        raise Refusal(text % _named(page, user))


def _check_pair(source: Page, target: Page) -> None:
    if source.pk == target.pk:
        raise TranslationError(_("A page is no translation of itself."))
    if source.depth == 1 or target.depth == 1:
        raise TranslationError(_("The root of all pages has no translation."))
    if source.locale_id == target.locale_id:
        raise TranslationError(
            _("Both pages are in %(language)s; a translation is in another language.")
            % {"language": target.locale.get_display_name()}
        )
    if source.alias_of_id or target.alias_of_id:
        alias = source if source.alias_of_id else target
        raise TranslationError(_("“%(page)s” is an alias: it has no text of its own.") % {"page": alias.title})
    if source.content_type_id != target.content_type_id:
        raise TranslationError(
            _("“%(source)s” and “%(target)s” are pages of different types.")
            % {"source": source.title, "target": target.title}
        )


def _check_newcomer(source: Page, target: Page, user: Any) -> None:
    article = Page.objects.filter(translation_key=source.translation_key, locale_id=target.locale_id)
    if there := article.select_related("locale").first():
        raise TranslationError(_("The article has a page in %(language)s already: “%(page)s”.") % _named(there, user))
    others = Page.objects.filter(translation_key=target.translation_key).exclude(pk=target.pk)
    if other := others.select_related("locale").first():
        raise TranslationError(
            _("“%(target)s” belongs together with “%(page)s” (%(language)s). Part them first.")
            % {**_named(other, user), "target": target.title}
        )


def _above(pk: int) -> list[int]:
    sources = TranslationLink.objects.filter(source__isnull=False).values_list("source_id", flat=True)
    return made_from(pk, lambda page: sources.filter(target_id=page).first())


def _set_key(page: Page, key: uuid.UUID) -> None:
    if retractions().filter(translation_key__in=(page.translation_key, key)).exists():
        raise TranslationError(_("A retracted article is neither joined nor parted before it is brought back."))
    specific = page.specific
    mark_articles([page.translation_key])
    specific.translation_key = page.translation_key = key
    specific.save(update_fields=["translation_key"], clean=False)
    Site.clear_site_root_paths_cache()


def _former_key(page: Page) -> uuid.UUID:
    """Return the key that a page had before it was joined to its article, unless another page has it by now."""
    joined = PageLogEntry.objects.filter(
        page=page.pk, action="chorsu_translation.link", data__key=str(page.translation_key)
    )
    last = joined.order_by("-timestamp", "-pk").first()
    former = uuid.UUID(last.data["former_key"]) if last else uuid.uuid4()
    return uuid.uuid4() if Page.objects.filter(translation_key=former).exists() else former


def _take_over_plans(page: Page, former: uuid.UUID) -> None:
    """Give an article the open requests and decisions of a page that joined it, whose key was ``former``."""
    article = {"translation_key": page.translation_key}
    plans: Any = (TranslationRequest.objects.filter(done_at__isnull=True), NotPlanned.objects.all())
    taken = {row.locale_id for rows in (Page.objects, *plans) for row in rows.filter(**article)}
    for rows in plans:
        rows.filter(translation_key=former).exclude(locale__in=taken).update(**article)


def _set_source(target: Page, source: Page | None, user: Any, *, adapted: bool | None = None) -> None:
    """Store the source of a page; what was declared of this source before counts again. None leaves ``adapted``."""
    if source is None:
        TranslationLink.objects.filter(target=target).delete()
        return
    said = {} if adapted is None else {"adapted": adapted}
    link, _created = TranslationLink.objects.update_or_create(target=target, defaults={"source": source, **said})
    if carried_baseline(target, target.latest_revision_id) is None:
        link_translation(source=source, target=target, user=user)
    else:
        refresh_link(link)


def _log(action: str, user: Any, page: Page, other: Page, **extra: Any) -> None:
    pages = {
        name: {"id": each.pk, "title": each.title, "language": each.locale.language_code}
        for name, each in (("page", page), ("other", other))
    }
    for instance in (page, other):
        data = pages | (extra if instance is page else {})
        # Of the entries of one request with the same action, Wagtail's history shows one: on one page alone.
        own = uuid.uuid4()
        log(instance=instance.specific, action=f"chorsu_translation.{action}", user=user, uuid=own, data=data)


def _named(page: Page, user: Any) -> dict[str, str]:
    return {"page": draft_reader(user).headline(page), "language": page.locale.get_display_name()}


class LinkForm(forms.Form):
    AS_SOURCE, AS_TARGET = "source", "target"

    other = forms.ModelChoiceField(label=gettext_lazy("Page"), queryset=Page.objects.none())
    role = forms.ChoiceField(
        label=gettext_lazy("This page is"),
        choices=[(AS_SOURCE, gettext_lazy("its source")), (AS_TARGET, gettext_lazy("a translation of it"))],
        widget=forms.RadioSelect,
        initial=AS_SOURCE,
    )

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = Page.objects.filter(depth__gt=1)
        field.widget = AdminPageChooser(target_models=[page.specific_class])


class LinkingView(FromDeskView):
    template_name = "chorsu_translation/linking/linking.html"
    page_title = gettext_lazy("Languages of this article")
    header_icon = "link"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.article = get_object_or_404(translatable_pages().select_related("locale"), pk=kwargs["page_id"])
        self.edited_page = self.article
        if not any(member.may_edit for member in self.members()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def members(self) -> list[Member]:
        return article_members(self.article, self.request.user)

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        known = Page.objects.filter(draft_reader(request.user).known())
        other = known.filter(pk=whole_number(request.GET.get("other", ""))).first()
        role = LinkForm.AS_TARGET if request.GET.get("role") == LinkForm.AS_TARGET else LinkForm.AS_SOURCE
        return self.show(LinkForm(initial={"other": other, "role": role}, page=self.article))

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = LinkForm(page=self.article)
        try:
            if request.POST.get("act") == "link":
                form = LinkForm(request.POST, page=self.article)
                if not form.is_valid():
                    messages.error(request, _("Choose the page that belongs to this article."))
                    return self.show(form, status=400)
                self.link(form.cleaned_data["other"], form.cleaned_data["role"])
            else:
                self.act(request.POST.get("act", ""))
        except (TranslationError, Refusal) as error:
            messages.error(request, str(error))
            return self.show(form, status=getattr(error, "status", 409))
        return redirect("chorsu_translation:linking", self.article.pk)

    def link(self, other: Page, role: str) -> None:
        pair = (self.article, other) if role == LinkForm.AS_SOURCE else (other, self.article)
        link_pages(source=pair[0], target=pair[1], user=self.request.user)
        text = _("“%(target)s” is a translation of “%(source)s” now.")
        messages.success(self.request, text % {"source": pair[0].title, "target": pair[1].title})

    def act(self, name: str) -> None:
        """Do what a button beside one of the article's pages asks for; its value is the act and the page's key."""
        act, _colon, key = name.partition(":")
        member = next((each for each in self.members() if str(each.page.pk) == key), None)
        if member is None:
            raise TranslationError(_("This page has been deleted, or is no longer part of this article."))
        user, page = self.request.user, member.page
        if act == "unlink":
            unlink_page(target=page, user=user)
            buttons = []
            if member.source is not None:
                url = reverse("chorsu_translation:linking", args=[member.source.pk])
                buttons.append(messages.button(f"{url}?other={page.pk}", _("Link it again")))
            text = _("“%(page)s” is an article of its own now.")
            messages.success(self.request, text % {"page": page.title}, buttons=buttons)
        elif act == "lead":
            make_original(page=page, user=user)
            messages.success(self.request, _("“%(page)s” is the original now.") % {"page": page.title})
        else:
            raise TranslationError(_("There is no such action."))

    def show(self, form: LinkForm, status: int = 200) -> HttpResponse:
        return self.respond(status, article=self.article, members=self.members(), form=form, media=form.media)


def linking_button(page: Page, user: Any, view_name: str = "", next_url: str = "") -> Iterator[Button]:  # noqa: ARG001
    if page.permissions_for_user(user).can_edit() and translatable_pages().filter(pk=page.pk).exists():
        url = reverse("chorsu_translation:linking", args=[page.pk])
        yield Button(gettext_lazy("Languages of this article"), url, icon_name="link", priority=75)

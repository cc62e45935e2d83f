"""The languages of an article: join pages, part them, and say which one is translated from which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

from chorsu_editorial.refusals import Refusal
from chorsu_translation.selectors import translatable_pages
from chorsu_translation.selectors.linking import Member, article_members
from chorsu_translation.services.errors import TranslationError
from chorsu_translation.services.linking import link_pages, make_original, unlink_page


class LinkForm(forms.Form):
    """Which other page belongs to the article, and which of both was translated from the other."""

    AS_SOURCE, AS_TARGET = "source", "target"

    other = forms.ModelChoiceField(label=gettext_lazy("Page"), queryset=Page.objects.none())
    role = forms.ChoiceField(
        label=gettext_lazy("This page is"),
        choices=[
            (AS_SOURCE, gettext_lazy("its source")),
            (AS_TARGET, gettext_lazy("a translation of it")),
        ],
        widget=forms.RadioSelect,
        initial=AS_SOURCE,
    )

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = Page.objects.filter(depth__gt=1)
        field.widget = AdminPageChooser(target_models=[page.specific_class])


class LinkingView(WagtailAdminTemplateMixin, View):
    """Show the pages of an article and what belongs to which, and change it."""

    template_name = "chorsu_translation/admin/linking.html"
    page_title = gettext_lazy("Languages of this article")
    header_icon = "link"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in who may edit at least one page of the article."""
        self.article = get_object_or_404(translatable_pages().select_related("locale"), pk=kwargs["page_id"])
        if not any(member.may_edit for member in self.members()):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def members(self) -> list[Member]:
        """Return the article's pages as they are now."""
        return article_members(self.article, self.request.user)

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Show them; ``?other=`` proposes a page to link."""
        other = (
            Page.objects.filter(pk=request.GET["other"]).first() if request.GET.get("other", "").isdecimal() else None
        )
        role = LinkForm.AS_TARGET if request.GET.get("role") == LinkForm.AS_TARGET else LinkForm.AS_SOURCE
        return self.show(LinkForm(initial={"other": other, "role": role}, page=self.article))

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Do one act, or say why it can't be done."""
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
        """Join a page from outside."""
        pair = (self.article, other) if role == LinkForm.AS_SOURCE else (other, self.article)
        link_pages(source=pair[0], target=pair[1], user=self.request.user)
        text = _("“%(target)s” is a translation of “%(source)s” now.")
        messages.success(self.request, text % {"source": pair[0].title, "target": pair[1].title})

    def act(self, name: str) -> None:
        """Do what a button beside one of the article's pages asks for; its value is the act and the page's key."""
        act, _colon, key = name.partition(":")
        page = next((member.page for member in self.members() if str(member.page.pk) == key), None)
        if page is None:
            raise TranslationError(_("This page has been deleted, or is no longer part of this article."))
        user, facts = self.request.user, {"page": page.title}
        if act == "unlink":
            source = next(member.source for member in self.members() if member.page.pk == page.pk)
            unlink_page(target=page, user=user)
            buttons = []
            if source is not None:
                url = reverse("chorsu_translation:linking", args=[source.pk])
                buttons.append(messages.button(f"{url}?other={page.pk}", _("Link it again")))
            messages.success(self.request, _("“%(page)s” is an article of its own now.") % facts, buttons=buttons)
        elif act == "lead":
            make_original(page=page, user=user)
            messages.success(self.request, _("“%(page)s” is the original now.") % facts)
        else:
            raise TranslationError(_("There is no such action."))

    def show(self, form: LinkForm, status: int = 200) -> HttpResponse:
        """Return the page."""
        context = self.get_context_data(article=self.article, members=self.members(), form=form, media=form.media)
        response: HttpResponse = self.render_to_response(context, status=status)
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way to the page."""
        edit = reverse("wagtailadmin_pages:edit", args=[self.article.pk])
        items = super().get_breadcrumbs_items()
        return [*items, {"url": edit, "label": self.article.title}, {"url": "", "label": self.page_title}]

"""Protected authors in the admin: who they are is shown after a press of a button, and each reading is logged."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from chorsu_articles.forms.protected_names import IdentityForm, ProtectForm, ReaderForm
from chorsu_articles.models import Person, ProtectedIdentity
from chorsu_articles.selectors import protected_names as selectors
from chorsu_articles.services import protected_names as services
from chorsu_locales.received import whole_number

LIST = "chorsu_articles_admin:protected_names"


class NamesView(WagtailAdminTemplateMixin):
    """What the pages have in common: nobody else gets in."""

    page_title = _("Protected names")
    header_icon = "lock"
    request: HttpRequest

    @cached_property
    def may_keep(self) -> bool:
        """Tell whether the user protects and lifts."""
        return selectors.may_keep_names(self.request.user)

    @cached_property
    def may_see(self) -> bool:
        """Tell whether the user reads names."""
        return selectors.may_see_names(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who has neither right."""
        self.request = request
        if not (self.may_keep or self.may_see):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        own = [{"url": reverse(LIST), "label": NamesView.page_title}]
        if (title := self.get_page_title()) != NamesView.page_title:
            own.append({"url": "", "label": title})
        return [*self.breadcrumbs_items, *own]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what the user may do."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "may_keep": self.may_keep, "may_see": self.may_see}


class ProtectedNamesView(NamesView, TemplateView):
    """Every protected author by code name, and who may see names beside the chief editors."""

    template_name = "chorsu_articles/admin/protected_names.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """List them."""
        context = super().get_context_data(**kwargs)
        return {**context, "identities": selectors.identities(), "form": kwargs.get("form") or ReaderForm()}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Give the right to see names, or take it away."""
        form = ReaderForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        reader, allowed = form.cleaned_data["reader"], "remove" not in request.POST
        services.let_see_names(user=request.user, reader=reader, allowed=allowed)
        return redirect(LIST)


class ProtectView(NamesView, FormView):  # type: ignore[type-arg]
    """Protect a person (``?person=``), or make a protected one."""

    page_title = _("Protect a name")
    template_name = "chorsu_articles/admin/protect_name.html"
    form_class = ProtectForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who may only read."""
        if not selectors.may_keep_names(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Person | None:
        """Return the person that is asked for."""
        if not (wanted := self.request.GET.get("person")):
            return None
        found: Person = get_object_or_404(Person.objects.all(), pk=whole_number(wanted))
        if found.name_withheld:
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        """Ask for names where nobody has them yet."""
        return {**super().get_form_kwargs(), "person": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show who it is about, and name the button."""
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "person": self.person,
            "pictures": selectors.pictures_with_name(self.person) if self.person else (),
            "submit_button_label": _("Protect the name"),
            "submit_button_active_label": _("Protect the name"),
        }

    def form_valid(self, form: ProtectForm) -> HttpResponse:
        """Protect, and show what is kept."""
        data = form.cleaned_data
        identity = services.protect(
            user=self.request.user,
            person=self.person,
            texts=form.texts(),
            code_name=data["code_name"],
            email=data["email"],
            account=data.get("account"),
        )
        messages.success(self.request, gettext("The name is protected. Everybody else sees “%s”.") % identity.person)
        return redirect("chorsu_articles_admin:protected_name", identity.pk)


class ProtectedNameView(NamesView, TemplateView):
    """One protected author: the name on request, corrections of it, and the lifting of the protection."""

    template_name = "chorsu_articles/admin/protected_name.html"

    @cached_property
    def identity(self) -> ProtectedIdentity:
        """Return the author without name and address."""
        return get_object_or_404(selectors.identities(), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        """Return the code name."""
        return str(self.identity)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell what may be told without a reading."""
        context = super().get_context_data(**kwargs)
        asked_by = self.identity.lifting_asked_by
        return {
            **context,
            "identity": self.identity,
            "readings": selectors.readings(self.identity)[:50],
            "asked_by_user": asked_by == self.request.user,
            "form": kwargs.get("form"),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Do what the pressed button says."""
        action = request.POST.get("action")
        user, identity = request.user, self.identity
        try:
            match action:
                case "show":
                    form = IdentityForm(identity=services.read_identity(user=user, identity=identity))
                    return self.render_to_response(self.get_context_data(form=form))
                case "save":
                    return self.save(request)
                case "ask":
                    services.ask_to_lift(user=user, identity=identity)
                case "withdraw":
                    services.withdraw_lifting(user=user, identity=identity)
                case "confirm":
                    person = services.confirm_lifting(user=user, identity=identity)
                    messages.success(request, gettext("“%s” stands below the texts again, in every language.") % person)
                    return redirect(LIST)
        except services.LiftingRefusedError as refusal:
            messages.error(request, str(refusal))
        return redirect("chorsu_articles_admin:protected_name", identity.pk)

    def save(self, request: HttpRequest) -> HttpResponse:
        """Save a corrected name or address, or join an account."""
        known = get_object_or_404(ProtectedIdentity, pk=self.identity.pk) if self.may_see and self.may_keep else None
        if known is None:
            raise PermissionDenied
        form = IdentityForm(request.POST, identity=known)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        services.change_identity(
            user=request.user, identity=known, texts=form.texts(), email=form.cleaned_data["email"]
        )
        if account := form.cleaned_data.get("account"):
            services.add_account(user=request.user, identity=known, account=account)
        messages.success(request, gettext("Saved."))
        return redirect("chorsu_articles_admin:protected_name", known.pk)

"""Protected authors: whose name nobody sees but who has the right, and every reading is logged.

Refusals are ``PermissionDenied``: of the right, and, with a sentence to show, ``LiftingRefusedError``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log, registry

from chorsu_articles import signals
from chorsu_articles.columns import column, columns, ordered_languages, own_column_language
from chorsu_articles.models import Person, Picture, ProtectedIdentity
from chorsu_locales.request_checks import whole_number
from chorsu_locales.selectors import enabled_codes, get_language_row

SEE = "see_protected_names"
KEEP = "keep_protected_names"
READ_ACTION = "chorsu_articles.read_name"
PROTECT_ACTION = "chorsu_articles.protect_name"
CHANGE_ACTION = "chorsu_articles.change_protected_name"
ASK_ACTION = "chorsu_articles.ask_to_lift"
WITHDRAW_ACTION = "chorsu_articles.withdraw_lifting"
LIFT_ACTION = "chorsu_articles.lift_protection"
NAME_READER_ACTION = "chorsu_articles.let_see_names"
REMOVE_READER_ACTION = "chorsu_articles.let_see_names_no_more"
# Every text of a person gives away who it is.
TEXTS = ("name", "position", "about")
LIST = "chorsu_articles_admin:protected_names"


def _right(codename: str) -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="chorsu_articles", codename=codename)


def holders(codename: str) -> Any:
    """Return the active users who were given a right, themselves or by a group, administrators alike."""
    right = _right(codename).values("pk")
    given = Q(user_permissions__in=right) | Q(groups__permissions__in=right)
    return get_user_model().objects.filter(given, is_active=True).distinct()


def may_see_names(user: Any) -> bool:
    """Tell whether a user may read the names of protected authors."""
    return bool(user.is_authenticated and holders(SEE).filter(pk=user.pk).exists())


def may_keep_names(user: Any) -> bool:
    """Tell whether a user is one of those who protect names, and of whom two lift a protection."""
    return bool(user.is_authenticated and holders(KEEP).filter(pk=user.pk).exists())


def identities() -> QuerySet[ProtectedIdentity]:
    """Return all protected authors without their names and addresses, the newest first."""
    secrets = ("texts", "email", "account_texts")
    return ProtectedIdentity.objects.select_related("person", "lifting_asked_by").defer(*secrets).order_by("-pk")


def pictures_with_name(person: Person) -> Any:
    """Return the pictures of the library whose credit, title or suggested texts hold a name that a person has."""
    mentions = Q(pk__in=[])
    for name in filter(None, (getattr(person, each) for each in columns("name"))):
        for field in ("credit", "title", *columns("caption", "alt_text")):
            mentions |= Q(**{f"{field}__contains": name})
    return Picture.objects.filter(mentions).order_by("title", "pk")


class LiftingRefusedError(PermissionDenied):
    """A protection isn't lifted; ``str()`` says why."""


@transaction.atomic
def protect(
    *,
    user: Any,
    person: Person | None = None,
    texts: Mapping[str, str] | None = None,
    code_name: str = "",
    email: str = "",
    account: Any = None,
) -> ProtectedIdentity:
    """Replace a person's name by a code name ("Author 7" where none is chosen) and store the name apart.

    Without ``person`` a new one is made, of ``texts`` by column (``name_ru``, …). The person's history loses earlier
    names. ``account`` gets the code name too, by whoever receives ``name_protected``. Raises ``PermissionDenied`` where
    the user may not keep names, ``ValueError`` where the person is protected already.
    """
    _demand(may_keep_names(user))
    if person is None:
        person = Person(name_withheld=True)
        person.save()
    else:
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.name_withheld:
            raise ValueError(f"{person} is protected already.")
        texts = {name: text for name in columns(*TEXTS) if (text := getattr(person, name))}
    kept = dict(texts or {})
    identity = ProtectedIdentity.objects.create(person=person, texts=kept, email=email, account=account)
    for name in columns(*TEXTS):
        setattr(person, name, None)
    language = own_column_language(settings.LANGUAGE_CODE) or next(iter(columns("name").values()))[1]
    with override(settings.LANGUAGE_CODE):  # everybody sees it, whatever the language of their admin
        code_name = code_name.strip() or gettext("Author %(number)s") % {"number": identity.pk}
    setattr(person, column("name", language), code_name)
    person.slug, person.photo, person.name_withheld = "", None, True
    person.save()
    registry.get_logs_for_instance(person).update(label=code_name, data={})
    signals.name_protected.send(sender=ProtectedIdentity, identity=identity)
    identity.save()
    log(instance=person, action=PROTECT_ACTION, user=user)
    return identity


@transaction.atomic
def add_account(*, user: Any, identity: ProtectedIdentity, account: Any) -> None:
    """Join an account to a protected author; from now on it shows the code name. Only lifting undoes it."""
    _demand(may_keep_names(user))
    identity.account = account
    signals.name_protected.send(sender=ProtectedIdentity, identity=identity)
    # Only these: what another has just asked for stays, and a name whose protection was lifted isn't stored again.
    identity.save(update_fields=["account", "account_texts", "email"])
    log(instance=identity.person, action=CHANGE_ACTION, user=user)


@transaction.atomic
def change_identity(*, user: Any, identity: ProtectedIdentity, texts: Mapping[str, str], email: str) -> None:
    """Correct the real name or the address. A lifting has to be asked for anew: two agree on the same name."""
    _demand(may_keep_names(user) and may_see_names(user))
    identity.texts, identity.email = {**identity.texts, **texts}, email
    identity.lifting_asked_by = identity.lifting_asked_at = None
    identity.save(update_fields=["texts", "email", "lifting_asked_by", "lifting_asked_at"])
    log(instance=identity.person, action=CHANGE_ACTION, user=user)


@transaction.atomic
def read_identity(*, user: Any, identity: ProtectedIdentity) -> ProtectedIdentity:
    """Return a protected author with name and address, and log who read it. Raises ``PermissionDenied``."""
    _demand(may_see_names(user))
    log(instance=identity.person, action=READ_ACTION, user=user)
    return ProtectedIdentity.objects.select_related("person", "account").get(pk=identity.pk)


@transaction.atomic
def ask_to_lift(*, user: Any, identity: ProtectedIdentity) -> None:
    """Ask for the end of a protection. Nothing changes until somebody else confirms."""
    _demand(may_keep_names(user))
    identity.lifting_asked_by, identity.lifting_asked_at = user, timezone.now()
    identity.save(update_fields=["lifting_asked_by", "lifting_asked_at"])
    log(instance=identity.person, action=ASK_ACTION, user=user)


@transaction.atomic
def withdraw_lifting(*, user: Any, identity: ProtectedIdentity) -> None:
    """Take back, or decline, what was asked for: the name stays protected."""
    _demand(may_keep_names(user))
    identity.lifting_asked_by = identity.lifting_asked_at = None
    identity.save(update_fields=["lifting_asked_by", "lifting_asked_at"])
    log(instance=identity.person, action=WITHDRAW_ACTION, user=user)


@transaction.atomic
def confirm_lifting(*, user: Any, identity: ProtectedIdentity) -> Person:
    """End a protection that somebody else has asked for: name and texts stand in ``Person`` again.

    Raises ``PermissionDenied`` where the user may not keep names, ``LiftingRefusedError`` where nobody has asked, where
    the one who confirms has asked, and where who asked is not of those who may any more.
    """
    _demand(may_keep_names(user))
    identity = ProtectedIdentity.objects.select_for_update(of=("self",)).select_related("account").get(pk=identity.pk)
    asker = identity.lifting_asked_by_id
    if asker is None:
        raise LiftingRefusedError(gettext("Nobody has asked to lift this protection."))
    if asker == user.pk:
        raise LiftingRefusedError(gettext("You have asked for it yourself: another chief editor has to confirm."))
    if not holders(KEEP).filter(pk=asker).exists():
        raise LiftingRefusedError(
            gettext("Who asked for it may not do so any more: ask anew, and let another confirm.")
        )
    person: Person = Person.objects.select_for_update().get(pk=identity.person_id)
    for name in columns(*TEXTS):
        setattr(person, name, identity.texts.get(name))
    person.slug, person.name_withheld = "", False
    signals.name_lifted.send(sender=ProtectedIdentity, identity=identity)
    identity.delete()
    person.save()
    log(instance=person, action=LIFT_ACTION, user=user, data={"asked_by": asker})
    return person


@transaction.atomic
def let_see_names(*, user: Any, reader: Any, allowed: bool) -> None:
    """Give somebody the right to see the names of protected authors, or take it away. Logged in the user's history."""
    _demand(may_keep_names(user))
    (reader.user_permissions.add if allowed else reader.user_permissions.remove)(_right(SEE).get())
    log(instance=reader, action=NAME_READER_ACTION if allowed else REMOVE_READER_ACTION, user=user)


def _demand(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        users = get_user_model().objects.filter(is_active=True).order_by("pk")
        # Django's own label of "nobody" isn't in all languages of the admin.
        super().__init__(queryset=users, empty_label="–", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(get_user_display_name(obj))


class IdentityForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Where messages to the author go. Left empty, it is that of the account."),
    )
    account = AccountField(
        label=_("Account"),
        required=False,
        help_text=_("It shows the code name from now on: in histories, locks, workflows and messages."),
    )

    def __init__(self, *args: Any, identity: ProtectedIdentity | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code in ordered_languages():
            name = column("name", code)
            known = identity and identity.texts.get(name)
            if code in enabled_codes() or known:
                label = f"{_('Real name')} ({get_language_row(code).name})"
                self.fields[name] = forms.CharField(label=label, max_length=200, required=False, initial=known)
        self.names = [name for name in self.fields if name not in {"email", "account", "code_name"}]
        if identity:
            self.initial["email"] = identity.email
        if not signals.name_protected.has_listeners(ProtectedIdentity) or (identity and identity.account_id):
            del self.fields["account"]
        self.order_fields(["code_name", *self.names])

    def clean_account(self) -> Any:
        account = self.cleaned_data["account"]
        if account and ProtectedIdentity.objects.filter(account=account).exists():
            raise forms.ValidationError(_("This account belongs to a protected author already."))
        return account

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.names and not any(self.texts().values()):
            raise forms.ValidationError(_("Enter the name in at least one language."))
        return data

    def texts(self) -> Mapping[str, str]:
        return {name: self.cleaned_data.get(name, "") for name in self.names}


class ProtectForm(IdentityForm):
    code_name = forms.CharField(
        label=_("Code name"),
        max_length=200,
        required=False,
        help_text=_("What everybody in the newsroom sees. Left empty, it is a number."),
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person:  # who has names
            for name in self.names:
                del self.fields[name]
            self.names = []


class ReaderForm(forms.Form):
    reader = AccountField(label=_("Account"))


class NamesView(WagtailAdminTemplateMixin):
    page_title = _("Protected names")
    header_icon = "lock"
    request: HttpRequest

    @cached_property
    def may_keep(self) -> bool:
        return may_keep_names(self.request.user)

    @cached_property
    def may_see(self) -> bool:
        return may_see_names(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.request = request
        if not (self.may_keep or self.may_see):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        own = [{"url": reverse(LIST), "label": NamesView.page_title}]
        if (title := self.get_page_title()) != NamesView.page_title:
            own.append({"url": "", "label": title})
        return [*self.breadcrumbs_items, *own]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "may_keep": self.may_keep, "may_see": self.may_see}


class ProtectedNamesView(NamesView, TemplateView):
    template_name = "chorsu_articles/admin/protected_names.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # To whom the right was given by name.
        readers = holders(SEE).filter(user_permissions__in=_right(SEE).values("pk"))
        own = {"identities": identities(), "readers": readers, "form": kwargs.get("form") or ReaderForm()}
        return {**super().get_context_data(**kwargs), **own}

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReaderForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        allowed = "remove" not in request.POST
        let_see_names(user=request.user, reader=form.cleaned_data["reader"], allowed=allowed)
        return redirect(LIST)


class ProtectView(NamesView, FormView):  # type: ignore[type-arg]
    """Protect a person (``?person=``), or make a protected one."""

    page_title = _("Protect a name")
    template_name = "chorsu_articles/admin/protect_name.html"
    form_class = ProtectForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_keep_names(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def person(self) -> Person | None:
        if not (wanted := self.request.GET.get("person")):
            return None
        found: Person = get_object_or_404(Person.objects.all(), pk=whole_number(wanted))
        if found.name_withheld:
            raise Http404
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "person": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "person": self.person,
            "pictures": pictures_with_name(self.person) if self.person else (),
            "submit_button_label": _("Protect the name"),
            "submit_button_active_label": _("Protect the name"),
        }

    def form_valid(self, form: ProtectForm) -> HttpResponse:
        chosen: Any = {name: form.cleaned_data.get(name) for name in ("code_name", "email", "account")}
        identity = protect(user=self.request.user, person=self.person, texts=form.texts(), **chosen)
        messages.success(self.request, gettext("The name is protected. Everybody else sees “%s”.") % identity.person)
        return redirect("chorsu_articles_admin:protected_name", identity.pk)


class ProtectedNameView(NamesView, TemplateView):
    """One protected author: the name on request, corrections of it, and the lifting of the protection."""

    template_name = "chorsu_articles/admin/protected_name.html"

    @cached_property
    def identity(self) -> ProtectedIdentity:
        return get_object_or_404(identities(), pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.identity)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        readings: Any = registry.get_logs_for_instance(self.identity.person)
        return {
            **super().get_context_data(**kwargs),
            "identity": self.identity,
            "readings": readings.filter(action=READ_ACTION).select_related("user")[:50],
            "asked_by_user": self.identity.lifting_asked_by == self.request.user,
            "form": kwargs.get("form"),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        user, identity = request.user, self.identity
        try:
            match request.POST.get("action"):
                case "show":
                    form = IdentityForm(identity=read_identity(user=user, identity=identity))
                    return self.render_to_response(self.get_context_data(form=form))
                case "save":
                    return self.save(request)
                case "ask":
                    ask_to_lift(user=user, identity=identity)
                case "withdraw":
                    withdraw_lifting(user=user, identity=identity)
                case "confirm":
                    person = confirm_lifting(user=user, identity=identity)
                    messages.success(request, gettext("“%s” stands below the texts again, in every language.") % person)
                    return redirect(LIST)
        except LiftingRefusedError as refusal:
            messages.error(request, str(refusal))
        return redirect("chorsu_articles_admin:protected_name", identity.pk)

    def save(self, request: HttpRequest) -> HttpResponse:
        _demand(self.may_see and self.may_keep)
        known = get_object_or_404(ProtectedIdentity, pk=self.identity.pk)
        form = IdentityForm(request.POST, identity=known)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        change_identity(user=request.user, identity=known, texts=form.texts(), email=form.cleaned_data["email"])
        if account := form.cleaned_data.get("account"):
            add_account(user=request.user, identity=known, account=account)
        messages.success(request, gettext("Saved."))
        return redirect("chorsu_articles_admin:protected_name", known.pk)

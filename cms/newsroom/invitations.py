"""Invite people: an account without a password, and a link by which its owner sets one.

The link is made when the mail leaves, so that it stands in no table and no backup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.checks import CheckMessage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.encoding import force_bytes
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from wagtail import hooks
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.admin.localization import get_available_admin_languages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import LogActionRegistry, LogContext, log
from wagtail.models import GroupCollectionPermission, GroupPagePermission
from wagtail.users.forms import UserEditForm
from wagtail.users.models import UserProfile
from wagtail.users.views.users import IndexView, UserViewSet

from chorsu_articles.protected_names import may_keep_names
from chorsu_delivery.mail import MailChannel
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import messages_are_held_up, send
from chorsu_locales.menus import MenuItemFor
from chorsu_locales.wagtail_compat import policy_registry
from cms.models import HIDDEN_DOMAIN, User
from cms.newsroom.accounts import identity_at, names_of
from cms.newsroom.messages import render_mail
from cms.newsroom.roles import CHIEF_EDITOR, ROLES, group_name, roles_of
from cms.reader.frame import outlet_name


class InvitationTokenGenerator(PasswordResetTokenGenerator):
    """Tokens of invitations: Django's, of a kind of their own, so that neither opens the other's page.

    A token ends with ``PASSWORD_RESET_TIMEOUT``, with the first sign-in, a set password or the next invitation.
    """

    key_salt = "cms.newsroom.invitations"


invitation_tokens = InvitationTokenGenerator()
# Stands for the link in the stored text, until the mail leaves.
LINK = "[invitation link]"


class AlreadyMemberError(ValueError):
    """The address belongs to somebody who has a password, an administrator's rights, or an account switched off."""

    def __init__(self, user: User) -> None:
        super().__init__(user.email)
        self.user = user


class RoleNotGivenError(PermissionDenied):
    """The inviter can't give a role that holds rights which the inviter lacks; ``roles`` says which."""

    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__(", ".join(roles))
        self.roles = roles


def is_pending(user: User) -> bool:
    """Return whether the person was invited and hasn't set a password yet."""
    return user.is_active and not user.has_usable_password() and user.last_login is None


def find_user(address: str) -> User | None:
    """Return the user with this address, in whatever case it is written."""
    return User.objects.filter(email__iexact=address).first()


def invite(
    *,
    inviter: User,
    address: str,
    roles: Sequence[str],
    languages: Sequence[str],
    message_language: str,
    first_name: str = "",
    last_name: str = "",
) -> tuple[User, bool]:
    """Create or renew an account without a password and send its owner a link, in one transaction.

    Return the account, and whether the person had been invited before and hadn't answered: the roles of this invitation
    replace the earlier ones, and the earlier link ends. ``roles`` are keys of ``ROLES``, ``languages`` codes of content
    languages. A protected author is invited by the hidden address, by those who keep names.

    Raises ``PermissionDenied``, ``RoleNotGivenError``, ``AlreadyMemberError``, and ``ValueError`` where there is no
    role, a role's language is missing or a group doesn't exist.
    """
    if not inviter.has_perm("chorsu_cms.invite_user"):
        raise PermissionDenied
    names = [
        group_name(ROLES[key], code) for key in roles for code in (languages if ROLES[key].per_language else [None])
    ]
    identity = None
    with transaction.atomic():
        groups = list(Group.objects.filter(name__in=names))
        missing = sorted(set(names) - {group.name for group in groups})
        if missing or not names:
            raise ValueError(f"No such groups: {', '.join(missing)}" if missing else "At least one role is needed.")
        if (known := find_user(address)) and known.is_superuser:
            raise AlreadyMemberError(known)
        if address.lower().endswith(f"@{HIDDEN_DOMAIN}"):
            if (identity := identity_at(address)) is None:
                raise ValueError("No protected author has this address.")
            if not may_keep_names(inviter):
                raise PermissionDenied
            first_name, last_name = names_of(identity)
        user, again = _pending_account(address, first_name, last_name)
        if identity and identity.account_id is None:
            identity.account = user
            identity.save(update_fields=["account"])
        # Those of an earlier invitation too, since this one takes them away.
        if refused := exceeding_groups(giver=inviter, groups=[*groups, *user.groups.all()]):
            raise RoleNotGivenError(sorted({group.name for group in refused}))
        with LogContext(user=inviter):
            user.groups.set(groups)
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": message_language})
        _send(user, inviter, roles, languages, message_language)
        log(instance=user, action="chorsu.invite", user=inviter, data={"groups": names, "address": user.email})
    return user, again


def invite_administrator(*, address: str) -> str:
    """Create or renew an administrator's account without a password and return the link by which to set one.

    Raises ``AlreadyMemberError`` where the address belongs to somebody who has a password.
    """
    with transaction.atomic():
        user, _again = _pending_account(address, "", "")
        user.is_superuser = True
        user.is_staff = True
        user.save(update_fields=["is_superuser", "is_staff"])
        return invitation_url(user)


def invitation_url(user: User) -> str:
    """Return the address, with host, of the page where this person sets a password."""
    return _link("invitation", user, invitation_tokens)


def password_url(user: User) -> str:
    """Return the address, with host, of the page where this person sets another password."""
    return _link("wagtailadmin_password_reset_confirm", user, default_token_generator)


def _link(view: str, user: User, tokens: PasswordResetTokenGenerator) -> str:
    args = [urlsafe_base64_encode(force_bytes(user.pk)), tokens.make_token(user)]
    return f"{settings.WAGTAILADMIN_BASE_URL}{reverse(view, args=args)}"


def _pending_account(address: str, first_name: str, last_name: str) -> tuple[User, bool]:
    """Return an account that waits for its password, and whether it existed; its earlier links end here."""
    user = find_user(address)
    if user and not is_pending(user):
        raise AlreadyMemberError(user)
    again = user is not None
    if user is None:
        stem = re.sub(r"[^\w.@+-]", "", address.partition("@")[0].lower())[:140] or "user"
        taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
        names = chain([stem], (f"{stem}{number}" for number in count(2)))
        user = User(email=address.lower(), username=next(name for name in names if name not in taken))
    user.first_name = first_name or user.first_name
    user.last_name = last_name or user.last_name
    user.set_unusable_password()
    user.save()
    return user, again


def _send(user: User, inviter: User, roles: Sequence[str], languages: Sequence[str], message_language: str) -> None:
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    context = {"user": user, "inviter": inviter, "url": LINK, "days": days, "site_name": outlet_name()}
    with override(message_language):
        labels = [ROLES[key].label_in(languages) for key in roles]
        mail = render_mail("invitation", {**context, "roles": labels})
        send(channel="invitation", recipient=user.email, key=f"invitation:{user.pk}:{uuid4().hex}", **mail)


def exceeding_groups(*, giver: User, groups: Iterable[Group]) -> list[Group]:
    """Return those of the groups that hold a right which the giver lacks.

    Administrators and chief editors give every role. To others the right to invite may have been given: a person
    who invites a second account of their own must not win anything by it.
    """
    if giver.is_superuser or giver.groups.filter(name=group_name(CHIEF_EDITOR)).exists():
        return []
    return [group for group in groups if _exceeds(group, giver)]


def _exceeds(group: Group, user: User) -> bool:
    own = user.get_all_permissions()
    wanted = group.permissions.values_list("content_type__app_label", "codename")
    if any(f"{app_label}.{codename}" not in own for app_label, codename in wanted):
        return True
    for model, field in ((GroupPagePermission, "page__path"), (GroupCollectionPermission, "collection__path")):
        held = set(model.objects.filter(group__user=user).values_list("permission", field))
        for permission, place in model.objects.filter(group=group).values_list("permission", field):
            if not any(permission == other and place.startswith(above) for other, above in held):
                return True
    return False


class InvitationForm(forms.Form):
    address = forms.EmailField(label=_("E-mail"), max_length=254)
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    roles = forms.MultipleChoiceField(label=_("Roles"), widget=forms.CheckboxSelectMultiple)
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The roles hold in these languages. A chief editor's holds in every language."),
    )
    message_language = forms.ChoiceField(
        label=_("Language of messages"), help_text=_("Of the invitation, and of the admin at the first sign-in.")
    )

    def __init__(self, *args: Any, inviter: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inviter = inviter
        fields: Any = self.fields
        fields["roles"].choices = [(role.key, role.label) for role in ROLES.values()]
        fields["languages"].choices = settings.LANGUAGES
        fields["message_language"].choices = get_available_admin_languages()

    def clean_address(self) -> str:
        """Refuse the address of somebody who has an account in use, with the way there."""
        address: str = self.cleaned_data["address"]
        user = find_user(address)
        if user is None or (is_pending(user) and not user.is_superuser):
            return address
        text = gettext("%(name)s has an account already.")
        if not user.is_active:
            text = gettext("%(name)s has an account that is switched off.")
        text %= {"name": user.get_full_name() or user.username}
        if policy_registry.get_by_type(User).user_has_permission(self.inviter, "change"):
            link = reverse("wagtailusers_users:edit", args=[user.pk])
            message = format_html('{} <a href="{}">{}</a>', text, link, gettext("Change roles or switch it on"))
        else:
            message = format_html("{} {}", text, gettext("An administrator can change roles or switch it on."))
        raise forms.ValidationError(message, code="member")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        roles = self.cleaned_data.get("roles", [])
        if any(ROLES[key].per_language for key in roles) and not self.cleaned_data.get("languages"):
            self.add_error("languages", gettext("Choose the languages in which the roles hold."))
        return cleaned


class AccountForm(UserEditForm):
    """Wagtail's form; an invitation may leave out the names that it demands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = self.fields["last_name"].required = False


class AccountsView(IndexView):
    """Wagtail's list of accounts, with roles for the level of access, and who was invited and hasn't answered."""

    @cached_property
    def columns(self) -> list[Column]:
        return [self._roles(column) if column.name == "is_superuser" else column for column in super().columns]

    def _roles(self, level: Column) -> Column:
        def text(user: User) -> str:
            waits = gettext("the invitation isn’t accepted yet") if is_pending(user) else ""
            return "; ".join(filter(None, [str(level.get_value(user) or ""), roles_of(user), waits]))

        return Column(level.name, label=_("Roles"), accessor=text, width="28%")

    def get_base_queryset(self) -> QuerySet[User]:
        users: QuerySet[User] = super().get_base_queryset()
        return users.prefetch_related("groups")


class AccountViewSet(UserViewSet):
    index_view_class = AccountsView

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        return AccountForm if for_update else super().get_form_class(for_update)


class LinkChannel(MailChannel):
    """Base of the channels below. The stored message is never changed: each attempt makes the link anew."""

    def check(self) -> list[CheckMessage]:
        return []  # the channel ``mail`` says what is wrong


class InvitationChannel(LinkChannel):
    """Put the link into an invitation; one that was answered meanwhile is not sent."""

    def send(self, message: OutgoingMessage) -> None:
        user = find_user(message.recipient)
        if user and is_pending(user):
            message.body = message.body.replace(LINK, invitation_url(user))
            super().send(message)


class PasswordResetChannel(LinkChannel):
    """Write Wagtail's mail to whoever has the address; where nobody has it, nothing is sent.

    Asking is the same work for every address, so neither the answer nor its time tells who has an account.
    """

    def send(self, message: OutgoingMessage) -> None:
        for user in PasswordResetForm().get_users(message.recipient):
            context = {
                "user": user,
                "uid": urlsafe_base64_encode(force_bytes(user.pk)),
                "token": default_token_generator.make_token(user),
            }
            with override(UserProfile.get_for_user(user).get_preferred_language()):
                message.subject = render_to_string("wagtailadmin/account/password_reset/email_subject.txt", context)
                message.body = render_to_string("wagtailadmin/account/password_reset/email.txt", context)
            message.recipient = user.email
            super().send(message)


class InviteView(PermissionRequiredMixin, WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    permission_required = "chorsu_cms.invite_user"
    raise_exception = True
    page_title = _("Invite")
    header_icon = "user"
    template_name = "newsroom/invite.html"
    form_class = InvitationForm
    success_url = reverse_lazy("newsroom_invite")

    def get_initial(self) -> dict[str, Any]:
        """Suggest the inviter's own language for the messages, and the address that a link to this page names."""
        address = self.request.GET.get("address", "")
        return {**super().get_initial(), "message_language": get_language(), "address": address}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "inviter": self.request.user}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "submit_button_label": _("Send the invitation"),
            "submit_button_active_label": _("Sending…"),
            "action_url": reverse("newsroom_invite"),
        }

    def form_valid(self, form: InvitationForm) -> HttpResponse:
        inviter = self.request.user
        assert isinstance(inviter, User)  # noqa: S101
        try:
            user, again = invite(inviter=inviter, **form.cleaned_data)
        except AlreadyMemberError:
            # Answered between the check of the form and now: the form says so.
            return self.form_invalid(self.get_form())
        except RoleNotGivenError as error:
            text = gettext("You can't give rights that you don't have yourself: %(roles)s.")
            form.add_error("roles", text % {"roles": ", ".join(error.roles)})
            return self.form_invalid(form)
        except ValueError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        if again:
            text = gettext("%(address)s had been invited before and gets a new link; the earlier one no longer works.")
        else:
            text = gettext("%(address)s is invited and gets a message with a link.")
        messages.success(self.request, text % {"address": user.email})
        if messages_are_held_up():
            text = gettext("Messages are not leaving at the moment. This one waits too: see Reports > Unsent messages.")
            messages.warning(self.request, text)
        return super().form_valid(form)


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class InvitationView(PasswordResetConfirmView):
    """Where an invited person sets the first password and is signed in.

    Django's view takes the token out of the address before it shows the form, so that it can't leak as a referrer.
    """

    template_name = "newsroom/invitation.html"
    token_generator = invitation_tokens
    post_reset_login = True
    success_url = reverse_lazy("wagtailadmin_home")
    reset_url_token = "welcome"  # noqa: S105
    title = _("Welcome")

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with override(self._language(kwargs.get("uidb64", ""))):
            response = super().dispatch(*args, **kwargs)
            if hasattr(response, "render"):
                response.render()
            return response

    def get_user(self, uidb64: str) -> Any:
        """Return the invited person, or None where this account is not waiting for an answer."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and is_pending(user) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "site_name": outlet_name()}

    def _language(self, uidb64: str) -> str:
        user = super().get_user(uidb64)
        if user and (profile := UserProfile.objects.filter(user=user).first()):
            return str(profile.get_preferred_language())
        allowed = dict(get_available_admin_languages())
        current = get_language() or ""
        return current if current in allowed else next(iter(allowed), settings.LANGUAGE_CODE)


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern]:
    return [path("invite/", InviteView.as_view(), name="newsroom_invite")]


@hooks.register("register_settings_menu_item")
def register_invite_menu_item() -> MenuItem:
    return MenuItemFor(
        _("Invite"),
        reverse("newsroom_invite"),
        shown_to=lambda user: user.has_perm("chorsu_cms.invite_user"),
        icon_name="user",
        order=590,
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("chorsu.invite", _("Invite"), _("Invited to the newsroom"))

"""Inviting, and answering an invitation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView
from wagtail.admin.localization import get_available_admin_languages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.users.models import UserProfile

from chorsu_delivery.services import messages_are_held_up
from cms.models import User
from cms.newsroom.forms import InvitationForm
from cms.newsroom.invitations import AlreadyMemberError, RoleNotGivenError, invitation_tokens, invite, is_pending
from cms.outlet.selectors import outlet_name


class InviteView(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    """Address, roles and languages in one form."""

    page_title = _("Invite")
    header_icon = "user"
    template_name = "newsroom/invite.html"
    form_class = InvitationForm
    success_url = reverse_lazy("newsroom_invite")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse who may not invite."""
        if not request.user.has_perm("chorsu_cms.invite_user"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Suggest the inviter's own language for the messages, and the address that a link to this page names."""
        address = self.request.GET.get("address", "")
        return {**super().get_initial(), "message_language": get_language(), "address": address}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who asks."""
        return {**super().get_form_kwargs(), "inviter": self.request.user}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the admin's front page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the button."""
        return {
            **super().get_context_data(**kwargs),
            "submit_button_label": _("Send the invitation"),
            "submit_button_active_label": _("Sending…"),
            "action_url": reverse("newsroom_invite"),
        }

    def form_valid(self, form: InvitationForm) -> HttpResponse:
        """Invite, and say what happens now."""
        data = form.cleaned_data
        inviter = self.request.user
        assert isinstance(inviter, User)  # noqa: S101
        try:
            invitation = invite(
                inviter=inviter,
                address=data["address"],
                roles=data["roles"],
                languages=data["languages"],
                message_language=data["message_language"],
                first_name=data["first_name"],
                last_name=data["last_name"],
            )
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
        if invitation.again:
            text = gettext("%(address)s had been invited before and gets a new link; the earlier one no longer works.")
        else:
            text = gettext("%(address)s is invited and gets a message with a link.")
        messages.success(self.request, text % {"address": invitation.user.email})
        if messages_are_held_up():
            messages.warning(
                self.request,
                gettext("Messages are not leaving at the moment. This one waits too: see Reports > Unsent messages."),
            )
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
        """Answer in the language that the inviter chose for the person."""
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
        """Name the newsroom."""
        return {**super().get_context_data(**kwargs), "site_name": outlet_name()}

    def _language(self, uidb64: str) -> str:
        user = super().get_user(uidb64)
        profile = UserProfile.objects.filter(user=user).first() if user else None
        if profile:
            language: str = profile.get_preferred_language()
            return language
        allowed = dict(get_available_admin_languages())
        current = get_language() or ""
        return current if current in allowed else next(iter(allowed), settings.LANGUAGE_CODE)

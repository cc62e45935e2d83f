"""Passkeys of Chromium's virtual authenticator, and codes: from the invitation's link to signing in again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cms.models import AccountSession, User
from cms.newsroom.invitations import invitation_url, invite
from tests.browser.conftest import DESK, PHONE
from tests.browser.editing import add_url, ready
from tests.browser.test_editor_kept_text import ENDED, eventually, latest_lead
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("newsroom")
PASSWORD = "a-long-password-of-hers"


@pytest.fixture
def anna(settings, live_server) -> User:
    """Return an editor who was invited and must have a second factor."""
    settings.SECOND_FACTOR = ["approvers"]
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [live_server.url]
    chief = make_user("Chief editors")
    user, _again = invite(
        inviter=chief, address="anna@example.org", roles=["editor"], languages=["en"], message_language="en"
    )
    return user


def authenticator(page: Page) -> None:
    """Give the browser a device that knows who it is."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(page: Page, user: User) -> None:
    page.locator("#id_username").fill(user.email)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.journey
def test_a_passkey_from_the_invitation_on(page, anna):
    authenticator(page)
    page.goto(invitation_url(anna))
    page.locator("#id_new_password1").fill(PASSWORD)
    page.locator("#id_new_password2").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and start").click()
    # The code that an app reads is shown, and fits a phone.
    page.set_viewport_size(PHONE)
    expect(page.locator("main svg path").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(DESK)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    codes = page.locator("main code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    page.wait_for_url("**/admin/")

    # The session ends while she writes: the password alone, in a new tab, does not let the text be saved.
    page.goto(add_url())
    ready(page)
    AccountSession.objects.all().delete()
    page.locator("#id_title").fill("Roads")
    page.locator("#id_lead").fill("Written without a session")
    expect(page.get_by_role("alert").filter(has_text=ENDED)).to_be_visible()
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Sign in in a new tab").click()
    beside = opening.value
    give_password(beside, anna)
    expect(beside.get_by_role("heading", name="Second factor")).to_be_visible()
    page.bring_to_front()
    with page.expect_response("**/admin/articles/session/") as asked:
        pass
    assert asked.value.status == 403
    authenticator(beside)
    # The credential of the first tab's device is unknown to this one: a code does it.
    beside.bring_to_front()
    beside.get_by_role("button", name="Use a passkey").click()
    expect(beside.get_by_role("status").filter(has_text="The passkey was not accepted.")).to_be_visible()
    beside.get_by_label("Code").fill(codes[3])
    beside.get_by_role("button", name="Sign in with the code").click()
    beside.wait_for_url("**/admin/")
    beside.close()
    eventually(lambda: latest_lead("Roads") == "Written without a session")

    # Signed out and in again, with the passkey.
    AccountSession.objects.all().delete()
    page.goto("/admin/account/")
    give_password(page, anna)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/admin/account/")
    page.get_by_role("link", name="Show or change").click()
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()

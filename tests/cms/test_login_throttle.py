"""Signing in, and every other form that takes a password, under attack; counters hold exactly, whoever counts."""

from __future__ import annotations

import re
import time
import unicodedata
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import LoginView, PasswordContextMixin
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from wagtail.models import PageViewRestriction

from chorsu_locales.limits import Counter, TooManyAttemptsError
from cms.models import AttemptCount, User
from cms.newsroom import login_throttle
from cms.newsroom.login_throttle import (
    COOKIE,
    HASHING_SLOTS,
    PER_ACCOUNT_AND_NETWORK,
    PER_NETWORK,
    THROTTLED_VIEWS,
    OneAtATimeHasher,
    attempts,
    hashing_slots,
)
from tests.factories import PASSWORD, make_home, make_user
from tests.threads import at_once

WAIT = 429
IN = 302
WRONG = 200


FEW = 3


@pytest.fixture
def _few(monkeypatch):
    """Refuse after fewer attempts, where what counts is which."""
    monkeypatch.setattr(login_throttle, "PER_ACCOUNT_AND_NETWORK", FEW)


@pytest.fixture
def owner(newsroom) -> User:
    return make_user("Journalists (ru)", email="owner@example.org")


def browser(number: int = 1, **headers: str) -> Client:
    """Return a browser in a network of its own."""
    return Client(REMOTE_ADDR=f"198.51.100.{number}", headers={"accept-language": "en", **headers})


def sign_in(client: Client, name: str = "owner@example.org", password: str = "wrong", **extra: Any) -> int:
    return client.post(reverse("wagtailadmin_login"), {"username": name, "password": password}, **extra).status_code


def sign_out(client: Client) -> None:
    """End the session and keep the other cookies; the test client's own way throws all away."""
    del client.cookies["sessionid"]


def hashes() -> Any:
    """Count passwords that are looked at."""
    return mock.patch("cms.models.User.check_password", autospec=True, side_effect=User.check_password)


@pytest.mark.usefixtures("owner")
def test_seventeen_wrong_passwords_and_then_the_right_one():
    client = browser()
    with hashes() as looked_at:
        answers = [sign_in(client) for _ in range(17)]
        assert answers == [WRONG] * PER_ACCOUNT_AND_NETWORK + [WAIT] * 7
        answer = client.post(reverse("wagtailadmin_login"), {"username": "owner@example.org", "password": PASSWORD})
    assert answer.status_code == WAIT
    assert looked_at.call_count == PER_ACCOUNT_AND_NETWORK
    assert "Please try again in 15 minutes." in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert sign_in(browser(2), password=PASSWORD) == IN, "elsewhere the owner still signs in"


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("view", ["wagtailadmin_login", "wagtailcore_login"])
@pytest.mark.parametrize("other", ["OWNER@example.org ", "\u202e{}", " " * 300 + "{}", "{}\x00", "\uff55{}"])
def test_another_way_to_write_a_name_is_the_same_account(owner, view, other):
    name = other.format(owner.username.removeprefix("u") if "\uff55" in other else owner.username)
    client = browser()
    for _ in range(FEW):
        assert client.post(reverse(view), {"username": name, "password": "wrong"}).status_code == WRONG
    assert sign_in(client, owner.username, PASSWORD) == WAIT


@pytest.mark.django_db
def test_a_name_longer_than_any_is_not_normalised_whole():
    with mock.patch("unicodedata.normalize", wraps=unicodedata.normalize) as normalize:
        assert sign_in(browser(), "a" + "\uff9e\u0301" * 1000) == WRONG
    lengths = [len(text) for form, text in (call.args for call in normalize.mock_calls) if form == "NFKC"]
    assert 0 < max(lengths) <= 254


def test_from_many_networks_an_account_is_limited_and_its_owner_is_not(owner):
    known = browser(250)
    assert sign_in(known, password=PASSWORD) == IN
    assert known.cookies[COOKIE]["httponly"]
    assert known.cookies[COOKIE]["path"] == reverse("wagtailadmin_home")
    sign_out(known)
    answers = [sign_in(browser(1 + number // 5)) for number in range(60)]
    assert answers.count(WRONG) == 30
    new = browser(200)
    assert sign_in(new, password=PASSWORD) == WAIT
    assert sign_in(known) == WRONG
    assert sign_in(known, password=PASSWORD) == IN, "the browser that was let in before isn't shut out"
    # Somebody else's cookie lets nobody past.
    other = browser(201)
    make_user("Journalists (ru)", email="other@example.org")
    assert sign_in(other, "other@example.org", PASSWORD) == IN
    sign_out(other)
    assert sign_in(other, password=PASSWORD) == WAIT
    other.cookies[COOKIE] = known.cookies[COOKIE].value[:-1] + "x"
    assert sign_in(other, password=PASSWORD) == WAIT
    # The link of a mail lets the owner in from a new device.
    owner.refresh_from_db()
    form = new.get(reset_link(owner), follow=True).redirect_chain[-1][0]
    assert new.post(form, {"new_password1": f"{PASSWORD}2", "new_password2": f"{PASSWORD}2"}).status_code == IN
    assert sign_in(new, password=f"{PASSWORD}2") == IN


@pytest.mark.usefixtures("owner")
def test_one_network_tries_many_accounts():
    answers = [sign_in(browser(), f"nobody{number}@example.org") for number in range(PER_NETWORK + 3)]
    assert answers == [WRONG] * PER_NETWORK + [WAIT] * 3
    assert sign_in(browser(), password=PASSWORD) == WAIT
    # Neither here nor elsewhere a right password is an attempt: a whole newsroom signs in from one network.
    assert {sign_in(browser(2), password=PASSWORD) for _ in range(PER_NETWORK + 3)} == {IN}


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("proxies", [0, 1])
def test_forged_headers_make_no_other_network(settings, proxies):
    settings.TRUSTED_PROXIES = proxies
    answers = [
        sign_in(browser(), headers={"X-Forwarded-For": f"203.0.113.{number}" + ", 198.51.100.1" * proxies})
        for number in range(PER_ACCOUNT_AND_NETWORK + 2)
    ]
    assert answers == [WRONG] * PER_ACCOUNT_AND_NETWORK + [WAIT] * 2


@pytest.mark.usefixtures("_few")
def test_who_exists_and_who_does_not_get_the_same_answers(owner):
    def answers(name, network):
        client = browser(network)
        found = []
        for _ in range(FEW + 1):
            answer = client.post(reverse("wagtailadmin_login"), {"username": name, "password": "wrong"})
            text = re.sub(r'(csrfmiddlewaretoken" value=|CSRF_TOKEN": )"\w+', "", answer.content.decode())
            found.append((answer.status_code, text.replace(name, "")))
        return found

    make_user("Journalists (ru)", email="gone@example.org", is_active=False)
    known = answers("owner@example.org", 1)
    assert answers("nobody@example.org", 2) == known
    assert answers("gone@example.org", 3) == known


def change_password(former: str) -> dict[str, str]:
    """Return what the form of one's own account posts."""
    new = {"password-new_password1": "x" * 12, "password-new_password2": "x" * 12}
    return {"password-old_password": former, **new}


@pytest.mark.usefixtures("_few")
@pytest.mark.parametrize("view", ["wagtailadmin_account", "wagtailcore_login"])
def test_other_forms_that_check_a_password(owner, view):
    client = browser()
    if view == "wagtailadmin_account":
        client.force_login(owner)
    wrong, right = (
        {"username": owner.username, "password": password, **change_password(password)}
        for password in ("wrong", PASSWORD)
    )
    with hashes() as looked_at:
        answers = [client.post(reverse(view), wrong).status_code for _ in range(FEW + 2)]
        assert answers == [WRONG] * FEW + [WAIT] * 2
        assert client.post(reverse(view), right).status_code == WAIT
    assert looked_at.call_count == FEW


@pytest.mark.usefixtures("_few")
def test_changing_other_things_of_an_account_is_no_attempt(owner):
    client = browser()
    client.force_login(owner)
    for _ in range(FEW + 1):
        answer = client.post(reverse("wagtailadmin_account"), {"name_email-first_name": "X"})
        assert answer.status_code != WAIT


def test_a_stranger_with_the_network_cannot_keep_a_signed_in_owner_from_changing_the_password(owner):
    client = browser()
    client.force_login(owner)
    for number in range(PER_NETWORK + 1):
        sign_in(browser(), f"nobody{number}@example.org")
    assert client.post(reverse("wagtailadmin_account"), change_password("wrong")).status_code == WRONG


@pytest.mark.thorough
def test_a_pages_password_is_not_guessed(newsroom):
    page = make_home("ru")
    restriction = PageViewRestriction.objects.create(page=page, restriction_type="password", password="guessed")
    address = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])

    def guess(client, password):
        return client.post(address, {"password": password, "return_url": "/ru/"}).status_code

    client, reader = browser(), browser(2)
    answers = [guess(client, f"guess {number}") for number in range(12)]
    assert answers == [WRONG] * PER_ACCOUNT_AND_NETWORK + [WAIT] * 2
    assert guess(client, "guessed") == WAIT
    assert [guess(reader, "guessed") for _ in range(40)] == [IN] * 40
    assert COOKIE not in reader.cookies


def test_a_flood_of_resets_is_limited_by_network(newsroom):
    answers = [
        browser().post(reverse("wagtailadmin_password_reset"), {"email": f"a{number}@example.org"}).status_code
        for number in range(PER_NETWORK + 2)
    ]
    assert answers == [IN] * PER_NETWORK + [WAIT] * 2


def test_every_form_that_takes_a_password_is_known():
    def views(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from views(pattern.url_patterns)
            else:
                yield pattern

    found = set()
    for pattern in views(get_resolver().url_patterns):
        view = getattr(pattern.callback, "view_class", None)
        takes = issubclass(view, LoginView | PasswordContextMixin) if isinstance(view, type) else False
        if (takes and hasattr(view, "form_class")) or "authenticate_with_password" in str(pattern.pattern):
            found.add(pattern.name)
    assert found - {"wagtailadmin_logout"} <= set(THROTTLED_VIEWS)
    assert len(found) >= 7


def test_passwords_are_hashed_in_turn():
    inside: list[int] = []
    at_most: list[int] = []

    def hash_slowly(*_):
        inside.append(1)
        at_most.append(len(inside))
        time.sleep(0.01)
        inside.pop()
        return ""

    with mock.patch("cms.newsroom.login_throttle.PBKDF2PasswordHasher.encode", side_effect=hash_slowly):
        at_once(*[lambda: OneAtATimeHasher().encode("password", "salt") for _ in range(6)])
    assert at_most == [1] * 6


def test_a_crowd_is_refused_and_costs_no_query(owner, django_assert_num_queries):
    known = browser(250)
    assert sign_in(known, password=PASSWORD) == IN
    sign_out(known)
    client = browser()
    with ExitStack() as others:
        for _ in range(HASHING_SLOTS):
            others.enter_context(hashing_slots)
        # Whose account it is, and what was counted.
        with django_assert_num_queries(2), hashes() as looked_at:
            answer = client.post(reverse("wagtailadmin_login"), {"username": owner.username, "password": PASSWORD})
        assert answer.status_code == WAIT
        assert "in a few seconds" in answer.content.decode()
        assert not looked_at.called
        assert sign_in(known, password=PASSWORD) == IN, "the owner's own browser takes its turn"
    assert sign_in(client, password=PASSWORD) == IN, "it was no attempt, and there is room again"
    assert [sign_in(client) for _ in range(PER_ACCOUNT_AND_NETWORK)] == [WRONG] * PER_ACCOUNT_AND_NETWORK, (
        "each slot was given back"
    )


def test_the_site_hashes_in_turn():
    from cms.settings import base  # noqa: PLC0415

    assert base.PASSWORD_HASHERS[0] == "cms.newsroom.login_throttle.OneAtATimeHasher"
    assert OneAtATimeHasher.algorithm == "pbkdf2_sha256", "passwords that are stored stay valid"


def reset_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("wagtailadmin_password_reset_confirm", args=[uid, default_token_generator.make_token(user)])


FIVE = Counter("five", 5, timedelta(minutes=10))


def refused(*counters: Counter) -> bool:
    try:
        attempts.take(*counters)
    except TooManyAttemptsError:
        return True
    return False


@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_no_more_than_the_limit_pass_at_the_same_moment():
    other = Counter("other", 100)
    answers = at_once(*[lambda: refused(FIVE, other) for _ in range(12)])
    assert sorted(answers) == [False] * 5 + [True] * 7
    assert sorted(AttemptCount.objects.values_list("count", flat=True)) == [5, 5], "what is refused counts nowhere"


@pytest.mark.django_db
def test_a_window_begins_with_the_first_attempt(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    for _ in range(5):
        attempts.take(FIVE)
    now += timedelta(minutes=9)
    with pytest.raises(TooManyAttemptsError) as caught:
        attempts.take(FIVE)
    assert caught.value.wait == timedelta(minutes=1)
    now += timedelta(minutes=1)
    assert not refused(FIVE)


@pytest.mark.django_db
def test_what_succeeded_is_no_attempt_and_whoever_is_refused_writes_nothing(django_assert_num_queries):
    for _ in range(20):
        attempts.take(FIVE)
        attempts.give_back([FIVE])
    attempts.give_back([FIVE])
    assert [refused(FIVE) for _ in range(6)] == [False] * 5 + [True]
    with django_assert_num_queries(1):
        assert refused(FIVE)


@pytest.mark.django_db
def test_a_lock_of_a_clock_that_ran_ahead_ends_at_once(monkeypatch):
    right = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: right + timedelta(days=1))
    for _ in range(5):
        attempts.take(FIVE)
    monkeypatch.setattr("django.utils.timezone.now", lambda: right)
    assert not refused(FIVE)
    assert AttemptCount.objects.get().ends_at == right + FIVE.within


@pytest.mark.django_db
def test_nothing_is_kept_longer_than_its_window(monkeypatch):
    attempts.take(FIVE, Counter("name of a person", 3))
    stored = str(list(AttemptCount.objects.values_list("key", flat=True)))
    assert "five" not in stored
    assert "person" not in stored
    assert attempts.forget_ended() == 0
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert attempts.forget_ended() == 2

"""Mail to editors about the reports that came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from chorsu_delivery.models import OutgoingMessage
from chorsu_feedback.mail import mail_reports
from chorsu_feedback.models import MailChoice
from chorsu_feedback.reports import close_report
from tests.factories import signed_in
from tests.feedback.pages import SECOND, make_article, make_editor, reported

pytestmark = pytest.mark.django_db
# A quarter past nine in Dushanbe, whose time is five hours ahead.
NOON = datetime(2026, 3, 3, 4, 15, 30, tzinfo=UTC)


class Clock:
    """The time, as it is told to the code."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
        settings.TIME_ZONE = "Asia/Dushanbe"
        self.now = NOON
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)

    def wait(self, **span: int) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock(monkeypatch, settings) -> Clock:
    return Clock(monkeypatch, settings)


def editor_of(*pages: Any, every: str = "minute", language: str = "en", **facts: Any) -> Any:
    user = make_editor(*pages, **facts)
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    MailChoice.objects.create(user=user, every=every)
    return user


def test_somebody_who_was_told_by_a_clock_that_ran_ahead_is_told_when_it_is_right(article, clock):
    editor_of(article)
    reported(article)
    clock.wait(days=3)
    assert mail_reports() == 1
    clock.wait(days=-3)
    mail_reports()
    reported(article, "откылась", "отворилась")
    clock.wait(minutes=2)
    assert mail_reports() == 1


@pytest.mark.parametrize(
    ("every", "minutes"),
    [("minute", 2), ("hour", 46), ("day", 21 * 60 + 46)],
)
def test_somebody_is_told_in_the_time_chosen_and_once(article, clock, every, minutes):
    user = editor_of(article, every=every)
    mail_reports()
    reported(article)
    clock.wait(minutes=minutes - 1)
    assert mail_reports() == 0
    clock.wait(minutes=1)
    assert [mail_reports(), mail_reports()] == [1, 0]
    clock.wait(days=2)
    assert mail_reports() == 0
    assert OutgoingMessage.objects.get().recipient == user.email


def test_who_chose_nothing_is_told_every_day_and_who_wants_nothing_never(article, clock):
    make_editor(article, name="anna")
    editor_of(article, every="", name="boris")
    reported(article)
    clock.wait(hours=1)
    assert mail_reports() == 0
    clock.wait(days=1)
    assert mail_reports() == 1
    assert OutgoingMessage.objects.get().recipient == "anna@example.org"


def test_a_mail_holds_all_of_its_time_by_page_with_the_sentence_before_and_after(article, clock, settings):
    page = article
    other = make_article(title="Другая", body=[{**page.body.raw_data[1]}])
    editor_of(page, other, every="hour", language="ru")
    first = reported(page, comment="две буквы")
    reported(page)
    clock.wait(minutes=10)
    bare = reported(other, "Первый", "", path=SECOND)
    clock.wait(minutes=40)
    assert mail_reports() == 1
    message = OutgoingMessage.objects.get()
    assert message.subject == "2 сообщения об опечатках"
    lines = [line.strip() for line in message.body.splitlines() if line.strip()]
    admin = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('chorsu_feedback_admin:index')}"
    assert lines[:9] == [
        "Другая (Русский)",
        "* Первый",
        "− Первый пункт",
        f"{admin}{bare.pk}/",
        "Новая библиотека (Русский)",
        "* откылась → открылась",
        "− Вчера в городе откылась новая библиотека.",
        "+ Вчера в городе открылась новая библиотека.",
        "“две буквы”",
    ]
    assert lines[9] == f"{admin}{first.pk}/"
    assert f"{admin}?status=open" in lines


def test_nobody_is_told_of_pages_of_others_nor_of_what_is_held_or_dealt_with(clock):
    page = make_article()
    user = editor_of(page, name="anna")
    editor_of(make_article(), name="boris")
    editor_of(page, name="vera").groups.get().permissions.clear()
    gone = editor_of(page, name="gleb")
    gone.is_active = False
    gone.save()
    reported(page, held=True)
    close_report(report=reported(page, "районов", "областей"), user=user, status="not_a_mistake")
    clock.wait(minutes=2)
    assert mail_reports() == 0
    reported(page, "пришли", "прибыли")
    clock.wait(minutes=2)
    assert mail_reports() == 1
    message = OutgoingMessage.objects.get()
    assert message.recipient == "anna@example.org"
    assert not [words for words in ("откылась →", "областей") if words in message.body]


def test_an_address_that_never_works_keeps_nobody_else_waiting(article, clock, caplog):
    broken = editor_of(article, name="anna")
    type(broken).objects.filter(pk=broken.pk).update(email="anna at example")
    editor_of(article, name="boris")
    reported(article)
    clock.wait(minutes=2)
    assert [mail_reports(), mail_reports()] == [1, 0]
    assert OutgoingMessage.objects.get().recipient == "boris@example.org"
    assert caplog.text.count("anna has no mail address that works") == 1
    clock.wait(days=2)
    broken.save()  # with the right address
    assert mail_reports() == 1
    assert OutgoingMessage.objects.get(recipient=broken.email).body.count("→") == 1


def test_a_long_mail_says_how_many_more_there_are(article, clock, monkeypatch):
    monkeypatch.setattr("chorsu_feedback.mail.MOST_TOLD", 2)
    editor_of(article)
    for number in range(5):
        reported(article, new=f"открылась {number}")
    clock.wait(minutes=2)
    mail_reports()
    message = OutgoingMessage.objects.get()
    assert message.subject == "5 typo reports"
    assert message.body.count("→") == 2
    assert "And 3 more." in message.body


def test_the_account_asks_how_often(article, clock):
    user = editor_of(article, every="")
    client = signed_in(user)
    account = reverse("wagtailadmin_account")
    assert "typo_mail-every" in client.get(account).text
    reported(article)
    clock.wait(days=3)
    reported(article, "районов", "областей")
    facts = {"name_email-first_name": "А", "name_email-last_name": "Б", "name_email-email": user.email}
    locale = {"locale-preferred_language": "en", "locale-current_time_zone": ""}
    theme = {"theme-theme": "system", "theme-contrast": "system", "theme-density": "default"}
    assert client.post(account, {**facts, **locale, **theme, "typo_mail-every": "minute"}).status_code == 302
    clock.wait(minutes=2)
    assert mail_reports() == 1
    assert OutgoingMessage.objects.get().subject == "1 typo report"

"""Who is told what of a text's way through approval, and the report of messages that haven't left."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from unittest import mock

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage, SectionPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due, send
from chorsu_editorial.approval import approve, request_changes
from chorsu_editorial.hashing import screen_token
from chorsu_editorial.models import FourEyesTask
from chorsu_locales.selectors import get_language_row
from cms.models import User
from cms.wiring.editorial_delivery import WAGTAILS_OWN
from tests.editorial.desk import LEAD, MENDED
from tests.factories import make_article, make_user

pytestmark = pytest.mark.usefixtures("newsroom")


@pytest.fixture
def author(newsroom) -> User:
    return make_user("Journalists (ru)", email="author@example.org", first_name="Umed")


@pytest.fixture
def editor(newsroom) -> User:
    return make_user("Editors (ru)", email="editor@example.org", first_name="Nigora")


def draft(author: User) -> AnalysisPage:
    section = SectionPage.objects.get(slug="analysis", locale__language_code="ru")
    page = make_article(section, title="Water & <power>", lead=LEAD, slug="water", live=False, owner=author)
    page.save_revision(user=author)
    return page


def submit(page: Page, author: User) -> None:
    page.get_workflow().start(page, author)
    page.refresh_from_db()


def sent() -> dict[str, str]:
    """Send what waits and return subject and text by recipient."""
    mail.outbox.clear()
    while deliver_due():
        pass
    return {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}


def decide(page: Page, editor: User, *, comment: str = "", approved: bool = True) -> None:
    page.refresh_from_db()
    state = page.current_workflow_task_state
    decision = {"task": state.task.specific, "task_state": state, "user": editor, "comment": comment}
    if approved:
        revision = page.latest_revision
        approve(screen=screen_token(revision.as_object(), revision), **decision)
    else:
        request_changes(**decision)


def test_every_language_has_its_workflow_under_its_own_name(newsroom):
    for section in SectionPage.objects.all():
        code = section.locale.language_code
        workflow = section.get_workflow()
        assert workflow.name == get_language_row(code).name
        groups = workflow.tasks.get().specific.groups.values_list("name", flat=True)
        assert set(groups) == {"Chief editors", f"Editors ({code})"}


def test_submitted_goes_to_the_editors_of_the_language(author, editor):
    make_user("Editors (tg)", email="tajik@example.org")
    make_user("Chief editors", email="chief@example.org")
    make_user("Editors (ru)", email="gone@example.org", is_active=False)
    make_user(superuser=True, email="boss@example.org")
    page = draft(author)
    submit(page, author)
    messages = sent()
    assert set(messages) == {"editor@example.org"}
    text = messages["editor@example.org"]
    assert text.startswith("To approve: Water & <power>\n")
    assert "Umed has submitted" in text
    assert f"http://localhost:8000/admin/pages/{page.pk}/edit/" in text


def test_where_no_editor_can_approve_the_chief_editors_are_told(author):
    make_user("Chief editors", email="chief@example.org")
    make_user(superuser=True, email="boss@example.org")
    submit(draft(author), author)
    assert set(sent()) == {"chief@example.org"}


def test_where_nobody_else_can_approve_the_administrators_are_told(author, editor):
    page = draft(author)
    page.title = "The editor's"
    page.save_revision(user=editor)
    make_user(superuser=True, email="boss@example.org")
    make_user(superuser=True, is_active=False, email="gone@example.org")
    submit(page, author)
    assert set(sent()) == {"boss@example.org"}


def test_approved_tells_the_author_what_was_changed(author, editor):
    page = draft(author)
    submit(page, author)
    sent()
    page.lead = MENDED
    page.save_revision(user=editor)
    decide(page, editor, comment="One word mended.")
    ((address, text),) = sent().items()
    assert address == author.email
    for words in (
        "Nigora has approved “Water & <power>”.",
        "It is live.",
        "/ru/analysis/water/",
        "One word mended.",
        f"− {LEAD}",
        f"+ {MENDED}",
        "/revisions/compare/",
    ):
        assert words in text


def test_a_scheduled_text_says_when_and_an_approval_without_changes_speaks_of_none(author, editor):
    page = draft(author)
    page.go_live_at = timezone.now() + timedelta(days=3)
    page.save_revision(user=author)
    submit(page, author)
    decide(page, editor)
    text = sent()["author@example.org"]
    assert "It goes live on" in text
    assert "(Asia/Dushanbe)" in text
    assert not [words for words in ("It is live", "Changed before", "Comment") if words in text]


@pytest.mark.parametrize("ended", [False, True])
def test_changes_wanted_and_an_ended_review_are_told_the_author(author, editor, ended):
    page = draft(author)
    submit(page, author)
    sent()
    if ended:
        FourEyesTask.objects.get(name="Русский").deactivate(user=editor)
    else:
        decide(page, editor, comment="Who says so?", approved=False)
    messages = sent()
    assert set(messages) == {"author@example.org"}
    for words in ["draft again"] if ended else ["asks for changes", "Who says so?"]:
        assert words in messages["author@example.org"]


@pytest.mark.parametrize("switched_off", [True, False])
def test_wagtails_switches_are_kept_and_a_wrong_address_undoes_nothing(author, editor, switched_off):
    if switched_off:
        UserProfile.objects.filter(user=editor).update(submitted_notifications=False)
    else:
        User.objects.filter(pk=editor.pk).update(email="nobody")
    page = draft(author)
    submit(page, author)
    assert page.current_workflow_task is not None
    assert sent() == {}


def test_wagtails_own_mail_is_off():
    for signal, _sender, uid in WAGTAILS_OWN:
        assert uid not in {key[0] for key, *_receiver in signal.receivers}


@pytest.fixture
def message(db) -> OutgoingMessage:
    stored = send(channel="mail", recipient="a@example.org", subject="Hello", body="Secret link", key="k")
    with mock.patch("chorsu_delivery.mail.MailChannel.send", side_effect=smtplib.SMTPException("<away>")):
        deliver_due()
    return stored


def test_it_shows_what_fails_and_tries_it_again(client, message):
    client.force_login(make_user("Chief editors"))
    page = client.get(reverse("chorsu_delivery_unsent")).content.decode()
    assert "a@example.org" in page
    assert "&lt;away&gt;" in page
    assert "Secret link" not in page
    retry = reverse("chorsu_delivery_retry", args=[message.pk])
    assert 'name="csrfmiddlewaretoken"' in page.partition(retry)[2]
    assert client.get(retry).status_code == 405
    assert "tried again now" in client.post(retry, follow=True).content.decode()
    assert deliver_due() == 1
    assert "a@example.org" not in client.get(reverse("chorsu_delivery_unsent")).content.decode()


def test_the_menu_counts_what_is_stuck(client, message):
    client.force_login(make_user("Chief editors"))
    assert "Unsent messages (" not in client.get(reverse("wagtailadmin_home")).content.decode()
    OutgoingMessage.objects.update(attempts=3)
    assert "Unsent messages (1)" in client.get(reverse("wagtailadmin_home")).content.decode()

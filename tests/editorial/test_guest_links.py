"""Links to a draft for one reader without an account: who gives them, what they open, how they end, and remarks."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, Page, PageLogEntry, PageViewRestriction
from wagtail.users.models import UserProfile

from chorsu_articles.models import PublicationAuthor
from chorsu_articles.protected_names import KEEP, SEE, protect
from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial import signals
from chorsu_editorial.comments import GUEST_REMARK, given_to, open_comments
from chorsu_editorial.guest_links import links
from chorsu_editorial.guest_links.links import (
    LONGEST_NAME,
    LONGEST_REMARK,
    MOST_LINKS,
    MOST_REMARKS,
    REMARKS_AT_ONCE,
    GuestCount,
    GuestLink,
    GuestRefused,
    LinkEndedError,
    LinkRefused,
    find,
    forget_ended,
    give,
    is_protected,
    paragraphs_of,
    remark,
    renew,
    withdraw,
)
from chorsu_locales.limits import TooManyAttemptsError
from cms import request_checks
from tests.busy_database import locked
from tests.editorial.desk import Desk, current_screen, fresh, latest, make_desk, task_state
from tests.factories import make_person, make_user

pytestmark = pytest.mark.django_db

READER = "Nigora, geologist"
SECRET_WORDS = "Words that nobody has read yet"


def make_link(desk: Desk, page: Page, **facts: Any) -> str:
    """Return the token of a link that the editor gives."""
    return give(**{"page": page, "user": desk.editor, "reader": READER, "days": 7, **facts})


def place_of(page: Page, words: str) -> str:
    return next(each.key for each in paragraphs_of(latest(page)) if words in each.text)


def open_address(token: str, name: str = "guest_draft", **options: Any) -> Any:
    """Return what a reader without an account is answered."""
    return Client(**options).get(reverse(f"chorsu_editorial:{name}", args=[token]))


def keeper() -> Any:
    """Return somebody who edits everything and keeps the names of protected persons."""
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    user = make_user(superuser=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=[KEEP, SEE]))
    return user


def test_whoever_may_edit_the_page_gives_a_link_and_its_token_is_stored_as_a_digest(desk):
    page = desk.draft()

    tokens = [give(page=page, user=user, reader=user.username, days=1) for user in (desk.author, desk.editor)]

    stored = repr(list(GuestLink.objects.values()) + list(PageLogEntry.objects.values()))
    assert GuestLink.objects.count() == 2
    assert not any(token in stored for token in tokens)
    assert [find(token)[0].given_by for token in tokens] == [desk.author, desk.editor]


@pytest.mark.parametrize("person", ["editor", "author"])
def test_nobody_gives_links_to_texts_of_another_language(desk, tajik, person):
    with pytest.raises(PermissionDenied):
        give(page=desk.draft(), user=getattr(tajik, person), reader=READER, days=1)


def test_whoever_may_not_edit_the_page_neither_renews_nor_withdraws_a_link(desk, tajik):
    make_link(desk, desk.draft())
    link = GuestLink.objects.get()

    for act in (lambda: renew(link=link, user=tajik.editor, days=1), lambda: withdraw(link=link, user=tajik.editor)):
        with pytest.raises(PermissionDenied):
            act()


def test_an_alias_has_no_links(desk):
    page = desk.draft()
    alias = page.create_alias(update_slug="alias", parent=desk.section)

    with pytest.raises(PermissionDenied):
        make_link(desk, alias)


@pytest.mark.parametrize(
    "facts",
    [{"days": 0}, {"days": 31}, {"reader": " \u200e "}, {"reader": "n" * (LONGEST_NAME + 1)}],
    ids=["no day", "too many days", "no name", "long name"],
)
def test_a_link_needs_a_name_and_a_number_of_days(desk, facts):
    with pytest.raises(LinkRefused):
        make_link(desk, desk.draft(), **facts)


def test_a_site_without_days_gives_no_links_and_its_former_ones_end(desk, settings):
    page = desk.draft()
    token = make_link(desk, page)
    settings.CHORSU_EDITORIAL = {"GUEST_LINK_DAYS": 0}

    with pytest.raises(LinkRefused):
        make_link(desk, page)
    with pytest.raises(LinkEndedError):
        find(token)


def test_a_live_page_without_a_draft_has_no_links(desk):
    page = desk.draft()
    page.get_latest_revision().publish()

    with pytest.raises(LinkRefused):
        make_link(desk, fresh(page))


def test_a_private_page_has_no_links(desk):
    page = desk.draft()
    PageViewRestriction.objects.create(page=desk.section, restriction_type=PageViewRestriction.LOGIN)

    with pytest.raises(LinkRefused):
        make_link(desk, page)


def test_a_page_has_so_many_links_at_most_and_a_name_one(desk):
    page = desk.draft()
    for number in range(MOST_LINKS):
        make_link(desk, page, reader=f"Reader {number}")

    with pytest.raises(LinkRefused):
        make_link(desk, page)
    make_link(desk, page, reader="Reader 0")

    assert GuestLink.objects.count() == MOST_LINKS


def test_a_new_link_for_the_same_name_ends_the_former(desk):
    page = desk.draft()
    former, new = make_link(desk, page), make_link(desk, page)

    with pytest.raises(LinkEndedError):
        find(former)
    assert find(new)[0].reader == READER


def expire(desk, page):
    GuestLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def take_back(desk, page):
    withdraw(link=GuestLink.objects.get(), user=desk.author)


def publish(desk, page):
    page.get_latest_revision().publish()


def make_private(desk, page):
    PageViewRestriction.objects.create(page=desk.section, restriction_type=PageViewRestriction.LOGIN)


def deactivate_giver(desk, page):
    desk.editor.is_active = False
    desk.editor.save()


def take_giver_out_of_the_group(desk, page):
    desk.editor.groups.clear()


def delete_giver(desk, page):
    desk.editor.delete()


def delete_page(desk, page):
    page.delete()


ENDS = [
    expire,
    take_back,
    publish,
    make_private,
    deactivate_giver,
    take_giver_out_of_the_group,
    delete_giver,
    delete_page,
]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_a_link_ends_and_is_answered_as_one_that_never_was(desk, end):
    page = desk.draft(title=SECRET_WORDS)
    token = make_link(desk, page)
    assert open_address(token).status_code == 200

    end(desk, page)

    for name in ("guest", "guest_draft", "guest_remarks"):
        ended, wrong = open_address(token, name), open_address("x" * 43, name)
        assert (ended.status_code, ended.text) == (404, wrong.text)
        assert ended.headers["Cache-Control"] == "private, no-store"
    with pytest.raises(LinkEndedError):
        remark(token=token, place="", text="Too late.")


def test_a_link_to_the_draft_of_a_live_page_ends_when_it_is_unpublished(desk):
    page = desk.draft()
    page.get_latest_revision().publish()
    desk.save(desk.author, fresh(page), lead=SECRET_WORDS)
    token = make_link(desk, fresh(page))
    assert SECRET_WORDS in open_address(token).text

    fresh(page).unpublish()

    assert open_address(token).status_code == 404


def test_a_link_shows_the_latest_version_at_the_time_of_opening(desk):
    page = desk.draft()
    token = make_link(desk, page)

    desk.save(desk.author, page, lead=SECRET_WORDS)

    assert SECRET_WORDS in open_address(token).text


def test_a_draft_is_for_its_reader_alone(desk):
    page = desk.draft(title=SECRET_WORDS)
    token = make_link(desk, page)

    shown = open_address(token)

    assert SECRET_WORDS in shown.text
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in shown.text
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert not shown.cookies
    # By the page's own address nobody sees it, after it was shown either.
    assert Client().get(page.get_url()).status_code == 404
    assert reverse("chorsu_editorial:guest_remarks", args=[token]) in shown.text


def test_an_editor_who_opens_a_link_sees_what_its_reader_does(desk):
    page = desk.draft()
    token = make_link(desk, page)

    shown = desk.browser(desk.editor).get(reverse("chorsu_editorial:guest_draft", args=[token]))

    assert "wagtail-userbar" not in shown.text


def test_the_cover_that_messengers_open_says_nothing_of_the_text_and_counts_as_no_opening(desk):
    page = desk.draft(title=SECRET_WORDS)
    token = make_link(desk, page)

    shown = open_address(token, "guest")

    assert shown.status_code == 200
    assert SECRET_WORDS not in shown.text
    assert GuestLink.objects.get().opened_at is None


def test_who_gave_renewed_and_withdrew_a_link_and_its_first_opening_are_in_the_history(desk):
    page = desk.draft()
    token = make_link(desk, page)
    renew(link=find(token)[0], user=desk.author, days=14)
    open_address(token)
    open_address(token)
    withdraw(link=find(token)[0], user=desk.editor)

    logged = PageLogEntry.objects.filter(page=page.pk, action__contains="guest_link").order_by("pk")

    actions = [(entry.action.rpartition("_")[2], entry.user) for entry in logged]
    assert actions == [("given", desk.editor), ("renewed", desk.author), ("opened", None), ("withdrawn", desk.editor)]
    assert all(READER in entry.formatter.format_message(entry) for entry in logged)


def test_a_renewed_link_holds_on_and_is_the_one_s_who_renewed_it(desk):
    page = desk.draft()
    token = make_link(desk, page, days=1)

    renew(link=find(token)[0], user=desk.author, days=30)

    link = find(token)[0]
    assert link.given_by == desk.author
    assert link.expires_at > timezone.now() + timedelta(days=29)


def test_wrong_tokens_are_throttled_and_a_right_one_opens_all_the_same(desk, monkeypatch):
    token = make_link(desk, desk.draft())
    monkeypatch.setattr(links, "WRONG_TOKENS", links.Counter("wrong", 2))

    statuses = [open_address("x" * 43).status_code for _ in range(4)]

    assert statuses == [404, 404, 429, 429]
    assert open_address(token).status_code == 200
    assert not GuestCount.objects.exclude(key="wrong").exists()


@pytest.mark.parametrize("token", ["x" * 5000, "%00", "…", "..%2F..", "' OR 1=1 --"], ids=range(5))
def test_what_is_no_token_opens_nothing(desk, token):
    make_link(desk, desk.draft())

    assert Client().get(f"/guest/{token}/draft/").status_code == 404


def test_no_log_has_a_token(desk, caplog):
    caplog.set_level("INFO")
    token = make_link(desk, desk.draft())

    for name in ("guest", "guest_draft", "guest_remarks"):
        open_address(token, name)

    assert "chorsu_editorial:guest_draft 200" in caplog.text
    assert token not in caplog.text


def test_a_remark_arrives_at_its_paragraph_by_the_guest_s_name(desk, listen):
    told = listen(signals.guest_remarked)
    page = desk.draft(body=[("paragraph", "<p>First words.</p><p>The glacier melts.</p>")])
    token = make_link(desk, page)

    remark(token=token, place=place_of(page, "glacier"), text="It grew\r\nin 1996.")

    [comment] = open_comments(fresh(page))
    assert comment.path == f"body.{latest(page).body[0].id}"
    assert comment.user == desk.editor
    assert comment.text == f"{READER} (without an account) on “The glacier melts.”:\r\nIt grew in 1996."
    assert [(facts["link"].reader, facts["people"]) for _signal, facts in told] == [(READER, [desk.editor])]
    assert [each.pk for each in given_to(desk.editor)] == [comment.pk]
    entry = PageLogEntry.objects.get(action=GUEST_REMARK)
    assert "It grew in 1996." in entry.formatter.format_comment(entry)


def test_a_remark_on_the_whole_text_stands_at_the_title(desk):
    page = desk.draft()

    remark(token=make_link(desk, page), place="", text="Too long.")

    assert [each.path for each in open_comments(fresh(page))] == ["title"]


def test_who_gave_the_link_gets_one_mail_of_a_day_s_remarks(desk):
    page = desk.draft()
    token = make_link(desk, page)

    for text in ("First.", "Second."):
        remark(token=token, place="", text=text)

    [mail] = OutgoingMessage.objects.all()
    assert mail.recipient == desk.editor.email
    assert READER in mail.body


def test_the_mail_of_a_remark_is_in_its_recipient_s_language_with_the_name_of_the_place():
    desk = make_desk("fa")
    UserProfile.objects.filter(user=desk.editor).update(preferred_language="ru")
    page = desk.draft()
    address = reverse("chorsu_editorial:guest_remarks", args=[make_link(desk, page)])

    Client().post(address, {"place": place_of(page, "First words"), "text": "Which ones?"})

    assert "Текст: Текст (блок 1)" in OutgoingMessage.objects.get().body


def test_the_same_remark_sent_twice_is_one(desk):
    page = desk.draft()
    token = make_link(desk, page)

    for _ in range(2):
        remark(token=token, place="", text="Too long.")

    assert Comment.objects.count() == 1
    assert find(token)[0].remarks == 1


def test_no_remark_is_left_on_another_page(desk):
    page, other = desk.draft(), desk.draft(lead="Another text altogether.")
    token = make_link(desk, page)

    with pytest.raises(GuestRefused):
        remark(token=token, place=place_of(other, "Another"), text="Wrong.")

    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["", " \u2066 ", "a" * (LONGEST_REMARK + 1)], ids=["empty", "invisible", "long"])
def test_a_remark_says_something_and_not_too_much(desk, text):
    token = make_link(desk, desk.draft())

    with pytest.raises(GuestRefused):
        remark(token=token, place="", text=text)


def test_one_link_takes_so_many_remarks(desk):
    token = make_link(desk, desk.draft())
    GuestLink.objects.update(remarks=MOST_REMARKS - 1)
    remark(token=token, place="", text="The last one.")

    with pytest.raises(GuestRefused):
        remark(token=token, place="", text="One more.")


def test_one_link_takes_so_many_remarks_at_once(desk):
    token = make_link(desk, desk.draft())
    for number in range(REMARKS_AT_ONCE):
        remark(token=token, place="", text=f"Remark {number}.")

    with pytest.raises(TooManyAttemptsError):
        remark(token=token, place="", text="One more.")


def test_a_remark_is_never_a_suggestion_that_one_click_takes(desk):
    page = desk.draft()
    words = latest(page).lead

    remark(token=make_link(desk, page), place="", text=f"{words}\r\n↓\r\nOther words.")

    assert [each.suggestion for each in open_comments(fresh(page))] == [None]


def test_a_guest_gives_no_remark_to_anybody_but_who_gave_the_link(desk):
    page = desk.draft()

    remark(token=make_link(desk, page), place="", text="@Anora, look.")

    assert not given_to(desk.author).exists()


def test_a_script_in_a_remark_or_a_name_is_text(desk):
    page = desk.in_review()
    script = "<script>alert(1)</script>"
    token = make_link(desk, page, reader=script)
    remark(token=token, place="", text=script)

    screens = [
        desk.open(desk.editor, page),
        desk.browser(desk.editor).get(reverse("chorsu_editorial_guest_links", args=[page.pk])),
        desk.browser(desk.editor).get(reverse("wagtailadmin_pages:history", args=[page.pk])),
        open_address(token, "guest"),
        open_address(token, "guest_remarks"),
    ]

    assert [screen.status_code for screen in screens] == [200] * len(screens)
    assert not any(script in screen.text for screen in screens)


def test_a_remark_in_review_leaves_the_approval_as_it_is(desk):
    page = desk.in_review()
    token = make_link(desk, page)
    state = task_state(page)
    screen = current_screen(state)

    remark(token=token, place="", text="Well.")
    state.task.specific.on_action(state, desk.other_editor, "approve", screen=screen)

    assert fresh(page).live


def test_the_page_of_remarks_takes_a_form_without_script_and_loses_nothing_of_one_that_it_refuses(desk):
    page = desk.draft()
    address = reverse("chorsu_editorial:guest_remarks", args=[make_link(desk, page)])
    guest = Client(enforce_csrf_checks=True)

    taken = guest.post(address, {"place": place_of(page, "First words"), "text": "Which ones?"}, follow=True)
    refused = guest.post(address, {"place": "0-gone-body.x", "text": "What I wrote."})

    assert (taken.status_code, Comment.objects.count()) == (200, 1)
    assert refused.status_code == 400
    assert re.search(r'id="remark-all"[^>]*>What I wrote\.</textarea>', refused.text)


def test_the_screen_gives_renews_and_withdraws_and_shows_an_address_once(desk):
    page = desk.draft()
    browser = desk.browser(desk.editor)
    screen = reverse("chorsu_editorial_guest_links", args=[page.pk])

    given = browser.post(screen, {"action": "give", "reader": READER, "days": "7"})
    [address] = re.findall(r'value="https?://[^/"]+(/guest/[^"]+)"', given.text)
    link = GuestLink.objects.get()

    assert Client().get(address).status_code == 200
    assert "no-store" in given.headers["Cache-Control"]
    again = browser.get(screen)
    assert address not in again.text
    assert READER in again.text
    browser.post(screen, {"action": "renew", "link": link.pk, "days": "30"})
    assert GuestLink.objects.get().expires_at > link.expires_at
    browser.post(screen, {"action": "withdraw", "link": link.pk})
    assert not GuestLink.objects.exists()
    assert screen in desk.open(desk.editor, page).text


def test_the_screen_withdraws_no_link_of_another_page(desk):
    page, other = desk.draft(), desk.draft()
    make_link(desk, other)
    screen = reverse("chorsu_editorial_guest_links", args=[page.pk])

    answer = desk.browser(desk.editor).post(screen, {"action": "withdraw", "link": GuestLink.objects.get().pk})

    assert answer.status_code == 404
    assert GuestLink.objects.exists()


def test_the_screen_of_another_language_s_page_is_refused(desk, tajik):
    screen = reverse("chorsu_editorial_guest_links", args=[desk.draft().pk])

    assert tajik.browser(tajik.editor).get(screen).status_code in {302, 403}


def by_protected_author(desk: Desk, page: Page) -> None:
    person = make_person()
    version = latest(page)
    version.author_links = [PublicationAuthor(person=person)]
    version.save_revision(user=desk.author)
    protect(user=keeper(), person=person)


def names_protected_person(desk: Desk, page: Page) -> None:
    protect(user=keeper(), person=make_person("Зулфия Назарова"))
    desk.save(desk.author, page, lead="Зулфия Назарова пишет о ледниках.")


@pytest.mark.parametrize("protects", [by_protected_author, names_protected_person], ids=["author", "named"])
def test_a_text_with_a_protected_name_has_links_only_where_a_chief_editor_says_so(desk, protects):
    page = desk.draft()
    earlier = make_link(desk, page)
    assert open_address(earlier).status_code == 200

    protects(desk, page)

    assert open_address(earlier).status_code == 404
    with pytest.raises(LinkRefused):
        make_link(desk, page)
    with pytest.raises(PermissionDenied):
        make_link(desk, page, covers_protected=True)
    chief = keeper()
    with pytest.raises(LinkRefused):
        make_link(desk, page, user=chief)
    token = make_link(desk, page, user=chief, covers_protected=True)
    assert open_address(token).status_code == 200
    assert is_protected(latest(page))
    with pytest.raises(LinkRefused):
        renew(link=find(token)[0], user=desk.editor, days=1)


def test_a_link_to_a_protected_name_ends_when_its_giver_keeps_no_names_any_more(desk):
    page = desk.draft()
    by_protected_author(desk, page)
    chief = keeper()
    token = make_link(desk, page, user=chief, covers_protected=True)

    chief.user_permissions.clear()

    assert open_address(token).status_code == 404


def test_a_link_does_not_come_back_when_its_page_is_unpublished(desk):
    page = desk.draft()
    token = make_link(desk, page)
    publish(desk, page)

    fresh(page).unpublish(user=make_user(superuser=True))

    assert open_address(token).status_code == 404


def test_links_that_have_ended_keep_nobody_from_giving_another(desk):
    page = desk.draft()
    for number in range(MOST_LINKS):
        make_link(desk, page, reader=f"Reader {number}")
    GuestLink.objects.update(expires_at=timezone.now())

    make_link(desk, page)

    assert [link.reader for link in GuestLink.objects.all()] == [READER]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="About SQLite's one writer.")
def test_while_somebody_else_writes_readers_read_and_the_next_opening_is_noted(monkeypatch, caplog):
    monkeypatch.setattr(links, "OPENING_WAITS", 0.1)
    desk = make_desk("ru")
    token = make_link(desk, desk.draft(), user=make_user(superuser=True))

    with locked():
        statuses = [open_address(each).status_code for each in (token, "wrong")]

    assert statuses == [200, 404]
    assert find(token)[0].opened_at is None
    open_address(token)
    assert find(token)[0].opened_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("postgres" in os.environ.get("DATABASE_URL", ""), reason="About SQLite's one writer.")
def test_a_remark_that_meets_a_busy_database_leaves_no_token_in_the_log(monkeypatch, caplog):
    monkeypatch.setattr(request_checks, "MOST_SECONDS", 0.1)
    desk = make_desk("ru")
    token = make_link(desk, desk.draft(), user=make_user(superuser=True))
    address = reverse("chorsu_editorial:guest_remarks", args=[token])

    with locked():
        answer = Client(raise_request_exception=False).post(address, {"place": "", "text": "Well."})

    assert answer.status_code == 503
    assert "request to chorsu_editorial:guest_remarks" in caplog.text
    assert token not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("cms"))


def test_the_sweep_deletes_what_is_logged_of_links_to_pages_that_are_gone(desk):
    page, other = desk.draft(), desk.draft()
    for each in (page, other):
        remark(token=make_link(desk, each), place="", text="Well.")
    page.delete()

    forget_ended()

    logged = PageLogEntry.objects.filter(action__contains="guest_link")
    assert {entry.page_id for entry in logged} == {other.pk}


def test_the_sweep_deletes_what_has_ended(desk):
    page, other = desk.draft(), desk.draft()
    for each in (page, other):
        make_link(desk, each)
    publish(desk, page)
    GuestCount.objects.create(key="wrong", count=5, ends_at=timezone.now() - timedelta(minutes=1))

    assert forget_ended() == 1

    assert [link.page_id for link in GuestLink.objects.all()] == [other.pk]
    assert not GuestCount.objects.exists()


def test_links_leave_with_the_page(desk):
    page = desk.draft()
    make_link(desk, page)

    page.delete()

    assert not GuestLink.objects.exists()


@pytest.mark.parametrize("code", ["fa", "tg", "kk", "ky", "uz", "en"])
def test_guests_read_in_the_language_of_the_page(code):
    page = make_desk(code).draft(title=SECRET_WORDS)
    token = give(page=page, user=make_user(superuser=True), reader=READER, days=1)

    for name in ("guest", "guest_draft", "guest_remarks"):
        shown = open_address(token, name)
        direction = "rtl" if code == "fa" else "ltr"
        assert re.search(rf'<html lang="{code}[^"]*" dir="{direction}"', shown.text)

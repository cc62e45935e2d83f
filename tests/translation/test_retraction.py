"""An article that two people retract: what it takes, and that nothing of it goes live until two bring it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision
from wagtail.users.models import UserProfile

from chorsu_articles.models import AnalysisPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.held_approvals import publish_together
from chorsu_editorial.refusals import Refusal
from chorsu_translation.linking import unlink_page
from chorsu_translation.models import Withdrawal, WithdrawalProposal
from chorsu_translation.pages import TranslationError
from chorsu_translation.retracted import retraction_of
from chorsu_translation.starting import start_translation
from chorsu_translation.withdrawal import (
    LONGEST_SENTENCE,
    WithdrawalError,
    decide,
    propose,
    take_down,
    withdraw_everywhere,
)
from cms.publishing import publish_due
from tests.editorial.desk import Desk, fresh
from tests.factories import signed_in
from tests.translation.desk_of_two import draft
from tests.translation.newsroom import at, bring_back, editor_at, history_at, live, locale, member, proposed, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_messages_in_english")]
SENTENCES = {"ru": "Сведения не подтвердились.", "tg": "Маълумот тасдиқ нашуд."}
PEOPLE = {"chief": "Chief editors", "editor": "Editors (ru)", "journalist": "Journalists (ru)"}


@pytest.fixture(scope="module")
def kept(kept_source, kept_in_module) -> int:
    """Return the key of the Tajik page of an article; people are named after their roles."""
    with kept_in_module():
        for name, group in PEOPLE.items():
            UserProfile.objects.create(user=member(name, group), preferred_language="en")
        page = start(AnalysisPage.objects.get(pk=kept_source), "tg", user("translator"))
        page.title = "Об ва пиряхҳо"
        return int(publish(page).pk)


@pytest.fixture
def russian(source, kept) -> AnalysisPage:
    return source


@pytest.fixture
def tajik(kept, db) -> AnalysisPage:
    return AnalysisPage.objects.get(pk=kept)


def user(name: str) -> Any:
    return get_user_model().objects.get(username=name)


def start(source: Page, code: str, by: Any) -> Any:
    return start_translation(source=source, locale=locale(code), user=by).specific


def retract(page: AnalysisPage, sentences: dict[str, str] = SENTENCES) -> Withdrawal:
    key = proposed(page, "retract", sentences, by=user("editor"))
    decide(proposal_id=key, page=page, user=user("chief"))
    found = retraction_of(page)
    assert found is not None
    return found


def said(page: Page) -> list[tuple[str, str]]:
    """Return what the history of a page has of these acts: action and reason."""
    entries = PageLogEntry.objects.filter(page=page.pk, action__startswith="chorsu_translation.").order_by("pk")
    return [(each.action.partition(".")[2], (each.data or {}).get("reason", "")) for each in entries]


def browser(name: str) -> Client:
    return signed_in(user(name))


@pytest.mark.thorough
def test_one_proposes_and_another_confirms(russian, tajik):
    OutgoingMessage.objects.all().delete()
    key = proposed(russian, "retract", {"ru": "  Сведения\nне подтвердились. ", "tg": "Маълумот тасдиқ нашуд."},
                   by=user("editor"))  # fmt: skip
    assert live(russian, tajik) == [True, True], "nothing happens before it is confirmed"
    mail = OutgoingMessage.objects.get()
    assert (mail.recipient, SENTENCES["tg"] in mail.body) == (user("chief").email, True)
    assert at("retract", russian) in mail.body
    decide(proposal_id=key, page=tajik, user=user("chief"))
    assert not AnalysisPage.objects.filter(live=True).exists()
    retraction = retraction_of(tajik)
    assert retraction is not None
    assert [retraction.sentence(code) for code in ("ru", "tg", "en")] == [*SENTENCES.values(), ""]
    assert retraction.headline("tg") == "Об ва пиряхҳо"
    assert (retraction.proposed_by, retraction.withdrawn_by) == (user("editor"), user("chief"))
    assert said(tajik)[-2:] == [("propose_retract", "Two agreed."), ("retract", "Two agreed.")]
    told = set(OutgoingMessage.objects.exclude(pk=mail.pk).values_list("recipient", flat=True))
    # Who may confirm, who proposed it, and who wrote the translation.
    assert {user(name).email for name in ("chief", "editor", "translator")} <= told


def test_four_eyes_hold(russian, tajik):
    chief, editor = user("chief"), user("editor")
    with pytest.raises(PermissionDenied):
        propose(page=russian, user=user("journalist"), act="retract", reason="I want to", sentences=SENTENCES)
    own = proposed(russian, "retract", SENTENCES, by=chief)
    with pytest.raises(WithdrawalError, match="Whoever proposed it"):
        decide(proposal_id=own, page=russian, user=chief)
    for refusal in (None, "It isn't wrong"):
        with pytest.raises(PermissionDenied):
            decide(proposal_id=own, page=russian, user=editor, refusal=refusal)
    # Proposed anew by somebody else, it is that person's; the former one decides nothing any more.
    key = proposed(russian, "retract", SENTENCES, by=editor)
    with pytest.raises(WithdrawalError, match="meanwhile"):
        decide(proposal_id=own, page=russian, user=chief)
    for unseen in ("…", "\u3164"):
        with pytest.raises(WithdrawalError, match="Write the reason"):
            decide(proposal_id=key, page=russian, user=chief, refusal=unseen)
    OutgoingMessage.objects.all().delete()
    decide(proposal_id=key, page=russian, user=chief, refusal="It is true.")
    assert said(tajik)[-1] == ("refuse_retract", "It is true.")
    assert "It is true." in OutgoingMessage.objects.get(recipient=editor.email).body
    # Whose account is gone can't be told from who confirms.
    key = proposed(russian, "retract", SENTENCES, by=editor)
    WithdrawalProposal.objects.update(proposed_by=None)
    with pytest.raises(WithdrawalError, match="Whoever proposed it"):
        decide(proposal_id=key, page=russian, user=chief)
    assert live(russian, tajik) == [True, True]


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        ({"ru": "Сведения не подтвердились.", "tg": "…"}, "is missing: Тоҷикӣ"),
        ({**SENTENCES, "en": "Nobody saw it."}, "in which readers saw"),
        ({**SENTENCES, "tg": "т" * (LONGEST_SENTENCE + 1)}, "in which readers saw"),
    ],
)
def test_each_language_that_readers_see_needs_a_sentence(russian, tajik, sentences, why):
    with pytest.raises(WithdrawalError, match=why):
        proposed(russian, "retract", sentences)
    assert not WithdrawalProposal.objects.exists()


def test_a_language_that_went_live_since_needs_a_sentence_first(russian, tajik):
    key = proposed(russian, "retract", SENTENCES, by=user("editor"))
    publish(start(russian, "en", user("chief")))
    client, address = browser("chief"), at("retract", russian)
    assert "Live, and without a sentence" in client.get(address).text
    answer = client.post(address, {"proposal": key, "confirm": "1"})
    assert (answer.status_code, "is missing: English" in answer.text) == (422, True)
    assert AnalysisPage.objects.filter(live=True).count() == 3


@pytest.mark.thorough
def test_what_is_down_already_is_retracted_too_and_comes_back_as_it_was(russian, tajik):
    with pytest.raises(WithdrawalError, match="Nothing of"):
        proposed(russian, "bring_back")
    withdraw_everywhere(page=russian, user=user("chief"), reason="A court asked for it.")
    retract(russian, {"tg": SENTENCES["tg"]})
    with pytest.raises(WithdrawalError, match="retracted already"):
        proposed(russian, "retract", SENTENCES)
    bring_back(page=russian, user=user("chief"))
    assert live(russian, tajik) == [True, True]
    assert retraction_of(russian) is None
    for page in (tajik, russian):
        take_down(page=fresh(page), user=user("chief"), reason="A court asked for it.")
    retract(russian)
    assert bring_back(page=russian, user=user("chief")) == [], "none was live when it was retracted"
    assert publish(fresh(russian)).live, "but it may be published again"


@pytest.mark.thorough
def test_nothing_goes_live_by_any_way(russian, tajik):
    author, chief, client = user("journalist"), user("chief"), browser("chief")
    desk: Any = SimpleNamespace(browser=lambda _user: client)
    retract(russian)
    english = start(fresh(russian), "en", chief)

    def approved(action):
        page = fresh(russian)
        page.save_revision(user=author)
        page.get_workflow().start(page, author)
        Desk.decide(desk, user("editor"), page, action)

    def scheduled():
        draft(fresh(tajik), go_live_at=timezone.now() + timedelta(days=1)).publish()

    def made_live():
        page = fresh(tajik)
        page.live = True
        Page.save(page)

    def held():
        approved("approve_and_hold")
        publish_together(user=chief, pages=[russian.pk])

    def posted(address, data):
        answer = client.post(address, data)
        assert answer.status_code in {200, 403}, answer.status_code
        assert "retracted" in answer.text
        raise Refusal

    def edited():
        fields = Desk.form(desk, chief, fresh(tajik))
        posted(editor_at(tajik), {**fields, "action-publish": "1", "publish_reason": "It was right."})

    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    api = f"/admin/api/main/pages/{tajik.pk}/action/publish/"
    ways: list[Callable[[], None]] = [
        lambda: publish(fresh(tajik)),
        lambda: publish(fresh(english)),
        lambda: fresh(tajik).revisions.order_by("pk")[0].publish(user=chief),
        lambda: approved("approve"),
        held,
        scheduled,
        edited,
        lambda: posted(f"{bulk}?id={tajik.pk}&next=/admin/", {"reason": "It was right."}),
        lambda: posted(api, {"reason": "It was right."}),
        made_live,
    ]
    for number, way in enumerate(ways):
        with pytest.raises(Refusal), transaction.atomic():
            way()
        assert not AnalysisPage.objects.filter(live=True).exists(), number
    with pytest.raises(TranslationError, match="neither joined nor parted"):
        unlink_page(target=fresh(tajik), user=chief)


def test_a_schedule_that_came_back_stays_down_and_is_told(russian, tajik, caplog):
    retract(russian)
    Revision.objects.filter(pk=tajik.live_revision_id).update(approved_go_live_at=timezone.now() - timedelta(hours=1))
    assert publish_due() == 0
    assert not fresh(tajik).live
    assert "could not be published" in caplog.text
    assert "retracted" in OutgoingMessage.objects.get(key__startswith="stuck:").body


def test_the_screens_lead_from_the_menu_to_the_home_page_of_who_confirms(russian, tajik):
    address, back, edit = at("retract", tajik), at("bring_back", tajik), editor_at(tajik)
    editor, chief, journalist = (browser(name) for name in ("editor", "chief", "journalist"))
    assert address in chief.get(edit).text
    assert journalist.get(address).status_code == 302
    assert "Об ва пиряхҳо" in editor.get(address).text
    assert editor.post(address, {"reason": "A mistake", "ru": "Ошибка"}).status_code == 422
    proposal = {"reason": "A <b>mistake", **SENTENCES}
    assert editor.post(address, proposal).status_code == 302
    former = {"proposal": WithdrawalProposal.objects.get().pk, "confirm": "1"}
    # Neither by who proposed it, nor by forging.
    for client in (editor, journalist):
        for forged in (former, {"proposal": "x", "confirm": "1"}):
            assert client.post(address, forged).status_code in {302, 422}
    assert chief.post(address, {"proposal": former["proposal"]}).status_code == 422, "neither a button nor a reason"
    assert fresh(tajik).live
    assert ["To confirm" in each.get(reverse("wagtailadmin_home")).text for each in (chief, editor)] == [True, False]
    assert "Waits to be confirmed" in chief.get(edit).text
    shown = chief.get(address).text
    assert all(text in shown for text in (*SENTENCES.values(), "A &lt;b&gt;mistake"))
    assert SENTENCES["ru"] in editor.get(f"{address}?anew=1").text
    # Somebody who had the empty form open proposes in the place of the other, which decides nothing any more.
    assert editor.post(address, proposal).status_code == 302
    assert chief.post(address, former).status_code == 422
    key = WithdrawalProposal.objects.get().pk
    assert chief.post(address, {"proposal": key, "confirm": "1"}).status_code == 302
    assert not fresh(tajik).live
    assert "Retracted" in chief.get(edit).text
    assert "Retracted in every language" in chief.get(history_at(tajik)).text
    assert editor.post(back, {"reason": "It was right"}).status_code == 302
    key = WithdrawalProposal.objects.get().pk
    assert editor.post(back, {"proposal": key, "refuse": "1", "reason": "I was wrong"}).status_code == 302
    assert not WithdrawalProposal.objects.exists()
    assert editor.post(back, {"proposal": key, "confirm": "1"}).status_code == 422
    assert retraction_of(tajik)

"""What people do at the translation desk, for being killed in it, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from unittest import mock

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page

from chorsu_articles.models import AnalysisPage
from chorsu_delivery.models import OutgoingMessage
from chorsu_editorial.held_approvals import publish_together
from chorsu_editorial.models import HeldApproval
from chorsu_search.writing import rebuild
from chorsu_translation.minor import declare_minor
from chorsu_translation.models import PublishedUnits, TranslationRequest, WithdrawalProposal
from chorsu_translation.planning import request_translation
from chorsu_translation.selectors import State, page_state
from chorsu_translation.starting import start_translation
from chorsu_translation.withdrawal import decide, withdraw_everywhere
from cms.models import LanguageChats, ToldOccasion, User
from cms.newsroom.messages import person
from cms.publishing import publish_due
from cms.wiring.translation_delivery import tell_translators
from tests.delivery.bot_api import TOKEN, BotApi, bot_api
from tests.editorial.desk import Desk, current_screen, fresh, make_desk, task_state
from tests.factories import make_group, make_home, make_review, make_section, make_user
from tests.faults.killing import deliver, sweep
from tests.translation.newsroom import proposed

REASON = "A court asked for it."
MINOR = "и другие слова"
CHANNELS = {"ru": "@desk_ru", "tg": "@desk_tg"}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Scene:
    """An article in two languages."""

    russian: AnalysisPage
    tajik: AnalysisPage


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done: ``lost`` tells what doesn't follow from it; ``at_once``: wholly or not at all."""

    name: str
    prepare: Callable[[], Scene]
    work: Callable[[Scene], object]
    is_done: Callable[[Scene], bool]
    lost: Callable[[Scene], list[str]] = lambda _scene: []
    at_once: bool = True


@contextmanager
def newsroom() -> Iterator[list[Act]]:
    """Make two languages with their channels, and return what is done in them."""
    with bot_api() as api:
        settings.CHORSU_DELIVERY = settings.CHORSU_DELIVERY | {
            "TELEGRAM": {"TOKEN": TOKEN, "API": api.url, "CHAT_OF": "cms.newsroom.messages.chat_of"}
        }
        people = People(api)
        rebuild()
        yield people.acts()


class People:
    """The people of the newsroom, and what they do."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.desk: Desk = make_desk("ru")
        section = make_section(make_home("tg"), translation_key=self.desk.section.translation_key)
        editors = make_group("Editors tg", section, ("add", "change"))
        make_review(section, editors)
        self.editor: User = make_user(editors.name)
        self.translator: User = make_user(make_group("Translators tg", section, ("add", "change")).name)
        self.chief: User = make_user(superuser=True)
        for code, channel in CHANNELS.items():
            locale = Locale.objects.get(language_code=code)
            LanguageChats.objects.create(locale=locale, public_channel=channel)

    def acts(self) -> list[Act]:
        """Return what they do."""
        return [
            Act(
                "hold", self.in_review, lambda scene: self.approve(scene, hold=True), self.is_held, self.stays_as_it_was
            ),
            Act("approve and publish", self.in_review, self.approve, self.is_new_everywhere, self.is_posted),
            Act("edit what is held", self.held, self.edit, lambda scene: not self.is_held(scene), self.stays_as_it_was),
            Act("publish together", self.held_in_both, self.publish, self.is_new_everywhere, self.is_posted),
            Act("publish at its time", self.due, self.publish_tomorrow, self.is_new_everywhere, self.is_posted),
            Act("withdraw everywhere", self.in_review, self.withdraw, self.is_down, self.is_posted),
            Act("bring back", self.withdrawn, self.bring_back, lambda scene: not self.is_down(scene), self.is_posted),
            Act(
                "minor edit",
                self.minor_in_review,
                lambda scene: self.approve(scene, page=scene.russian),
                lambda scene: fresh(scene.russian).lead.endswith(MINOR),
                self.is_up_to_date,
            ),
            Act("tell translators", self.changed, lambda _scene: tell_translators(), self.is_told, self.is_told_once),
            Act("request", self.untranslated, self.request, self.is_requested),
            Act(
                "deliver", self.undelivered, lambda _scene: deliver(), self.is_delivered, self.is_posted, at_once=False
            ),
        ]

    def live(self) -> Scene:
        """Return an article that is live in both languages, with nothing left to do."""
        number = next(_numbers)
        russian = self.desk.draft(title=f"Вода {number}", slug=f"water-{number}")
        russian.save_revision(user=self.desk.author).publish(user=self.chief)
        target = start_translation(
            source=fresh(russian), locale=Locale.objects.get(language_code="tg"), user=self.translator
        ).specific
        target.title, target.lead = f"Об {number}", f"Матн дар бораи об {number}."
        target.save_revision(user=self.translator).publish(user=self.chief)
        sweep()
        return Scene(fresh(russian), fresh(target))

    def in_review(self) -> Scene:
        """Return one whose translation waits for its approval."""
        scene = self.live()
        self.submit(scene.tajik, self.translator)
        return scene

    def held(self) -> Scene:
        """Return one whose translation is approved and held."""
        scene = self.in_review()
        self.approve(scene, hold=True)
        return scene

    def held_in_both(self) -> Scene:
        """Return one that is held in both languages."""
        scene = self.held()
        self.submit(scene.russian, self.desk.author)
        self.approve(scene, hold=True, page=scene.russian)
        return scene

    def due(self) -> Scene:
        """Return one whose translation is scheduled for tomorrow."""
        scene = self.live()
        page = fresh(scene.tajik)
        page.lead, page.go_live_at = self.new(page), timezone.now() + timedelta(days=1)
        page.save_revision(user=self.translator).publish(user=self.chief)
        return scene

    def withdrawn(self) -> Scene:
        """Return one that was taken down, and that somebody proposed to bring back."""
        scene = self.live()
        self.withdraw(scene)
        proposed(scene.russian, "bring_back", by=make_user(superuser=True))
        sweep()
        return scene

    def minor_in_review(self) -> Scene:
        """Return one whose source waits for the approval of a minor edit."""
        scene = self.live()
        self.submit(scene.russian, self.desk.author, lead=f"{fresh(scene.russian).lead} {MINOR}")
        assert declare_minor(page=fresh(scene.russian), user=self.desk.author)
        return scene

    def changed(self) -> Scene:
        """Return one whose source changed an hour ago."""
        scene = self.live()
        russian = fresh(scene.russian)
        russian.lead = self.new(russian)
        russian.save_revision(user=self.desk.author).publish(user=self.chief)
        PublishedUnits.objects.filter(page=russian.pk).update(since=timezone.now() - timedelta(hours=1))
        return scene

    def untranslated(self) -> Scene:
        """Return one whose translation nobody was asked for."""
        TranslationRequest.objects.all().delete()
        return self.live()

    def undelivered(self) -> Scene:
        """Return one whose new headlines and messages wait."""
        scene = self.held_in_both()
        self.publish(scene)
        return scene

    def submit(self, page: Page, user: User, *, lead: str = "") -> None:
        """Submit a new version."""
        version = fresh(page)
        version.lead = lead or self.new(version)
        version.save_revision(user=user)
        version.get_workflow().start(fresh(page), user)

    def new(self, page: Any) -> str:
        """Return the lead that a page has in its new version."""
        return f"{page.title}: матни нав."

    def approve(self, scene: Scene, *, hold: bool = False, page: Page | None = None) -> None:
        """Approve what waits."""
        state = task_state(page or scene.tajik)
        task = state.task.specific
        user = self.desk.editor if page else self.editor
        task.on_action(state, user, "approve_and_hold" if hold else "approve", screen=current_screen(state))

    def edit(self, scene: Scene) -> None:
        """Change a word of what is held, in one transaction as the editor's requests are."""
        page = fresh(scene.tajik).get_latest_revision_as_object()
        page.lead = f"{page.lead} Илова."
        with transaction.atomic():
            page.save_revision(user=self.translator)

    def publish(self, scene: Scene) -> None:
        """Publish both languages together."""
        publish_together(user=self.chief, pages=[scene.russian.pk, scene.tajik.pk])

    def publish_tomorrow(self, _scene: Scene) -> None:
        """Run the worker's sweep at the time of what is scheduled."""
        with mock.patch("django.utils.timezone.now", return_value=timezone.now() + timedelta(days=1, minutes=1)):
            publish_due()

    def withdraw(self, scene: Scene) -> None:
        """Take both languages down."""
        withdraw_everywhere(page=scene.russian, user=self.chief, reason=REASON)

    def bring_back(self, scene: Scene) -> None:
        """Bring both languages back."""
        waiting = WithdrawalProposal.objects.get(translation_key=scene.russian.translation_key)
        decide(proposal_id=waiting.pk, page=scene.russian, user=self.chief)

    def request(self, scene: Scene) -> None:
        """Ask the translator for the English text."""
        english, _created = Locale.objects.get_or_create(language_code="en")
        request_translation(page=scene.russian, locale=english, user=self.chief, assignee=self.chief, due=None)

    def deliver(self, _scene: Scene) -> None:
        deliver()

    def is_held(self, scene: Scene) -> bool:
        """Return whether the translation is held."""
        return HeldApproval.objects.filter(page=scene.tajik.pk).exists()

    def is_new_everywhere(self, scene: Scene) -> bool:
        """Return whether the translation's new version is live."""
        return bool(fresh(scene.tajik).lead == self.new(scene.tajik))

    def is_up_to_date(self, scene: Scene) -> list[str]:
        """Tell where the translation has to be made anew."""
        found = page_state(scene.tajik)
        return [*self.is_posted(scene), *([] if found == State.LIVE else [f"the translation is {found}"])]

    def is_told(self, scene: Scene) -> bool:
        """Return whether the translator is known to have been told of the change."""
        told = ToldOccasion.objects.filter(occasion__startswith=f"source:{scene.tajik.pk}:")
        return told.filter(recipient=person(self.translator)).exists()

    def is_told_once(self, scene: Scene) -> list[str]:
        """Tell where no message, or more than one, says so."""
        mine = OutgoingMessage.objects.filter(recipient=self.translator.email)
        number = mine.filter(body__contains=f"/pages/{scene.tajik.pk}/edit/").count()
        return [] if number == 1 else [f"the translator was told {number} times"]

    def is_down(self, scene: Scene) -> bool:
        """Return whether neither language is live."""
        return not any(fresh(page).live for page in (scene.russian, scene.tajik))

    def is_requested(self, _scene: Scene) -> bool:
        """Return whether the translation is asked for."""
        return TranslationRequest.objects.exists()

    def is_delivered(self, _scene: Scene) -> bool:
        """Return whether nothing waits."""
        return not OutgoingMessage.objects.unsent().exists()

    def stays_as_it_was(self, scene: Scene) -> list[str]:
        """Tell where readers see another text, or somebody wasn't told."""
        page = fresh(scene.tajik)
        found = [] if page.live and page.lead != self.new(page) else ["readers see another text"]
        told = OutgoingMessage.objects.filter(recipient=self.translator.email).count()
        return found if told else [*found, "the translator wasn't told"]

    def is_posted(self, scene: Scene) -> list[str]:
        """Tell where a channel says something else than readers see."""
        found = []
        for page in (fresh(scene.russian), fresh(scene.tajik)):
            texts = self.api.chats.get(CHANNELS[page.locale.language_code], {}).values()
            shown = [text for text in texts if text.partition("\n")[0] == page.title]
            if bool(shown) != page.live:
                found.append(f"the channel has {shown} of {page}, which is {'live' if page.live else 'down'}")
            elif page.live and page.lead not in "".join(shown):
                found.append(f"the channel says {shown} and not {page.lead!r}")
        return found

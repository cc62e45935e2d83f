"""Load the demo: vocabularies, pictures, accounts, pages in every language, and a believable history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from articles.models import (
    AnalysisPage,
    Correction,
    EventReportPage,
    InfoPage,
    PublicationAuthor,
    PublicationTranslator,
    SectionPage,
)
from cms.demo import blocks, content
from cms.demo.accounts import CHIEF, EDITORS
from cms.demo.baselines import Baseline, declare_baselines
from cms.demo.content import Article
from cms.demo.services.countries import countries_by_code
from cms.demo.services.history import Event, write_history
from cms.demo.services.record import STEP, record
from cms.demo.services.vocabulary import make_accounts, make_organisations, make_people, make_pictures, make_topics
from cms.models import SetupStep, User
from locales.text import slugify

KINDS = {"analysis": SectionPage.Kind.ANALYSIS, "event": SectionPage.Kind.EVENTS}
TRANSLATION_DELAY = timedelta(hours=9)
CHANGE_DELAY = timedelta(days=2)


class DemoError(Exception):
    """The demo can't be loaded; the message says what to do."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was loaded: numbers of articles, pages, pictures and accounts."""

    articles: int
    pages: int
    pictures: int
    accounts: int


@dataclass(slots=True)
class Desk:
    """What is at hand while loading."""

    now: datetime
    users: dict[str, User]
    pictures: dict[str, int]
    picture_texts: dict[str, dict[str, Any]]
    topics: dict[str, Any]
    people: dict[str, Any]
    organisations: dict[str, Any]
    countries: dict[str, Any]
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    baselines: list[Baseline] = field(default_factory=list)

    def library(self, language: str) -> blocks.Library:
        """Return what blocks of this language refer to."""
        pages = {key: page.pk for (key, code), page in self.pages.items() if code == language}
        return blocks.Library(self.pictures, self.picture_texts, pages)

    def editor(self, language: str) -> User:
        return self.users[EDITORS.get(language, CHIEF)]

    def published(self, article: Article, language: str) -> datetime:
        """Return when the version of this language came out: translations follow the source by some hours."""
        day = (self.now - timedelta(days=article.days_ago)).replace(
            hour=4 + article.days_ago % 6, minute=article.days_ago * 7 % 60, second=0, microsecond=0
        )
        position = [source_of(article), *(code for code in languages_of(article) if code != source_of(article))]
        return min(day + TRANSLATION_DELAY * position.index(language), self.now - timedelta(hours=1))


@transaction.atomic
def load_demo(*, again: bool = False) -> LoadReport | None:
    """Load the demo once; return what was loaded, or None where it was loaded before (``again``: and removed since).

    Raises ``DemoError`` where ``setup_newsroom`` hasn't run, or where an account of the demo's addresses exists.
    """
    step, first = SetupStep.objects.get_or_create(key=STEP)
    if not first and (not again or step.value != "removed"):
        return None
    SetupStep.objects.filter(pk=step.pk).update(value="")
    sections = find_sections()
    users = make_accounts()
    pictures, texts = make_pictures()
    desk = Desk(
        now=timezone.now(),
        users=users,
        pictures=pictures,
        picture_texts=texts,
        topics=make_topics(),
        people=make_people(pictures),
        organisations=make_organisations(),
        countries=countries_by_code(),
    )
    found = [article for article in content.articles() if languages_of(article)]
    # Each page is saved five times on its way; what it refers to is indexed once, at the end.
    with disable_reference_index_auto_update():
        for article in found:
            make_pages(desk, article, sections)
        for article in found:
            publish_article(desk, article)
    for page in Page.objects.filter(pk__in=[page.pk for page in desk.pages.values()]).specific():
        ReferenceIndex.create_or_update_for_object(page)
    record(desk.pages.values())
    fill_about_pages(desk)
    write_history(desk.events)
    declare_baselines(desk.baselines)
    return LoadReport(len(found), len(desk.pages), len(pictures), len(users))


def languages_of(article: Article) -> list[str]:
    """Return the languages of an article that are switched on."""
    enabled = {code for code, _name in settings.LANGUAGES}
    return [code for code in article.languages if code in enabled]


def source_of(article: Article) -> str:
    """Return the language that the others are translated from: the article's own where that is switched on."""
    languages = languages_of(article)
    return article.source if article.source in languages else languages[0]


def find_sections() -> dict[tuple[str, str], SectionPage]:
    """Return the first section of each kind in each language."""
    sections: dict[tuple[str, str], SectionPage] = {}
    for section in SectionPage.objects.select_related("locale").order_by("path"):
        sections.setdefault((section.kind, section.locale.language_code), section)
    for code, _name in settings.LANGUAGES:
        for kind in KINDS.values():
            if (kind, code) not in sections:
                raise DemoError(
                    f"There is no section for {kind.label} in {code}: run `manage.py setup_newsroom` first."
                )
    return sections


def make_pages(desk: Desk, article: Article, sections: dict[tuple[str, str], SectionPage]) -> None:
    """Make the drafts of an article: the source, and its copies for translation."""
    source_language = source_of(article)
    kind = KINDS[article.kind]
    model = AnalysisPage if article.kind == "analysis" else EventReportPage
    owner = author_account(desk, article)
    source = model(live=False, owner=owner, title=article.text("title", source_language))
    fill(desk, source, article, source_language)
    section = sections[(kind, source_language)]
    SectionPage.objects.get(pk=section.pk).add_child(instance=source)
    desk.pages[(article.key, source_language)] = source
    for language in languages_of(article):
        if language == source_language:
            continue
        copy = source.copy_for_translation(Locale.objects.get(language_code=language))
        copy.owner = translator_account(desk, article, language)
        copy.save(update_fields=["owner"])
        desk.pages[(article.key, language)] = copy


def author_account(desk: Desk, article: Article) -> User:
    """Return who writes: the account of the first author, where there is one."""
    first = article.data["authors"][0].split("-")[0]
    return desk.users.get(first) or desk.users["aigul"]


def translator_account(desk: Desk, article: Article, language: str) -> User:
    """Return who translates: the account of the language's translator, else a journalist's."""
    named = article.data.get("translators", {}).get(language, [""])[0].split("-")[0]
    translator = desk.users.get(named) or desk.users["aigul"]
    return translator if translator != desk.editor(language) else desk.users["aigul"]


def fill(desk: Desk, page: Any, article: Article, language: str, *, earlier: bool = False) -> None:
    """Put an article's texts of one language into its page."""
    data = article.data
    library = desk.library(language)
    picture = data["main_picture"]
    page.title = page.draft_title = article.text("title", language)
    page.slug = slugify(page.title, language, max_length=60)
    page.lead = blocks.plain(article.text("lead", language))
    page.search_description = page.lead[:250].rpartition(" ")[0] if len(page.lead) > 250 else page.lead
    page.body = blocks.body(article, language, library, earlier=earlier)
    main = blocks.picture_value(library, picture, {"caption": data.get("main_caption")}, language)
    page.main_picture_id = main["picture"]
    page.main_picture_caption = main["caption"]
    page.main_picture_alt = main["alt"]
    page.topics = [desk.topics[key] for key in data["topics"]]
    page.countries = [desk.countries[code] for code in data["countries"]]
    page.published_on = desk.published(article, language)
    page.author_links = [
        PublicationAuthor(person=desk.people[key], sort_order=place) for place, key in enumerate(data["authors"])
    ]
    if language != source_of(article):
        page.translator_links = [
            PublicationTranslator(person=desk.people[key], sort_order=place)
            for place, key in enumerate(data.get("translators", {}).get(language, []))
        ]
    page.corrections = [
        Correction(
            date=day(desk, correction["days_ago"]), text=content.text_of(correction["text"], language), sort_order=place
        )
        for place, correction in enumerate(data.get("corrections", []))
    ]
    if isinstance(page, AnalysisPage):
        page.key_points = blocks.key_points(article, language)
        page.references = blocks.references(article, language)
    else:
        page.starts_on = day(desk, data["starts_days_ago"])
        page.ends_on = day(desk, data.get("ends_days_ago", data["starts_days_ago"]))
        page.venue = article.text("venue", language)
        page.city = article.text("city", language)
        page.country = desk.countries[data["country"]]
        page.organisers = [desk.organisations[key] for key in data["organisers"]]
        page.participants = blocks.participants(article, language)


def day(desk: Desk, days_ago: int) -> date:
    return timezone.localdate(desk.now - timedelta(days=days_ago))


def publish_article(desk: Desk, article: Article) -> None:
    """Write and publish every version; change the source later, and leave one version waiting, where it says so."""
    source_language = source_of(article)
    source = desk.pages[(article.key, source_language)]
    author = author_account(desk, article)
    first = publish(desk, article, source_language, author, earlier=article.changed)
    translations = [code for code in languages_of(article) if code != source_language]
    based_on = dict.fromkeys(translations, first)
    for language in translations:
        translator = translator_account(desk, article, language)
        if language in article.in_review:
            submit(desk, article, language, translator)
        else:
            publish(desk, article, language, translator, earlier=article.changed)
    if article.changed:
        second = publish(desk, article, source_language, author, delay=CHANGE_DELAY)
        for language in translations:
            if language in article.updated:
                publish(desk, article, language, translator_account(desk, article, language), delay=CHANGE_DELAY)
                based_on[language] = second
    desk.baselines.extend(
        Baseline(target=desk.pages[(article.key, language)], source=source, source_revision=revision)
        for language, revision in based_on.items()
    )


def write(
    desk: Desk, article: Article, language: str, writer: User, *, earlier: bool, when: datetime
) -> tuple[Any, Revision]:
    """Save the version's texts as a draft revision."""
    page = Page.objects.get(pk=desk.pages[(article.key, language)].pk).specific
    if page.latest_revision_id:
        page = page.get_latest_revision_as_object()
    fill(desk, page, article, language, earlier=earlier)
    revision = page.save_revision(user=writer, log_action=True)
    desk.events.append(Event(page.pk, revision.pk, when - timedelta(hours=3)))
    return page, revision


def publish(
    desk: Desk,
    article: Article,
    language: str,
    writer: User,
    *,
    earlier: bool = False,
    delay: timedelta = timedelta(0),
) -> Revision:
    """Write a version and publish it by the editor of its language."""
    when = min(desk.published(article, language) + delay, desk.now - timedelta(minutes=30))
    _page, revision = write(desk, article, language, writer, earlier=earlier, when=when)
    # An editor publishes by approving, without Wagtail's right to publish.
    revision.publish(user=desk.editor(language), skip_permission_checks=True)
    desk.events[-1] = desk.events[-1].published_at(when)
    return revision


def submit(desk: Desk, article: Article, language: str, writer: User) -> None:
    """Write a version and submit it for approval."""
    when = desk.published(article, language)
    page, _revision = write(desk, article, language, writer, earlier=article.changed, when=when)
    page = Page.objects.get(pk=page.pk).specific
    workflow = page.get_workflow()
    if workflow is not None:
        workflow.start(page, writer)


def fill_about_pages(desk: Desk) -> None:
    """Write the page about the newsroom where ``setup_newsroom`` left an empty draft."""
    texts = content.read("about.toml")
    for page in InfoPage.objects.filter(live=False, body="").select_related("locale"):
        code = page.locale.language_code
        if code in texts["title"] and not page.get_latest_revision_as_object().body:
            page.title = texts["title"][code]
            page.body = blocks.rich_text(texts["body"][code])
            revision = page.save_revision(user=desk.editor(code), log_action=True)
            revision.publish(user=desk.editor(code), skip_permission_checks=True)
            record([page], filled=page.body)

"""Load the demo: vocabularies, pictures, accounts, pages in every language, and a believable history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, ReferenceIndex, Revision
from wagtail.signal_handlers import disable_reference_index_auto_update

from chorsu_articles.models import AnalysisPage, EventReportPage, Publication, SectionPage
from chorsu_articles.models.publications import plural_of
from chorsu_translation.baselines import link_translation
from cms.models import SetupStep, User
from cms.newsroom.messages import without_posts
from demo import content
from demo.content import Article
from demo.services.about import fill_about_pages, make_policies
from demo.services.countries import countries_by_code
from demo.services.desk import Desk, author_account, fill, languages_of, source_of, translator_account
from demo.services.front import arrange_front_pages, arrange_outlet
from demo.services.history import Event, write_history
from demo.services.record import STEP, record
from demo.services.vocabulary import (
    make_accounts,
    make_documents,
    make_organisations,
    make_people,
    make_pictures,
    make_terms,
    make_topics,
)

MODELS: dict[str, type[Publication]] = {"analysis": AnalysisPage, "event": EventReportPage}
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


@transaction.atomic
def load_demo(*, again: bool = False, public_passwords: bool = False) -> LoadReport | None:
    """Load the demo once; return what was loaded, or None where it was loaded before (``again``: and removed since).

    ``public_passwords`` allows it where ``DEBUG`` is off: whoever reads this project can then sign in.

    Raises ``DemoError`` where that isn't allowed, where ``setup_newsroom`` hasn't run, or where an account of the
    demo's addresses exists.
    """
    step, first = SetupStep.objects.get_or_create(key=STEP)
    if not first and (not again or step.value != "removed"):
        return None
    if not (settings.DEBUG or public_passwords):
        raise DemoError(
            "The demo has an administrator whose password is public, and this looks like production (DEBUG is off). "
            "Where nobody from outside reaches the site, load it with --with-public-passwords."
        )
    SetupStep.objects.filter(pk=step.pk).update(value="")
    sections = find_sections()
    users = make_accounts()
    make_terms(users)
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
        documents=make_documents(),
    )
    found = [article for article in content.articles() if languages_of(article)]
    # Each page is saved five times on its way; what it refers to is indexed once, at the end.
    with disable_reference_index_auto_update():
        for article in found:
            make_pages(desk, article, sections)
        with without_posts():
            for article in found:
                publish_article(desk, article)
    for page in Page.objects.filter(pk__in=[page.pk for page in desk.pages.values()]).specific():
        ReferenceIndex.create_or_update_for_object(page)
    record(desk.pages.values())
    policies = make_policies(desk)
    fill_about_pages(desk, policies)
    arrange_front_pages(desk)
    arrange_outlet(desk, policies)
    write_history(desk.events)
    return LoadReport(len(found), len(desk.pages), len(pictures), len(users))


def find_sections() -> dict[tuple[str, str], SectionPage]:
    """Return the first section of each kind in each language."""
    sections: dict[tuple[str, str], SectionPage] = {}
    for section in SectionPage.objects.select_related("locale").order_by("path"):
        sections.setdefault((section.kind, section.locale.language_code), section)
    for code, _name in settings.LANGUAGES:
        for model in MODELS.values():
            if (model.kind, code) not in sections:
                raise DemoError(
                    f"There is no section for {plural_of(model)} in {code}: run `manage.py setup_newsroom` first."
                )
    return sections


def make_pages(desk: Desk, article: Article, sections: dict[tuple[str, str], SectionPage]) -> None:
    """Make the drafts of an article: the source, and its copies for translation."""
    source_language = source_of(article)
    model = MODELS[article.kind]
    owner = author_account(desk, article)
    source = model(live=False, owner=owner, title=article.text("title", source_language))
    fill(desk, source, article, source_language)
    section = sections[(model.kind, source_language)]
    SectionPage.objects.get(pk=section.pk).add_child(instance=source)
    desk.pages[(article.key, source_language)] = source
    for language in languages_of(article):
        if language == source_language:
            continue
        copy = source.copy_for_translation(Locale.objects.get(language_code=language))
        copy.owner = translator_account(desk, article, language)
        copy.save(update_fields=["owner"])
        desk.pages[(article.key, language)] = copy


def publish_article(desk: Desk, article: Article) -> None:
    """Write and publish every version; change the source later, and leave one version waiting, where it says so."""
    source_language = source_of(article)
    author = author_account(desk, article)
    translations = [code for code in languages_of(article) if code != source_language]
    publish(desk, article, source_language, author, earlier=article.changed)
    for language in translations:
        translator = translator_account(desk, article, language)
        if language in article.in_review:
            submit(desk, article, language, translator)
        else:
            publish(desk, article, language, translator, earlier=article.changed)
        declare_current(desk, article, language, translator)
    if article.changed:
        publish(desk, article, source_language, author, delay=CHANGE_DELAY)
        for language in translations:
            if language in article.updated:
                translator = translator_account(desk, article, language)
                publish(desk, article, language, translator, delay=CHANGE_DELAY)
                declare_current(desk, article, language, translator)


def declare_current(desk: Desk, article: Article, language: str, translator: User) -> None:
    """Declare that the translation is up to date with its source of this moment."""
    source = Page.objects.get(pk=desk.pages[(article.key, source_of(article))].pk)
    link_translation(source=source, target=desk.pages[(article.key, language)], user=translator)


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

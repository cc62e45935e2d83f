"""Write the demo's pages about the newsroom: what it is, and its policies."""

from __future__ import annotations

import uuid

from chorsu_articles.models import HomePage, InfoPage
from chorsu_locales.text import slugify
from demo import blocks, content
from demo.services.desk import Desk
from demo.services.record import record

POLICIES = ("editorial", "correction")
NAMESPACE = uuid.UUID("2b8f1f0e-61d7-4c3c-9a57-6f0f4b1f7a52")


def make_policies(desk: Desk) -> dict[tuple[str, str], InfoPage]:
    """Make and publish the pages of the policies in each language; return them by (policy, language)."""
    texts = content.read("policies.toml")
    made: dict[tuple[str, str], InfoPage] = {}
    for home in HomePage.objects.filter(depth=2).select_related("locale"):
        code = home.locale.language_code
        for policy in POLICIES:
            if code not in texts[policy]["title"]:
                continue
            title = texts[policy]["title"][code]
            page = InfoPage(
                title=title,
                slug=slugify(title, code, max_length=60),
                locale=home.locale,
                translation_key=uuid.uuid5(NAMESPACE, f"{home.translation_key}/{policy}"),
                body=blocks.rich_text(texts[policy]["body"][code]),
                live=False,
                owner=desk.editor(code),
            )
            # Read anew each time: treebeard counts children on the instance.
            HomePage.objects.get(pk=home.pk).add_child(instance=page)
            _publish(page, desk)
            made[policy, code] = page
    record(made.values())
    return made


def fill_about_pages(desk: Desk, policies: dict[tuple[str, str], InfoPage]) -> None:
    """Write the page about the newsroom where ``setup_newsroom`` left an empty draft."""
    texts = content.read("about.toml")
    for page in InfoPage.objects.filter(live=False, body="").select_related("locale"):
        code = page.locale.language_code
        if code in texts["title"] and not page.get_latest_revision_as_object().body:
            links = {policy: policies[policy, code].pk for policy in POLICIES}
            page.title = texts["title"][code]
            page.body = blocks.rich_text(texts["body"][code].format(**links))
            _publish(page, desk)
            record([page], filled=page.body)


def _publish(page: InfoPage, desk: Desk) -> None:
    editor = desk.editor(page.locale.language_code)
    page.save_revision(user=editor, log_action=True).publish(user=editor, skip_permission_checks=True)

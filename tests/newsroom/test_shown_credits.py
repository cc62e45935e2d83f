"""Credit, licence and kind of a picture that readers see: editors of all its languages change them, logged and told."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from chorsu_articles.models import AnalysisPage, Picture, SectionPage
from chorsu_articles.pictures import CreditChangesReport, change_credit, shown_facts_changes
from chorsu_delivery.services import deliver_due
from cms.models import User
from tests.factories import make_picture, make_user

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")
OTHERS = [{"credit": "Forger"}, {"licence": "CC0"}, {"kind": "map"}, {"credit": "Map: Forger"}]


def show(picture: Picture, code: str, state: str = "live") -> Page:
    """Return a page of a language that shows the picture to readers, or will."""
    section = SectionPage.objects.get(slug="analysis", locale__language_code=code)
    page = AnalysisPage(title=f"Headline {code}", slug="shown", locale=section.locale, main_picture=picture, live=False)
    section.add_child(instance=page)
    revision = page.save_revision()
    if state == "live":
        revision.publish()
    elif state == "review":
        page.get_workflow().start(page, make_user(f"Journalists ({code})"))
    return page


@pytest.fixture
def journalist(newsroom: None) -> User:
    return make_user("Journalists (en)", email="journalist@example.org")


@pytest.fixture
def picture(journalist: User) -> Picture:
    return make_picture(title="Bridge", credit="A. Writer", licence="CC BY 4.0", uploaded_by_user=journalist)


def edit(user: User, picture: Picture, **changes: str) -> Any:
    """Send the library's form as its page or a forger would."""
    client = Client()
    client.force_login(user)
    fields = {
        "title": picture.title,
        "kind": picture.kind,
        "credit": picture.credit,
        "licence": picture.licence,
        "tags": "",
        "collection": picture.collection_id,
        **changes,
    }
    return client.post(reverse("wagtailimages:edit", args=[picture.pk]), fields)


def facts(picture: Picture) -> tuple[str, str, str]:
    picture = Picture.objects.get(pk=picture.pk)
    return (picture.kind, picture.credit, picture.licence)


def sent() -> dict[str, str]:
    mail.outbox.clear()
    while deliver_due():
        pass
    return {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}


@pytest.mark.parametrize("state", ["live", "review"])
def test_no_journalist_changes_it(journalist: User, picture: Picture, state: str) -> None:
    show(picture, "en", state)
    before = facts(picture)
    for changes in OTHERS:
        assert "only an editor of all of these" in edit(journalist, picture, **changes).content.decode()
    client = Client()
    client.force_login(journalist)
    address = reverse("wagtailimages:edit_multiple", args=[picture.pk])
    fields = {"title": "Bridge", "kind": "map", "credit": "Forger", "licence": "", "tags": "", "collection": "1"}
    sent = {f"image-{picture.pk}-{name}": value for name, value in fields.items()}
    assert not client.post(address, sent, headers={"X-Requested-With": "XMLHttpRequest"}).json()["success"]
    with pytest.raises(PermissionDenied, match="only an editor"):
        change_credit(user=journalist, picture=picture, credit="Forger", instead_of="A. Writer")
    assert facts(picture) == before
    assert not shown_facts_changes().exists()
    picture.refresh_from_db()
    assert edit(journalist, picture, title="Bridge at dawn").status_code == 302, "other things of it are changed"
    assert Picture.objects.get(pk=picture.pk).title == "Bridge at dawn"


@pytest.mark.parametrize("codes", [["en"], ["en", "ru"]])
def test_an_editor_of_one_language_changes_nothing_in_another(picture: Picture, codes: list[str]) -> None:
    for code in codes:
        show(picture, code)
    before, editor = facts(picture), make_user("Editors (ru)")
    for changes in OTHERS:
        assert "English" in edit(editor, picture, **changes).content.decode()
        assert facts(picture) == before


def test_before_anybody_sees_it_its_owner_changes_it(journalist: User, picture: Picture) -> None:
    show(picture, "en", "draft")
    assert edit(journalist, picture, credit="Map: B. Writer").status_code == 302
    assert facts(picture) == ("map", "B. Writer", "CC BY 4.0")
    assert not shown_facts_changes().exists()


def test_an_editor_changes_it_and_it_is_logged_told_and_reported(picture: Picture) -> None:
    show(picture, "en")
    show(picture, "ru")
    editor = make_user("Editors (en)", "Editors (ru)", email="me@example.org", first_name="Anna")
    for code in ("en", "ru", "tg"):
        make_user(f"Editors ({code})", email=f"{code}@example.org")
    assert edit(editor, picture, credit="Drawing: B. Writer").status_code == 302
    assert facts(picture) == ("drawing", "B. Writer", "CC BY 4.0")

    entry = shown_facts_changes().get()
    assert entry.user == editor
    assert entry.data["before"] == {"kind": "photo", "credit": "A. Writer"}
    assert entry.data["after"] == {"kind": "drawing", "credit": "B. Writer"}

    mails = sent()
    assert set(mails) == {"en@example.org", "ru@example.org"}
    for words in ("Bridge", "Anna", "− Kind: Photo; credit: A. Writer", "+ Kind: Drawing; credit: B. Writer"):
        assert words in mails["ru@example.org"]
    assert "Headline ru" in mails["ru@example.org"]
    # Nobody switches these off.
    assert "Notifications" not in mails["ru@example.org"]

    client = Client()
    client.force_login(editor)
    address = reverse("chorsu_articles_admin:credit_changes")
    shown = client.get(address).content.decode()
    for words in (
        "Bridge",
        "Kind: Photo; credit: A. Writer",
        "Kind: Drawing; credit: B. Writer",
        "Credits of pictures",
    ):
        assert words in shown
    stranger = Client()
    stranger.force_login(make_user())
    assert stranger.get(address).status_code == 302
    table = b"".join(client.get(address, {"export": "csv"}).streaming_content).decode()
    assert "B. Writer" in table
    assert CreditChangesReport().get_preprocess_function("label", "=1+1", "csv")("=1+1") == "'=1+1"

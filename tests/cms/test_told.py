"""What chief editors are told, and what editors change of what readers see beside a page's own text.

That is what goes past a second pair of eyes, who comes to approve, facts of pictures, and texts of vocabularies.
"""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import LogContext
from wagtail.models import ModelLogEntry, Page
from wagtail.users.models import UserProfile

from chorsu_articles.models import Organisation, Person, Picture, SectionPage, Topic
from chorsu_articles.pictures.library import CreditChangesReport, change_credit, credit_changes
from chorsu_articles.protected_names import protect
from chorsu_articles.vocabularies import TEXTS_CHANGED, put_back, record_change, text_changes, texts_of
from chorsu_delivery.models import OutgoingMessage
from chorsu_delivery.services import deliver_due
from chorsu_editorial.refusals import Refusal
from cms.models import User
from cms.newsroom.invitations import invite
from tests.editorial.desk import LEAD, sent_by
from tests.factories import make_article, make_person, make_picture, make_user, signed_in

pytestmark = pytest.mark.usefixtures("newsroom", "_messages_in_english")

CHIEFS = {"chief@example.org", "second@example.org"}


@pytest.fixture
def chief(newsroom) -> User:
    make_user("Chief editors", email="gone@example.org", is_active=False)
    second = make_user("Chief editors", email="second@example.org")
    UserProfile.objects.filter(user=second).update(preferred_language="ru")
    return make_user("Chief editors", email="chief@example.org", first_name="Timur")


def sent() -> dict[str, str]:
    mail.outbox.clear()
    while deliver_due():
        pass
    return {message.to[0]: f"{message.subject}\n{message.body}" for message in mail.outbox}


def publish(client: Client, **posted: Any) -> Page:
    section = SectionPage.objects.get(slug="analysis", locale__language_code="ru")
    page = make_article(section, title="Water & <power>", lead=LEAD, live=False)
    page.save_revision()
    url = f"/admin/pages/{page.pk}/edit/"
    data = sent_by(client.get(url).content.decode())
    data.update({"key_points-count": "0", "body-count": "0", "references-count": "0", "action-publish": "1", **posted})
    client.post(url, data)
    return Page.objects.get(pk=page.pk)


def test_all_chief_editors_are_told_of_a_publication_by_right(chief, client):
    client.force_login(chief)
    page = publish(client, publish_reason="A flood.")
    assert page.live
    messages = sent()
    assert set(messages) == CHIEFS
    text = messages["chief@example.org"]
    assert text.startswith("Without a second pair of eyes: Water & <power>\n")
    for words in (
        "Published without approval: Water & <power> (",
        "), Timur.",
        "15 words of it were read by nobody else.",
        "A flood.",
        "/admin/reports/exceptions/",
        f"/admin/pages/{page.pk}/edit/",
    ):
        assert words in text
    assert messages["second@example.org"].startswith("Без второго взгляда: Water & <power>\n")


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("editor", "* Editor (Тоҷикӣ)"),
        ("chief_editor", "* Chief editor (every language)"),
        ("journalist", ""),
        ("translator", ""),
    ],
)
def test_an_invitation_to_approve_is_told_and_one_to_write_is_not(chief, role, told):
    invite(inviter=chief, address="new@example.org", roles=[role], languages=["tg"], message_language="ru")
    messages = sent()
    assert set(messages) & CHIEFS == (CHIEFS if told else set())
    text = messages.get("chief@example.org", "")
    for words in ("Timur has given", "(new@example.org) a role that approves texts:", told) if told else ():
        assert words in text


@pytest.mark.parametrize("backwards", [False, True])
def test_a_role_for_an_account_there_is_is_told(chief, backwards):
    person = make_user("Journalists (ru)", email="person@example.org")
    editors, translators = (Group.objects.get(name=f"{role} (ru)") for role in ("Editors", "Translators"))
    with LogContext(user=chief):
        if backwards:
            editors.user_set.add(person)
        else:
            person.groups.add(editors)
        person.groups.add(translators)
    messages = sent()
    assert set(messages) == CHIEFS
    assert "* Редактор (Русский)" in messages["second@example.org"]


def test_a_new_administrator_is_told(chief):
    person = make_user("Journalists (ru)", email="person@example.org")
    client, url = signed_in(make_user(superuser=True)), f"/admin/users/edit/{person.pk}/"
    # An account needs no names.
    data = {"username": "p", "email": person.email, "is_active": "on", "groups": person.groups.get().pk}
    client.post(url, {**data, "is_superuser": "on"})
    assert "* Administrator" in sent()["chief@example.org"]
    client.post(url, {**data, "is_superuser": "on"})
    assert not sent(), "once is enough"


def test_what_a_program_does_is_not_told(chief):
    make_user("Editors (ru)")
    make_user(superuser=True)
    assert not sent()


OTHER_FACTS = [{"credit": "Forger"}, {"licence": "CC0"}, {"kind": "map"}, {"credit": "Map: Forger"}]


def show(picture: Picture, code: str, state: str = "live") -> Page:
    """Return a page of a language that shows the picture to readers, or will."""
    section = SectionPage.objects.get(slug="analysis", locale__language_code=code)
    page = make_article(section, title=f"Headline {code}", main_picture=picture, live=False)
    revision = page.save_revision()
    if state == "live":
        revision.publish()
    elif state == "review":
        page.get_workflow().start(page, make_user(f"Journalists ({code})"))
    return page


@pytest.fixture
def journalist(newsroom) -> User:
    return make_user("Journalists (en)", email="journalist@example.org")


@pytest.fixture
def picture(journalist) -> Picture:
    return make_picture(title="Bridge", credit="A. Writer", licence="CC BY 4.0", uploaded_by_user=journalist)


def edit_picture(user: User, picture: Picture, **changes: str) -> Any:
    """Send the library's form as its page or a forger would."""
    fields = {name: getattr(picture, name) for name in ("title", "kind", "credit", "licence")}
    fields |= {"tags": "", "collection": picture.collection_id, **changes}
    return signed_in(user).post(reverse("wagtailimages:edit", args=[picture.pk]), fields)


def facts(picture: Picture) -> tuple[str, str, str]:
    picture = Picture.objects.get(pk=picture.pk)
    return (picture.kind, picture.credit, picture.licence)


@pytest.mark.parametrize("state", ["live", "review"])
def test_no_journalist_changes_it(journalist, picture, state):
    show(picture, "en", state)
    before = facts(picture)
    for changes in OTHER_FACTS:
        assert "only an editor of all of these" in edit_picture(journalist, picture, **changes).content.decode()
    address = reverse("wagtailimages:edit_multiple", args=[picture.pk])
    fields = {"title": "Bridge", "kind": "map", "credit": "Forger", "licence": "", "tags": "", "collection": "1"}
    sent = {f"image-{picture.pk}-{name}": value for name, value in fields.items()}
    ajax = {"X-Requested-With": "XMLHttpRequest"}
    assert not signed_in(journalist).post(address, sent, headers=ajax).json()["success"]
    with pytest.raises(PermissionDenied, match="only an editor"):
        change_credit(user=journalist, picture=picture, credit="Forger", instead_of="A. Writer")
    assert facts(picture) == before
    assert not credit_changes().exists()
    picture.refresh_from_db()
    edit_picture(journalist, picture, title="Bridge at dawn")
    assert Picture.objects.get(pk=picture.pk).title == "Bridge at dawn", "other things of it are changed"


@pytest.mark.thorough
def test_an_editor_of_one_language_changes_no_picture_of_another(picture):
    for code in ("en", "ru"):
        show(picture, code)
    before, editor = facts(picture), make_user("Editors (ru)")
    for changes in OTHER_FACTS:
        assert "English" in edit_picture(editor, picture, **changes).content.decode()
        assert facts(picture) == before


def test_before_anybody_sees_it_its_owner_changes_it(journalist, picture):
    show(picture, "en", "draft")
    assert edit_picture(journalist, picture, credit="Map: B. Writer").status_code == 302
    assert facts(picture) == ("map", "B. Writer", "CC BY 4.0")
    assert not credit_changes().exists()


def test_an_editor_changes_it_and_it_is_logged_told_and_reported(picture):
    show(picture, "en")
    show(picture, "ru")
    editor = make_user("Editors (en)", "Editors (ru)", email="me@example.org", first_name="Anna")
    for code in ("en", "ru", "tg"):
        make_user(f"Editors ({code})", email=f"{code}@example.org")
    assert edit_picture(editor, picture, credit="Drawing: B. Writer").status_code == 302
    assert facts(picture) == ("drawing", "B. Writer", "CC BY 4.0")

    entry = credit_changes().get()
    assert entry.user == editor
    assert entry.data["before"] == {"kind": "photo", "credit": "A. Writer"}
    assert entry.data["after"] == {"kind": "drawing", "credit": "B. Writer"}

    mails = sent()
    assert set(mails) == {"en@example.org", "ru@example.org"}
    before, after = "Kind: Photo; credit: A. Writer", "Kind: Drawing; credit: B. Writer"
    for words in ("Bridge", "Anna", f"− {before}", f"+ {after}", "Headline ru"):
        assert words in mails["ru@example.org"]
    # Nobody switches these off.
    assert "Notifications" not in mails["ru@example.org"]

    client = signed_in(editor)
    address = reverse("chorsu_articles_admin:credit_changes")
    shown = client.get(address).content.decode()
    for words in ("Bridge", before, after, "Credits of pictures"):
        assert words in shown
    assert signed_in(make_user()).get(address).status_code == 302
    table = b"".join(client.get(address, {"export": "csv"}).streaming_content).decode()
    assert "B. Writer" in table
    assert CreditChangesReport().get_preprocess_function("label", "=1+1", "csv")("=1+1") == "'=1+1"


NAMES = {"name_ru": "Вода", "name_en": "Water"}


@pytest.fixture
def topic(newsroom) -> Topic:
    return Topic.objects.create(**NAMES, description_ru="О воде", slug="voda")


@pytest.fixture
def organisation(newsroom) -> Organisation:
    return Organisation.objects.create(**NAMES, slug="voda", website="https://water.example/")


def address(row: Any) -> str:
    return reverse(f"wagtailsnippets_chorsu_articles_{row._meta.model_name}:edit", args=[row.pk])


def edit(user: User, row: Any, **changes: str) -> dict[str, str]:
    """Send the row's form as a forger would; return what differs then."""
    before = texts_of(type(row).objects.get(pk=row.pk))
    signed_in(user).post(address(row), {**before, "photo": "", **changes})
    after = texts_of(type(row).objects.get(pk=row.pk))
    return {name: text for name, text in after.items() if text != before[name]}


def changes(row: Any) -> Any:
    entries = ModelLogEntry.objects.filter(action=TEXTS_CHANGED, object_id=str(row.pk))
    return entries.filter(content_type__model=row._meta.model_name).order_by("pk")


OTHERS = {"name_ru": "Forged", "name_en": "Forged", "description_ru": "", "slug": "forged"}


def test_a_translator_changes_no_text_that_stands(topic):
    translator = make_user("Translators (ru)", "Translators (tg)")
    for name, forged in OTHERS.items():
        assert edit(translator, topic, **{name: forged}) == {}
    assert not changes(topic).exists()
    assert sent() == {}


def test_a_translator_fills_what_is_empty_in_the_own_languages(topic):
    translator = make_user("Translators (tg)")
    make_user("Chief editors", email="chief@example.org")
    filled = {"name_tg": "Об", "description_tg": "Дар бораи об"}
    assert edit(translator, topic, **filled, description_en="Forged") == filled
    assert changes(topic).get().data["after"] == filled
    assert sent() == {}, "it is a translator's work"
    assert edit(translator, topic, name_tg="Forged") == {}, "now it stands"


def test_only_chief_editors_change_an_address(topic):
    editor = make_user("Editors (ru)", "Editors (tg)", "Editors (en)")
    assert edit(editor, topic, slug="forged") == {}
    assert edit(editor, topic, slug="") == {}, "nor is it made anew from the name"
    assert "only those who may delete the entry can change it" in signed_in(editor).get(address(topic)).content.decode()
    assert edit(make_user("Chief editors"), topic, slug="water") == {"slug": "water"}
    assert changes(topic).get().data == {"before": {"slug": "voda"}, "after": {"slug": "water"}}


def test_a_link_that_readers_see_is_changed_by_editors(organisation):
    assert edit(make_user("Translators (ru)"), organisation, website="https://forged.example/") == {}
    changed = {"website": "https://rivers.example/"}
    assert edit(make_user("Editors (ru)"), organisation, **changed) == changed


def test_a_change_is_logged_told_and_put_back(topic):
    editor = make_user("Editors (ru)", first_name="Anna", email="me@example.org")
    make_user("Chief editors", email="chief@example.org")
    colleague = signed_in(make_user("Editors (ru)", email="colleague@example.org"))
    assert edit(editor, topic, name_ru="Воды") == {"name_ru": "Воды"}
    entry = changes(topic).get()
    assert (entry.user, entry.data) == (editor, {"before": {"name_ru": "Вода"}, "after": {"name_ru": "Воды"}})

    mails = sent()
    assert set(mails) == {"chief@example.org"}
    for words in ("topic", "Anna", "− Name (Русский): Вода", "+ Name (Русский): Воды", address(topic)):
        assert words in mails["chief@example.org"]
    history = reverse("wagtailsnippets_chorsu_articles_topic:history", args=[topic.pk])
    assert "Name (Русский): Вода → Name (Русский): Воды" in colleague.get(history).content.decode()

    back = reverse("chorsu_articles_admin:put_text_back", args=[entry.pk])
    for role, refusal in (("Translators (ru)", "only editors of this language"), ("Editors (en)", "may not edit")):
        refused = signed_in(make_user(role))
        assert back not in refused.get(address(topic)).content.decode()
        assert refusal in unescape(refused.post(back, follow=True).content.decode())
    assert signed_in(make_user("Journalists (ru)")).post(back).status_code == 302
    assert str(Topic.objects.get().name_ru) == "Воды"

    assert back in colleague.get(address(topic)).content.decode()
    assert colleague.get(back).status_code == 405
    colleague.post(back)
    assert Topic.objects.get().name_ru == "Вода"
    assert changes(topic).last().data == {"before": {"name_ru": "Воды"}, "after": {"name_ru": "Вода"}}
    assert set(sent()) == {"chief@example.org"}
    assert "has been changed since" in colleague.post(back, follow=True).content.decode()


def test_putting_back_leaves_a_row_with_a_name_and_an_address_of_its_own(topic):
    chief = make_user("Chief editors")
    edit(chief, topic, slug="water")
    Topic.objects.create(name_ru="Другая", slug="voda")
    with pytest.raises(Refusal, match="already exists"):
        put_back(user=chief, entry=changes(topic).get())
    edit(chief, topic, name_tg="Об")
    Topic.objects.filter(pk=topic.pk).update(name_ru="", name_en="")
    with pytest.raises(Refusal, match="at least one language"):
        put_back(user=chief, entry=changes(topic).last())
    Topic.objects.filter(pk=topic.pk).delete()
    with pytest.raises(Refusal, match="changed since"):
        put_back(user=chief, entry=changes(topic).last())


def test_a_program_without_a_user_changes_what_it_wants(topic):
    stored = Topic.objects.get()
    topic.name_ru = "Воды"
    record_change(user=None, row=topic, before=stored)
    assert changes(topic).get().user is None


def test_a_name_that_is_protected_later_stays_in_no_log_and_no_mail():
    chief: User = make_user("Chief editors", email="chief@example.org")
    person: Any = make_person("Зульфия Першина", slug="zulfiya")
    for changed in ({"name_ru": "Зульфия Вершина"}, {"name_tg": "Зулфия Вершина"}):
        assert edit(chief, person, **changed) == changed
    messages = OutgoingMessage.objects.filter(recipient="chief@example.org")
    assert ["ершин" in f"{message.subject} {message.body}" for message in messages] == [False] * 2
    stale = Person.objects.get()
    protect(user=chief, person=person)
    entry, filled = changes(person)
    assert [(each.data, "ершин" in each.label) for each in (entry, filled)] == [({}, False)] * 2
    person = Person.objects.get()
    assert [each.may_put_back for each in text_changes(row=person, user=chief)] == [False] * 2
    with pytest.raises(Refusal):
        put_back(user=chief, entry=entry)
    # A form that was opened before, sent in the moment of the protection.
    with pytest.raises(Refusal, match="protected"):
        record_change(user=chief, row=stale, before=person)
    assert edit(chief, person, name_ru="Forged", slug="forged") == {}
    assert "ершин" not in signed_in(chief).get(address(person)).content.decode()

"""The administrator and those who are invited."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.tour.people import EVERYBODY
from tests.tour.services import link_in
from tests.tour.walk import ADMINISTRATOR, Tour


def invite(tour: Tour) -> None:
    """An administrator invites the newsroom, and each sets a password by a link.

    The administrator's own link is what the command on the server prints.
    """
    printed = tour.newsroom.manage("create_administrator", ADMINISTRATOR)
    page = tour.accept(ADMINISTRATOR, link_in(printed, "/"))
    page = tour.person(ADMINISTRATOR)
    page.get_by_role("button", name="Settings").click()
    page.get_by_role("link", name="Invite").click()
    for person in EVERYBODY:
        page.get_by_role("textbox", name="E-mail").fill(person.address)
        page.get_by_role("textbox", name="First name").fill(person.name)
        for choice in (*person.roles, *person.languages):
            page.get_by_role("checkbox", name=choice, exact=True).check()
        page.get_by_role("combobox", name="Language of messages").select_option("English")
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.get_by_text(person.address).first).to_be_visible()
    tour.checked(f"{len(EVERYBODY)} people are invited")
    for person in EVERYBODY:
        link = link_in(tour.newsroom.letters.to(person.address), "/")
        guest = tour.accept(person.address, link)
        expect(guest.get_by_role("button", name="Pages")).to_be_visible()
    tour.checked("each sets a password by the link of a mail, and is let in")

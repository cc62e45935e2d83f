"""An administrator's first steps stand on the home page until they are done."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cms.models import User
from cms.newsroom.invitations import invite
from cms.newsroom.roles import EDITOR
from cms.outlet import Outlet
from tests.cms.content import soup_of
from tests.factories import make_article, make_user, signed_in

pytestmark = pytest.mark.usefixtures("newsroom_of_module", "db")


def steps(user: User) -> dict[str, Any]:
    """Return the links of the open steps by their titles, in order."""
    panel = soup_of(signed_in(user), "/admin/").select_one("#first_steps-section")
    links = panel.select(".chorsu-desk__title") if panel else []
    return {link.get_text(strip=True): link["href"] for link in links}


def test_they_go_one_by_one_as_they_are_done():
    admin = make_user(superuser=True)
    todo = steps(admin)
    assert list(todo) == ["Languages", "Name and logo", "People", "First text"]
    page = soup_of(signed_in(admin), "/admin/")
    assert page.select_one(todo.pop("First text"))
    for address in todo.values():
        assert signed_in(admin).get(address, follow=True).status_code == 200
    assert "name_ru" in str(soup_of(signed_in(admin), reverse("wagtailsnippets_chorsu_cms_outlet:list"), follow=True))

    Outlet.objects.update(name_ru="Чорсу")
    assert list(steps(admin)) == ["Languages", "People", "First text"]
    invited = {"address": "editor@newsroom.example", "roles": [EDITOR.key], "languages": ["ru"]}
    invite(inviter=admin, message_language="ru", **invited)
    assert list(steps(admin)) == ["Languages", "First text"]
    make_article()
    assert steps(admin) == {}


def test_others_have_none():
    assert steps(make_user("Chief editors")) == {}

"""How many queries a section's list in the admin takes, and that live articles of it add none."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_article, make_group, make_home, make_section, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rights", [("add",), ("add", "change")])
@pytest.mark.usefixtures("memory_cache")
def test_live_articles_add_no_query_to_a_sections_list(rights):
    home = make_home()
    section = make_section(home)
    make_article(section, title="First")
    group = make_group("Desk", home, rights)
    client = signed_in(make_user(group.name))
    address = reverse("wagtailadmin_explore", args=[section.pk])
    client.get(address)  # what a process learns once
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
        for further in range(3):
            make_article(section, title=f"Further {number} {further}")
    assert counts[1] <= counts[0] <= 55


@pytest.mark.parametrize(
    ("rights", "is_live", "may"),
    [
        (("add", "change"), True, False),
        (("add", "change"), False, True),
        (("add", "change", "publish"), True, True),
        (("add",), True, False),
    ],
)
def test_who_may_not_publish_deletes_no_live_article(rights, is_live, may):
    home = make_home()
    article = make_article(make_section(home), live=is_live)
    user = make_user(make_group("Desk", home, rights).name)
    assert article.permissions_for_user(user).can_delete() is may

"""The newsroom's own page of help: it stands in the place of Wagtail's guide, and says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from wagtail.users.models import UserProfile

from cms.newsroom.help_page import KEY_GROUPS
from cms.newsroom.roles import ROLES
from tests.cms.content import soup_of
from tests.factories import make_user, signed_in

CODE = {
    "Ctrl+H": ("articles", "admin/find.js", r'event\.code !== "KeyH" \|\| !event\.ctrlKey'),
    "Ctrl+Alt+O": ("articles", "admin/offers.html", r'"mod\+alt\+o"'),
    "Alt+↓": ("translation", "editor.js", r"ArrowDown: \(\) => go\(1\)"),
    "Alt+↑": ("translation", "editor.js", r"ArrowUp: \(\) => go\(-1\)"),
    "Alt+C": ("translation", "editor.js", r"KeyC: \(\) => cell && put\(cell\)"),
    "Alt+Enter": ("translation", "editor.js", r"Enter: async \(\) => cell && \(await mark"),
    "Alt+1": ("translation", "suggestions.js", r"\^Digit\(\[1-3\]\)\$"),
}
WAGTAILS = {"Ctrl+S", "Ctrl+Alt+M"}
# Of the guide: the browser's, and the last of three.
NOT_LISTED = {"Ctrl+Z", "Alt+3"}


def help_of(language: str, *groups: str, **options: bool) -> BeautifulSoup:
    user = make_user(*groups, **options)
    UserProfile.objects.filter(user=user).update(preferred_language=language)
    return soup_of(signed_in(user), reverse("newsroom_help"))


@pytest.mark.usefixtures("newsroom_of_module", "db")
def test_the_help_menu_leads_to_it_and_it_explains_each_role_in_the_persons_language():
    page = help_of("ru", "Journalists (ru)")
    assert [term.text for term in page.select("#roles-section dt")] == [
        *("Журналист", "Переводчик", "Редактор", "Главный редактор (все языки)"),
        "Администратор",
    ]
    assert len(ROLES) == len(page.select("#roles-section dd")) - 1
    assert "Ваши роли: Журналист (Русский)" in page.get_text()
    assert "до 20% слов" in page.get_text()
    assert not page.select("#languages-section")
    # The menu is data for Wagtail's sidebar.
    menu = str(page.select_one("#wagtail-sidebar-props"))
    assert reverse("newsroom_help") in menu
    assert "guide.wagtail.org" not in menu


@pytest.mark.usefixtures("newsroom_of_module", "db")
def test_an_administrator_finds_where_languages_are_set():
    assert "NEWSROOM_LANGUAGES=ru,tg,en" in help_of("en", superuser=True).select_one("#languages-section pre")


def test_its_keys_are_those_of_the_guide_and_of_the_code():
    keys = {key for group in KEY_GROUPS for key in group.keys if "+" in key}
    guide = (settings.BASE_DIR / "docs" / "guide.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:Ctrl|Alt)\+(?:Alt\+)?(?:\w+|[↓↑])", guide))
    assert keys - WAGTAILS == named - NOT_LISTED == CODE.keys()
    for plugin, name, pattern in CODE.values():
        (file,) = Path(settings.BASE_DIR, plugin).rglob(f"chorsu_{plugin}/**/chorsu_{plugin}/{name}")
        assert re.search(pattern, file.read_text(encoding="utf-8")), name

"""Formatted text as the editor sends it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.editorial.desk import latest, make_desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("bad", ["\ud83d", "\0"], ids=["half an emoji", "NUL"])
def test_what_a_database_refuses_costs_nobody_the_text(bad: str) -> None:
    desk = make_desk()
    page = desk.draft()
    data = desk.form(desk.author, page)
    name = "body-0-value"
    content: dict[str, Any] = json.loads(data[name])
    content["blocks"][0]["text"] = f"New {bad}words 🎈."
    data[name] = json.dumps(content)

    desk.press(desk.author, page, "action-save", data=data)

    assert "New words 🎈." in str(latest(page).body)

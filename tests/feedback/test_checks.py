"""A wrong setting is named, with the fix."""

from __future__ import annotations

import pytest

from chorsu_feedback.checks import check_settings, check_site


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ([], "CHORSU_FEEDBACK = {…}"),
        ({"MAX_COMENT": 5}, "MAX_COMMENT"),
        ({"MAX_COMMENT": "5"}, "whole number"),
        ({"MAX_COMMENT": True}, "whole number"),
        ({"NETWORK_LIMIT": 5}, "two whole numbers"),
        ({"NETWORK_LIMIT": (0, 60)}, "two whole numbers"),
        ({"TRUSTED_PROXIES": -1}, "at least 0"),
        ({"BASE_TEMPLATE": ""}, "template"),
    ],
)
def test_wrong_settings_are_errors(settings, value, hint):
    settings.CHORSU_FEEDBACK = value
    (message,) = check_settings()
    assert message.id == "chorsu_feedback.E001"
    assert hint.lower() in str(message.hint).lower()


def test_right_settings_are_silent(settings):
    settings.CHORSU_FEEDBACK = {"NETWORK_LIMIT": [5, 60], "TRUSTED_PROXIES": 1, "MAX_SELECTED": 100}
    assert check_settings() == []


def test_a_missing_address_is_a_warning(settings):
    settings.ROOT_URLCONF = "chorsu_articles.urls"
    assert [message.id for message in check_site()] == ["chorsu_feedback.W002"]

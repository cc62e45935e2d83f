"""System checks of the feedback plug-in."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error

from chorsu_feedback.conf import MAX_BODY, FeedbackSettings, configuration, get_settings
from chorsu_locales.host_checks import address_faults, template_faults


def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Find unknown keys and values of a wrong kind in ``CHORSU_FEEDBACK``."""
    found = configuration.faults(no_dict="chorsu_feedback.E001", unknown_key="chorsu_feedback.E002")
    value = configuration.given()
    faults = _faults(value)
    wrong = [key for key, fault in faults.items() if fault]
    found += [
        Error(
            f"CHORSU_FEEDBACK[{key!r}] is {value[key]!r}.",
            hint=f"{faults[key]} The default is {getattr(FeedbackSettings(), key.lower())!r}.",
            id="chorsu_feedback.E003",
        )
        for key in wrong
    ]
    if found:
        return found
    return _check_size()


def check_site(**_kwargs: Any) -> list[CheckMessage]:
    """Find out whether readers can reach the form and see it."""
    found = address_faults(
        {"chorsu_feedback:report": (), "chorsu_feedback:report_words": (1,), "chorsu_feedback:thanks": (1,)},
        include='path("feedback/", include("chorsu_feedback.urls"))',
        missing="chorsu_feedback.W002",
        shadowed="chorsu_feedback.W003",
    )
    return found + template_faults(
        "chorsu_feedback/report_words.html",
        base=get_settings().base_template,
        setting="CHORSU_FEEDBACK['BASE_TEMPLATE']",
        fault="chorsu_feedback.W004",
    )


def _faults(values: dict[str, Any]) -> dict[str, str]:
    """Return for each given key what its value should be, empty where it is that."""
    wants: dict[str, tuple[bool, str]] = {}
    for key, value in values.items():
        if key == "BASE_TEMPLATE":
            wants[key] = (isinstance(value, str) and bool(value), "Use a text.")
        elif key in {"NETWORK_LIMIT", "PAGE_LIMIT"}:
            pair = isinstance(value, list | tuple) and len(value) == 2 and all(_is_number(n, least=1) for n in value)
            wants[key] = (pair, "Use two whole numbers: how many, in how many seconds.")
        elif key in configuration.keys:
            least = 0 if key == "TRUSTED_PROXIES" else 1
            wants[key] = (_is_number(value, least=least), f"Use a whole number, at least {least}.")
    return {key: "" if right else hint for key, (right, hint) in wants.items()}


def _is_number(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _check_size() -> list[CheckMessage]:
    settings = get_settings()
    # Twelve bytes are a character outside the basic plane, escaped.
    if (settings.max_selected + settings.max_suggestion + settings.max_comment + 200) * 12 <= MAX_BODY:
        return []
    return [
        Error(
            "The longest report that CHORSU_FEEDBACK allows is larger than the largest request that is read.",
            hint=f"Lower MAX_SELECTED, MAX_SUGGESTION or MAX_COMMENT: together at most {MAX_BODY // 12 - 200}.",
            id="chorsu_feedback.E005",
        )
    ]

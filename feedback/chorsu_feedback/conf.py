"""All settings of the feedback plug-in: the dict ``CHORSU_FEEDBACK`` in the site's settings."""

from __future__ import annotations

from dataclasses import dataclass

from chorsu_locales.app_settings import A_TEMPLATE, AppSettings, Want, whole

MAX_BODY = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class FeedbackSettings:
    """What a site can set; the keys of the dict are the same names in upper case, explained in the README.

    Limits are a number in so many seconds: mobile operators put thousands behind one network, so that is generous.
    """

    base_template: str = "base.html"
    network_limit: tuple[int, int] = (60, 600)
    page_limit: tuple[int, int] = (200, 3600)
    keep_days: int = 365
    trusted_proxies: int = 0
    max_selected: int = 500
    max_suggestion: int = 1000
    max_comment: int = 2000


_LIMIT: Want = (
    lambda value: isinstance(value, list | tuple) and len(value) == 2 and all(map(whole(1)[0], value)),
    "Use two whole numbers: how many, in how many seconds.",
)
configuration = AppSettings(
    "CHORSU_FEEDBACK",
    FeedbackSettings,
    identifier="chorsu_feedback.E001",
    wants={
        "base_template": A_TEMPLATE,
        "network_limit": _LIMIT,
        "page_limit": _LIMIT,
        "trusted_proxies": whole(0),
        **{name: whole(1) for name in ("keep_days", "max_selected", "max_suggestion", "max_comment")},
    },
)
get_settings = configuration.get

"""All settings of the app: the dict ``CHORSU_EDITORIAL``."""

from __future__ import annotations

from dataclasses import dataclass

from chorsu_locales.app_settings import AppSettings, number, whole

FINISH_ACTION = "chorsu_editorial.finish.publish_approved_revision"


@dataclass(frozen=True, slots=True)
class EditorialSettings:
    """The settings and their defaults; the README says what each means."""

    approve_alone_permission: str = "chorsu_editorial.approve_alone"
    approver_share: float = 20
    guest_link_days: int = 30


configuration = AppSettings(
    "CHORSU_EDITORIAL",
    EditorialSettings,
    identifier="chorsu_editorial.E001",
    wants={
        "approve_alone_permission": (
            lambda value: value == "" or (isinstance(value, str) and value.count(".") == 1),
            "Write it as 'app_label.codename', or '' so that nobody may approve alone.",
        ),
        "approver_share": number(0, 100),
        "guest_link_days": whole(0),
    },
)
get_settings = configuration.get

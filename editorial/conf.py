"""All settings of the app: the dict ``CHORSU_EDITORIAL``."""

from __future__ import annotations

from dataclasses import dataclass

from locales.app_settings import AppSettings

FINISH_ACTION = "editorial.finish.publish_approved_revision"


@dataclass(frozen=True, slots=True)
class EditorialSettings:
    """The settings and their defaults; the keys of the dict are the same names in upper case.

    ``approve_alone_permission``: whoever holds it may approve without a second person, with a written reason;
    an empty string lets nobody.
    """

    approve_alone_permission: str = "chorsu_editorial.approve_alone"


configuration = AppSettings("CHORSU_EDITORIAL", EditorialSettings)
get_settings = configuration.get

"""All settings of the app: the dict ``CHORSU_DELIVERY``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from locales.app_settings import AppSettings


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What a site can set; the keys of the dict are the same names in upper case.

    ``channels`` maps a channel's name to the dotted path of its class, beside ``mail``, which always exists.
    ``at_once`` names the channels that are tried right after the commit, in the process that wrote the message: only
    for those that answer within milliseconds. ``mailer`` is the name in Django's MAILERS. ``lease_seconds`` must be
    longer than sending one message can take.
    """

    channels: dict[str, str] = field(default_factory=dict)
    at_once: tuple[str, ...] = ()
    mailer: str = "default"
    lease_seconds: int = 120
    batch: int = 20

    @property
    def lease(self) -> timedelta:
        """Return the time for which a worker holds the messages it has claimed."""
        return timedelta(seconds=self.lease_seconds)


configuration = AppSettings("CHORSU_DELIVERY", DeliverySettings)
get_settings = configuration.get

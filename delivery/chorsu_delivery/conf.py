"""All settings of the app: the dict ``CHORSU_DELIVERY``."""

from __future__ import annotations

from dataclasses import dataclass, field

from chorsu_locales.app_settings import AppSettings, whole


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What a site can set; the keys of the dict are the same names in upper case, explained in the README."""

    channels: dict[str, str] = field(default_factory=dict)
    webhooks: dict[str, dict[str, str]] = field(default_factory=dict)
    telegram: dict[str, str] = field(default_factory=dict)
    at_once: tuple[str, ...] = ()
    mailer: str = "default"
    address_of: str = ""
    batch: int = 20


configuration = AppSettings(
    "CHORSU_DELIVERY", DeliverySettings, identifier="chorsu_delivery.E001", wants={"batch": whole(1)}
)
get_settings = configuration.get

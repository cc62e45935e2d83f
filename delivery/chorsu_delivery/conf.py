"""All settings of the app: the dict ``CHORSU_DELIVERY``."""

from __future__ import annotations

from dataclasses import dataclass, field

from chorsu_locales.app_settings import AppSettings, whole


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """What a site can set; the keys of the dict are the same names in upper case.

    ``channels`` maps a channel's name to the dotted path of its class, beside ``mail``, ``webhook``, ``telegram`` and
    ``telegram_post``, which always exist. ``webhooks`` maps a name to a dict of ``URL`` and ``SECRET``.
    ``telegram`` is a dict of ``TOKEN``, ``API`` and ``CHAT_OF``: see ``chorsu_delivery.telegram``.
    ``at_once`` names the channels that are tried right after the commit, in the process that wrote the message: only
    for those that answer within milliseconds. ``mailer`` is the name in Django's MAILERS. ``address_of`` is the dotted
    path of a function that is asked for each recipient of mail when it leaves, and returns the address to send to: for
    addresses that no table of messages may hold.
    """

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

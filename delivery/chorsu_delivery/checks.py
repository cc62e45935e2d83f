"""System checks of the settings."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from chorsu_delivery.channels import channel_paths, get_channel
from chorsu_delivery.conf import configuration, get_settings
from chorsu_delivery.mail import address_of


@register()
def check_settings(**_: Any) -> list[CheckMessage]:
    """Check names in ``CHORSU_DELIVERY``, then each channel."""
    messages = configuration.faults(no_dict="chorsu_delivery.E001", unknown_key="chorsu_delivery.E001")
    paths = channel_paths()
    for name, path in paths.items():
        try:
            channel = get_channel(name)
        except (ImportError, TypeError) as error:
            messages.append(
                Error(
                    f"The channel {name!r} can't be made from {path!r}: {error}",
                    hint="CHORSU_DELIVERY['CHANNELS'] maps a name to the dotted path of a class without arguments.",
                    id="chorsu_delivery.E002",
                )
            )
        else:
            messages += channel.check()
    messages += [
        Error(
            f"CHORSU_DELIVERY['AT_ONCE'] names {name!r}, which is no channel.",
            hint=f"Channels are {', '.join(sorted(paths))}.",
            id="chorsu_delivery.E004",
        )
        for name in get_settings().at_once
        if name not in paths
    ]
    try:
        address_of("somebody@example.org")
    except ImportError as error:
        messages.append(
            Error(
                f"CHORSU_DELIVERY['ADDRESS_OF'] can't be imported: {error}",
                hint="It is the dotted path of a function that is given an address and returns one.",
                id="chorsu_delivery.E006",
            )
        )
    return messages

"""System checks: E001 the settings, E002 a channel that can't be made; the others are of the channels themselves."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from chorsu_delivery.channels import channel_paths, get_channel
from chorsu_delivery.conf import configuration


@register
def check_settings(**_: Any) -> list[CheckMessage]:
    """Check ``CHORSU_DELIVERY``, then each channel."""
    messages = configuration.check()
    for name, path in channel_paths().items():
        try:
            messages += get_channel(name).check()
        except (ImportError, TypeError) as error:
            problem = f"The channel {name!r} can't be made from {path!r}: {error}"
            hint = "CHORSU_DELIVERY['CHANNELS'] maps a name to the dotted path of a class without arguments."
            messages.append(Error(problem, hint=hint, id="chorsu_delivery.E002"))
    return messages

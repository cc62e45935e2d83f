"""Where a request comes from, for limits: a network, never a person."""

from __future__ import annotations

import ipaddress
import re

from django.http import HttpRequest

# What proxies add: brackets round IPv6, a port behind either.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](:\d+)?|(?P<four>[\d.]+):\d+")


def client_network(request: HttpRequest, *, trusted_proxies: int, prefixes: tuple[int, int] = (32, 64)) -> str:
    """Return the network that a request comes from: an IPv4 address, or the /64 that an IPv6 connection gets.

    ``prefixes`` are the lengths of another size of network, for IPv4 and IPv6.

    ``trusted_proxies`` of the site's own stand in front and write ``X-Forwarded-For``: the address that the outermost
    of them saw is taken, and what stands further left, which anybody can send, is not. What is no address is "".
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if trusted_proxies:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        if len(hops) >= trusted_proxies:
            address = hops[-trusted_proxies]
    if with_port := _WITH_PORT.fullmatch(address):
        address = with_port["six"] or with_port["four"] or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    network = ipaddress.ip_network((int(parsed), prefixes[0 if parsed.version == 4 else 1]), strict=False)
    return str(network).removesuffix("/32")

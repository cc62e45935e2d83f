"""Where a request comes from, for limits: a network, never a person."""

from __future__ import annotations

import ipaddress
import re

from django.http import HttpRequest

# What proxies add: brackets round IPv6, a port behind either.
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]*)\](:\d+)?|(?P<four>[\d.]+):\d+")


def client_network(request: HttpRequest, *, trusted_proxies: int) -> str:
    """Return the network that a request comes from: an IPv4 address, or the /64 that an IPv6 connection gets.

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
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False))

"""Which network a request counts for: what proxies write, and what anybody may send."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from chorsu_locales.limits import client_network

PROXY = "192.0.2.1"


@pytest.mark.parametrize(
    ("proxies", "header", "network"),
    [
        (0, "203.0.113.9", PROXY),
        (1, "", PROXY),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4,203.0.113.9 , 192.0.2.7", "203.0.113.9"),
        (2, "203.0.113.9", PROXY),
        (1, "203.0.113.9:49152", "203.0.113.9"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2:3:4:5:6]", "2001:db8:1:2::/64"),
        (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        (1, "fe80::1%eth0", "fe80::/64"),
        (1, "::1", "::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "[::ffff:203.0.113.9]:80", "203.0.113.9"),
        (1, "unknown", ""),
        (1, "_hidden:8080", ""),
        (1, "[]:80", ""),
    ],
)
def test_the_network_of_a_request(proxies, header, network):
    headers = {"X-Forwarded-For": header} if header else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=PROXY)
    assert client_network(request, trusted_proxies=proxies) == network

"""Mail settings from one address."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from cms.settings.env import env

TIMEOUT_SECONDS = 15


def mail_settings(url: str, *, sender: str) -> dict[str, Any]:
    """Return Django's mail settings for ``smtp[s]://user:password@host:port`` (``smtp+tls`` for STARTTLS).

    A wrong address is noted as a problem of ``MAIL_URL`` and gives settings for a server on this machine.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname or port == -1:
        env.problem("MAIL_URL", "is no mail server.", "Use smtp+tls://user:password@mail.example.org:587")
        parts, port = urlsplit("smtp://localhost:25"), 25
    return {
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
        "MAILERS": {
            # Whatever sends mail writes it down first; the worker hands it to the server.
            "default": {"BACKEND": "chorsu_delivery.stored.StoredMailBackend"},
            "server": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {
                    "host": parts.hostname,
                    "port": port or (465 if parts.scheme == "smtps" else 25),
                    "username": unquote(parts.username or ""),
                    "password": unquote(parts.password or ""),
                    "use_tls": parts.scheme == "smtp+tls",
                    "use_ssl": parts.scheme == "smtps",
                    "timeout": TIMEOUT_SECONDS,
                },
            },
        },
    }

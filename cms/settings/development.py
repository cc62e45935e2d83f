"""Settings for work on one's own machine: `make run`."""

from __future__ import annotations

from cms.settings.base import *

DEBUG = True
SECRET_KEY = SECRET_KEY or "development-only-never-use-this-key-where-others-can-reach-the-site"
ALLOWED_HOSTS = ["*"]
MAILERS = {
    "default": {"BACKEND": "delivery.stored.StoredMailBackend"},
    "server": {"BACKEND": "delivery.console.ReadableConsoleBackend"},
}
CHORSU_DELIVERY = {"MAILER": "server"}

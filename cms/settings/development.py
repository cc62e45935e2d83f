"""Settings for work on one's own machine: `make run`."""

from __future__ import annotations

from cms.settings.base import *
from cms.settings.env import env

DEBUG = True
SECRET_KEY = SECRET_KEY or DEVELOPMENT_KEY
ALLOWED_HOSTS = ["*"]
MAILERS = {
    "default": {"BACKEND": "chorsu_delivery.stored.StoredMailBackend"},
    "server": {"BACKEND": "chorsu_delivery.stored.ReadableConsoleBackend"},
}
CHORSU_DELIVERY["MAILER"] = "server"
# Whoever changes a template sees it at once.
CACHES = CACHES | {"pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

env.refuse_problems()

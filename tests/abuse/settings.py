"""The settings of `make run`, but that a password takes no time: some hundred are tried."""

from __future__ import annotations

from cms.settings.development import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

"""What is wrong with the site's environment, and how to mend it."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as CheckWarning


@register(Tags.security, deploy=True)
def check_exposure(**_: Any) -> list[CheckMessage]:
    """Find what lets strangers in although each value by itself is a valid one (chorsu_cms.W001 to W003)."""
    found: list[CheckMessage] = []
    if settings.WAGTAILADMIN_BASE_URL.startswith("http:"):
        fix = "Set it to the site's https address."
        found.append(CheckWarning("BASE_URL sends people's first sign-in over http.", fix, id="chorsu_cms.W001"))
    if settings.SECURE_SSL_REDIRECT and not settings.TRUSTED_PROXIES:
        fix = "Set it to the number of proxies, mostly 1. Where none ends TLS, set SSL_REDIRECT=0."
        what = "TRUSTED_PROXIES is 0: all people seem to come from the proxy and would use up each other's attempts."
        found.append(CheckWarning(what, fix, id="chorsu_cms.W002"))
    secret = [path for path in (settings.DATA_DIR, settings.ENVIRONMENT_FILE) if path]
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    # What lies in a closed folder is closed.
    if database.parent != settings.DATA_DIR:
        secret.append(database)
    for path in map(Path, secret):
        with suppress(OSError):
            if path.stat().st_mode & stat.S_IRWXO:
                what, fix = f"Other users of this machine can use {path}.", f"Run: chmod o-rwx {path}"
                found.append(CheckWarning(what, fix, id="chorsu_cms.W003"))
    return found

"""The counters of attempts to sign in and to get mail. docs/decisions/signing-in.md"""

from __future__ import annotations

from datetime import timedelta

from django.utils.crypto import salted_hmac

from chorsu_locales.limits import Limits
from cms.models import AttemptCount

LONGEST = timedelta(minutes=15)


def keyed(name: str) -> str:
    """Return what is stored: nobody can tell from it whose name or address was counted."""
    return salted_hmac("cms.security.limits", name, algorithm="sha256").hexdigest()


attempts = Limits(AttemptCount, keyed=keyed, longest=LONGEST)

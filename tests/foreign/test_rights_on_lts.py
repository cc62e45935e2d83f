"""The project's own tests of who may do what run on the older Wagtail too, where other code decides."""

from __future__ import annotations

import pytest

from tests.foreign.commands import call
from tests.foreign.versions import ROOT, SITE_ON_LTS

pytestmark = [pytest.mark.foreign, pytest.mark.slow]

NEWSROOM = ("rights", "forged_requests", "wagtails_requests", "messages", "invitations")
ROOMS = ("articles", "delivery", "editorial", "feedback", "translation")


def test_rights_on_wagtail_lts(python_of):
    # The plug-ins come from the wheel, the site and its tests from the checkout.
    call(
        *(python_of(SITE_ON_LTS), "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"),
        *("-m", "not browser and not elasticsearch and not slow"),
        *(f"tests/cms/test_{name}.py" for name in NEWSROOM),
        *(f"tests/{room}" for room in ROOMS),
        cwd=ROOT,
    )

"""Set up the newsroom that the environment names, with the accounts and topics of the demo and no page of it."""

from __future__ import annotations

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django stands before it

from cms.outlet import Outlet  # noqa: E402
from demo.services.vocabulary import make_accounts, make_topics  # noqa: E402

call_command("migrate", verbosity=0, interactive=False)
call_command("setup_newsroom", verbosity=0)
make_accounts()
make_topics()
# Without one its form can't be saved.
Outlet.objects.update(name_ru="Chorsu")

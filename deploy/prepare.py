"""Bring database and files to this version: before the first start and after each update (docs/deploy.md).

On every machine, and on several at once: one changes the database, the others wait and find nothing to do.
"""

import django
from django.core.management import call_command

django.setup()
# From versions before 0.2, which kept documents in the public folder.
call_command("move_documents")
call_command("migrate", interactive=False)
call_command("setup_newsroom")
# Behind migrate, which some of what it asks for needs.
call_command("check", deploy=True)
call_command("collectstatic", interactive=False)

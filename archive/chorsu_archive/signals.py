"""What other plug-ins follow of an import; a site joins them."""

from __future__ import annotations

from django.dispatch import Signal

# Sent in the transaction that wrote them, with ``pages`` (new publications, with their final primary keys; no signal
# of Django's was sent for them) and ``run``. Who keeps something about pages (an index, states, units) writes it here.
# A ``Refusal`` or ``ValidationError`` of a receiver is noted of the item that it is raised for, which stays away.
pages_imported = Signal()
# Sent in the transaction that brings them in, with ``articles``: pairs of a source and its translations (pages), whose
# languages are all there: the translations count as made from the source as it stands.
translations_imported = Signal()
# Sent in the transaction that changed the targets of links in imported texts, and nothing else, with ``pages``.
links_followed = Signal()

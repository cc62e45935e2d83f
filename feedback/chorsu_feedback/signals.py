"""Signals of the feedback plug-in.

``report_received``: a reader sent a typo report. Arguments: ``sender`` (``TypoReport``), ``report``, ``merged`` (True
where the same report was there already and only its counter rose). Sent inside the transaction that stores the report,
so that a receiver's own rows (an outgoing message) stand or fall with it; a receiver that raises refuses the report.

``report_closed``: an editor closed or reopened a report. Arguments: ``sender``, ``report``, ``user``. Inside the
transaction too.

``report_applied``: an editor put a correction into the page. Arguments: ``sender``, ``report``, ``user``, ``where``:
``"published"``, ``"scheduled"``, ``"draft"`` or ``"review"``. Inside the transaction too.

For everything that leaves the process at once (a chat, another system), use the Wagtail hook
``register_feedback_report``: see the plug-in's README.
"""

from __future__ import annotations

from django.dispatch import Signal

report_received = Signal()
report_closed = Signal()
report_applied = Signal()

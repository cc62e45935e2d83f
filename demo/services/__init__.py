"""What loads the demo and takes it away again."""

from __future__ import annotations

from demo.services.load import DemoError, LoadReport, load_demo
from demo.services.record import was_loaded
from demo.services.remove import RemovalReport, remove_demo

__all__ = ["DemoError", "LoadReport", "RemovalReport", "load_demo", "remove_demo", "was_loaded"]

"""What loads the demo and takes it away again."""

from __future__ import annotations

from cms.demo.services.load import DemoError, LoadReport, load_demo
from cms.demo.services.record import was_loaded
from cms.demo.services.remove import RemovalReport, remove_demo

__all__ = ["DemoError", "LoadReport", "RemovalReport", "load_demo", "remove_demo", "was_loaded"]

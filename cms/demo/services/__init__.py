"""What loads the demo and takes it away again."""

from __future__ import annotations

from cms.demo.services.load import DemoError, load_demo
from cms.demo.services.remove import remove_demo

__all__ = ["DemoError", "load_demo", "remove_demo"]

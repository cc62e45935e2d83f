"""The project's own commands in ``tools/``, which is no package, as modules."""

from __future__ import annotations

import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings

TOOLS = Path(settings.BASE_DIR) / "tools"


def load_script(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    """Return ``tools/<name>.py`` as a new module, which dataclasses find under its own name while the test runs."""
    spec = util.spec_from_file_location(f"tools_{name}", TOOLS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    with pytest.MonkeyPatch.context() as path:
        path.syspath_prepend(TOOLS)  # where it finds what the scripts share
        spec.loader.exec_module(module)
    return module

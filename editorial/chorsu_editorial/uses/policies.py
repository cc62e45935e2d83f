"""The former place of ``FilePolicy``, which policies of other sites come from."""

from __future__ import annotations

import warnings

from chorsu_editorial.file_usage.policies import FilePolicy

__all__ = ["FilePolicy"]

warnings.warn(
    "chorsu_editorial.uses.policies is chorsu_editorial.file_usage.policies now.", DeprecationWarning, stacklevel=2
)

"""The services that README and docs/extend/translation.md name."""

from chorsu_translation.memory.storing import remember_marked
from chorsu_translation.states import write_marked

__all__ = ["remember_marked", "write_marked"]

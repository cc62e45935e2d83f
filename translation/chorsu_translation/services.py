"""The services that the README names."""

from chorsu_translation.memory.storing import remember_marked
from chorsu_translation.states import write_marked

__all__ = ["remember_marked", "write_marked"]

"""The service that the README names."""

from chorsu_translation.states import write_marked

__all__ = ["write_marked"]

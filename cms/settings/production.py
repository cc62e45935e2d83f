"""Settings for a site on the internet: everything that differs comes from the environment."""

from __future__ import annotations

from cms.settings.base import *

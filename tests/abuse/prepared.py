"""Prepare the newsroom that the environment names as `make run` does, with small pictures in its demo."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.development")
django.setup()
sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from run import prepare  # noqa: E402 - Django stands before it

from tests.demo.small_pictures import small_pictures  # noqa: E402

with small_pictures():
    sys.exit(prepare(demo=True))

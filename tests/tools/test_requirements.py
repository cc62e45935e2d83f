"""The locked requirements name every file by its hash, no index, and versions that the unlocked lists allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(settings.BASE_DIR)
HASHES = re.compile(r"(?: --hash=sha256:[0-9a-f]{64})+")


def entries(name: str) -> Iterator[str]:
    """Yield the entries of a requirements file, each on one line; its options (`-c`, `--index-url`) are entries too."""
    for line in re.sub(r"\s*\\\n\s*", " ", (ROOT / name).read_text()).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line


def locked(name: str) -> dict[str, str]:
    """Return version by name of a locked list; raises where an entry is anything but `name==version` with hashes."""
    versions = {}
    for entry in entries(name):
        wanted, hashes = entry.partition(" --hash")[::2]
        assert HASHES.fullmatch(f" --hash{hashes}"), entry
        requirement = Requirement(wanted)
        (pin,) = requirement.specifier
        assert pin.operator == "==", entry
        versions[canonicalize_name(requirement.name)] = pin.version
    return versions


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_the_lock_has_hashes_and_satisfies_the_unlocked_list(name):
    versions = locked(f"{name}.txt")
    wanted = [Requirement(entry) for entry in entries(f"{name}.in") if not entry.startswith("-c ")]
    assert wanted
    for requirement in wanted:
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


def test_tests_run_with_the_versions_of_the_site():
    site, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name: development[name] for name in site.keys() & development.keys()}.items() <= site.items()


def test_the_locks_name_no_index():
    assert not [name for name in ("requirements.txt", "requirements-dev.txt") if "://" in (ROOT / name).read_text()]

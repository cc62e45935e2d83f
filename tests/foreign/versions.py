"""The versions that the plug-ins are tested with in sites of other people; every README shows the same table."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Versions:
    """One environment: Django, Wagtail, and what else is installed; ``how`` tells readers of the READMEs."""

    name: str
    django: str
    wagtail: str
    how: str
    others: tuple[str, ...] = ()

    @property
    def requirements(self) -> tuple[str, ...]:
        """Return what pip is asked for beside the wheel."""
        return (f"Django=={self.django}.*", f"wagtail=={self.wagtail}.*", *self.others)


def optional_requirements() -> list[Requirement]:
    """Return what the extras of ``pyproject.toml`` ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(line) for lines in project["optional-dependencies"].values() for line in lines]


def _lowest(requirement: Requirement) -> str:
    (floor,) = (part.version for part in requirement.specifier if part.operator == ">=")
    return f"{requirement.name}=={floor}"


TOGETHER = "together"
LOCALIZE = "wagtail-localize==1.14.*"
OLDEST = Versions(
    "oldest",
    django="5.2",
    wagtail="7.4",
    how=f"alone, {TOGETHER}; the lowest versions of its extra",
    others=(*(_lowest(requirement) for requirement in optional_requirements()), LOCALIZE),
)
NEWEST = Versions(
    "newest",
    django="6.1",
    wagtail="8.0",
    how=f"alone, {TOGETHER}",
    others=(*map(str, optional_requirements()), LOCALIZE),
)
OTHERS = (
    Versions("new-django", django="6.1", wagtail="7.4", how=TOGETHER, others=NEWEST.others),
    Versions("new-wagtail", django="5.2", wagtail="8.0", how=TOGETHER, others=NEWEST.others),
)

# For the project's own tests of rights, which stand on the site: it needs Django 6, and is made for Wagtail 8.
SITE_ON_LTS = Versions(
    "site-on-lts",
    django="6.1",
    wagtail="7.4",
    how="",
    others=(
        *(
            line
            for line in (ROOT / "requirements.in").read_text().splitlines()
            if not line.startswith(("#", "django>", "wagtail>"))
        ),
        "hypothesis",
        "translate-toolkit",
        "pytest-xdist",
    ),
)


def versions_table() -> str:
    """Return the table of tested versions as it stands in every README, and what is tested beside them."""
    rows = [f"| {row.django} | {row.wagtail} | {row.how} |" for row in (OLDEST, NEWEST, *OTHERS)]
    localize = LOCALIZE.replace("==", " ").removesuffix(".*")
    start = "Sites of `wagtail start`, in German"
    beside = f"{start}; *together* is with the other plug-ins, {localize} and simple_translation."
    return "\n".join(["| Django | Wagtail | tested |", "|---|---|---|", *rows, "", beside]) + "\n"

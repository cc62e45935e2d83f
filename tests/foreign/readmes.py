"""What the READMEs of the plug-ins tell people to do, done to a site: the documented steps are the tested ones."""

from __future__ import annotations

import re
import shlex

from tests.foreign.commands import call
from tests.foreign.sites import Site
from tests.foreign.versions import ROOT

# Those that are tried by the words of their READMEs; each has a module of the same name in ``site_tests``.
PLUGINS = ("archive", "articles", "delivery", "editorial", "feedback", "locales", "search", "translation")

# What is installed by another README first.
ON_TOP_OF = {"archive": "articles"}


def readme(plugin: str) -> str:
    """Return the README of a plug-in."""
    return (ROOT / plugin / "README.md").read_text()


def documents(plugin: str) -> str:
    """Return the README of a plug-in, and what docs say to developers who extend it."""
    extend = ROOT / "docs" / "extend" / f"{plugin}.md"
    return readme(plugin) + (extend.read_text() if extend.exists() else "")


def section(plugin: str, heading: str) -> str:
    """Return what stands in a README below a heading of the second level; raise ``LookupError`` where it is missing."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", readme(plugin), re.MULTILINE | re.DOTALL)
    if found is None:
        raise LookupError(f"{plugin}/README.md has no section {heading!r}")
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced code blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def manage_commands(plugin: str, heading: str) -> list[list[str]]:
    """Return the words after ``manage.py`` of each command of a section, in order."""
    lines = "".join(blocks(section(plugin, heading), "sh")).splitlines()
    commands = (shlex.split(line, comments=True) for line in lines)
    return [words[2:] for words in commands if words[:2] == ["python", "manage.py"]]


def apply_readme(site: Site, plugin: str) -> None:
    """Change a site as the Install section of a README says, beside what was changed in it before.

    Each ``diff`` block is a patch of files as ``wagtail start`` makes them. What the plug-in stands on comes first.
    """
    if base := ON_TOP_OF.get(plugin):
        apply_readme(site, base)
    patch = "".join(blocks(section(plugin, "Install"), "diff"))
    assert patch, plugin
    if call("git", "branch", "--list", plugin, cwd=site.folder):
        return  # another one needed it
    git(site, "checkout", "--quiet", "-b", plugin, "start")
    git(site, "apply", "--index", "-", text=patch)
    git(site, "commit", "--quiet", "--message", plugin)
    git(site, "checkout", "--quiet", "main")
    git(site, "merge", "--quiet", "--no-edit", plugin)
    # "Where another of these plug-ins has added a line already, it stays once."
    settings = site.folder / "mysite" / "settings" / "base.py"
    lines = settings.read_text().splitlines(keepends=True)
    apps = {line: number for number, line in enumerate(lines) if line.startswith('    "chorsu_')}
    settings.write_text("".join(line for number, line in enumerate(lines) if apps.get(line, number) == number))
    git(site, "commit", "--quiet", "--all", "--amend", "--no-edit")


def git(site: Site, *arguments: str, text: str = "") -> None:
    """Run git in the folder of the site."""
    call("git", *arguments, cwd=site.folder, text=text)


def add_examples(site: Site, *plugins: str) -> None:
    """Put the documents' examples into the site: each python or django block that begins with the name of its file.

    Where that line says so, ``HomeConfig.ready`` imports the module.
    """
    written, imported = [], []
    texts = [documents(plugin) for plugin in plugins]
    for block in (block for text in texts for kind in ("python", "django") for block in blocks(text, kind)):
        named = re.match(r"(?:#|{#) ((?:home|mysite)/[\w/.]+)(, which HomeConfig\.ready imports)?(?: #})?\n", block)
        if named is None:
            continue
        file = site.folder / named[1]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((file.read_text() if file.exists() else "") + block)
        written.append(named[1])
        if named[2]:
            imported.append(file.stem)
    ready = "".join(f"        from home import {name}\n" for name in imported) or "        pass\n"
    with (site.folder / "home" / "apps.py").open("a") as file:
        file.write(f"\n    def ready(self):\n{ready}")
    if "home/models.py" in written:
        site.manage("makemigrations", "home")

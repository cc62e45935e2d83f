"""Follows the instructions of deploy/Containerfile in a folder, without an engine for containers.

Left out are Debian's packages and the user's name; the rest is done as written, in a folder that stands for the root.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

CHECKOUT = Path(settings.BASE_DIR)
FILE = CHECKOUT / "deploy/Containerfile"
HOME = "/srv/newsroom"
NOT_HERE = {"apt-get", "groupadd", "useradd"}
NOBODY = 65534


def instructions() -> list[tuple[str, str]]:
    """Return each instruction's word and the rest of it, in one line."""
    lines = [line for line in FILE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _space, rest in (line.partition(" ") for line in text.splitlines())]


def sent() -> list[str]:
    """Return the paths in the checkout that .dockerignore lets an engine see, without untracked ones."""
    rules = [line for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert rules[0] == "*"
    let_in = [rule[1:] for rule in rules if rule.startswith("!")]
    anywhere = [rule.removeprefix("**/") for rule in rules if rule.startswith("**/")]
    tracked = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return [
        path
        for path in tracked.splitlines()
        if any(path == rule or path.startswith(f"{rule}/") for rule in let_in)
        and not any(Path(part).match(rule) for part in path.split("/") for rule in anywhere)
    ]


@dataclass
class Image:
    """The folder that stands for a stage's root, and what its instructions have set."""

    root: Path
    real: bool  # install the packages, in place of using those of the tests
    workdir: str = "/"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin"})
    health: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def here(self, text: str) -> str:
        """Return the text with the image's paths as they are in this folder."""
        return re.sub(rf"(?<![\w.-]){HOME}", f"{self.root}{HOME}", text)

    @property
    def folder(self) -> Path:
        return self.root / self.workdir.lstrip("/")

    def run(self, line: str) -> None:
        for step in line.split(" && "):
            words = shlex.split(self.here(step))
            if words[0] in NOT_HERE or words[-1].startswith("/var/lib/apt"):
                continue
            if words[0] == "install":
                # Whom they belong to is decided below, by number.
                words = [word for word in words if word not in {"-o", "-g", "newsroom"}]
            if words[0] == "pip" and not self.real:
                self._use_present_packages()
                continue
            if words[0] in {"python", "pip"}:
                words = [sys.executable, *(["-m", "pip"] if words[0] == "pip" else []), *words[1:]]
            subprocess.run(words, cwd=self.folder, check=True, capture_output=True)

    def _use_present_packages(self) -> None:
        """Let the new venv see the packages of the tests, but not what is installed from the checkout itself."""
        venv = self.folder / "venv"
        packages = next(venv.glob("lib/python*/site-packages"))
        (packages / "present.pth").write_text(sysconfig.get_path("purelib"))
        script = f"#!{venv}/bin/python\nfrom gunicorn.app.wsgiapp import run\nrun()\n"
        (venv / "bin/gunicorn").write_text(script)
        (venv / "bin/gunicorn").chmod(0o755)

    def follow(self, word: str, rest: str) -> None:
        match word:
            case "WORKDIR":
                self.workdir = rest
                self.folder.mkdir(parents=True, exist_ok=True)
            case "RUN":
                self.run(rest)
            case "ENV":
                for pair in shlex.split(rest):
                    key, _equals, value = pair.partition("=")
                    self.environment[key] = self.here(value.replace("$PATH", self.environment["PATH"]))
            case "HEALTHCHECK":
                self.health = json.loads(rest.partition(" CMD ")[2])
            case "CMD":
                self.command = json.loads(rest)
            case _:
                assert word in {"EXPOSE", "USER"}, word

    def copy(self, words: list[str], stages: dict[str, Path]) -> None:
        if words[0].startswith("--from="):
            stage, source, target = stages[words[0].removeprefix("--from=")], words[1], words[2]
            shutil.copytree(stage / source.lstrip("/"), self.root / target.lstrip("/"), symlinks=True)
            return
        *sources, target = words
        for source in sources:
            found = [path for path in sent() if path == source or path.startswith(f"{source}/")]
            assert found, f"{source} isn't there, or .dockerignore keeps it out"
            for path in found:
                within = Path(path).relative_to(source) if path != source else Path(Path(path).name)
                to = self.folder / target / within
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(CHECKOUT / path, to)

    def as_its_user(self) -> list[str]:
        """Return what runs a command as somebody who may write into data alone, where we are root."""
        if os.geteuid():
            return []
        user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        looks = subprocess.run([*user, "test", "-r", sys.executable], check=False)
        # A checkout in root's own home: root without the rights of root.
        return ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if looks.returncode else user

    def close(self) -> None:
        """Let the image's user write to its data, and nobody to the rest."""
        subprocess.run(["chmod", "--recursive", "a-w", self.root / "srv"], check=True)
        for name in ("data", "backups"):
            folder = self.root / HOME.lstrip("/") / name
            assert folder.stat().st_mode & 0o777 == 0o550
            folder.chmod(0o750)
            if "--reuid" in " ".join(self.as_its_user()):
                os.chown(folder, NOBODY, NOBODY)


def build(root: Path, *, real: bool = False) -> Image:
    """Follow the file's stages and return the last one."""
    stages: dict[str, Path] = {}
    image, name = Image(root, real), ""
    for word, rest in instructions():
        if word == "FROM":
            if root.exists():
                # Each stage has the same place while it is made: paths in scripts stay true.
                stages[name] = root.rename(f"{root}-{name}")
            root.mkdir()
            root.chmod(0o755)
            image, name = Image(root, real), rest.partition(" AS ")[2]
        elif word == "COPY":
            image.copy(rest.split(), stages)
        else:
            image.follow(word, rest)
    return image

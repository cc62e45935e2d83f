"""The environment, read once: every variable that the site knows, with its default and meaning, and servers' settings.

``docs/settings.md`` lists the same table; a test holds the two together.
"""

from __future__ import annotations

import os
import re
import sys
import zoneinfo
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url

# By this gunicorn knows that another process wouldn't start either; any other makes it try for ever.
EXIT_CODE = 3
HTTP_ADDRESS = re.compile(r"https?://[^\s/]+(/\S*)?")


@dataclass(slots=True)
class Environment:
    """Read variables and remember each by name, with its default and meaning, so that checks and docs know them all."""

    variables: dict[str, tuple[str, str]] = field(default_factory=dict)
    problems: list[tuple[str, str, str]] = field(default_factory=list)

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

    def address(self, name: str, default: str, meaning: str) -> str:
        """Return an http or https address without a slash at its end; anything else is a problem."""
        value = self.text(name, default, meaning).rstrip("/")
        if value and not HTTP_ADDRESS.fullmatch(value):
            self.problem(name, "is no http address.", "Use an address such as https://newsroom.example")
            return default
        return value

    def addresses(self, name: str, meaning: str) -> list[str]:
        """Return http or https addresses from text separated by commas; where one is none, that is a problem."""
        values = [value.rstrip("/") for value in self.words(name, "", meaning)]
        if not all(map(HTTP_ADDRESS.fullmatch, values)):
            self.problem(name, "names what is no http address.", "Use addresses such as https://node1.example:9200")
            return []
        return values

    def redis(self, name: str, meaning: str) -> str:
        """Return the address of a Redis; another one, or one without Python's package for it, is a problem."""
        value = self.text(name, "", meaning)
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            self.problem(name, "is no address of Redis.", "Use an address such as redis://127.0.0.1:6379/0")
            return ""
        if value and find_spec("redis") is None:
            self.problem(name, "names a Redis, and Python's package for it is missing.", "Run: pip install redis")
            return ""
        return value

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


def database(url: str, *, otherwise: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings of the PostgreSQL server at ``url``, or ``otherwise`` where none is named.

    An address that isn't PostgreSQL's is noted as a problem of ``DATABASE_URL``.
    """
    if not url:
        return otherwise
    try:
        if url.startswith(("postgres://", "postgresql://")):
            return dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    except ValueError:  # names what stands at the port's place, which is part of a password with a slash in it
        pass
    env.problem("DATABASE_URL", "is no address of PostgreSQL.", "Use postgres://user:password@host:5432/database")
    return otherwise


def mail_settings(url: str, *, sender: str) -> dict[str, Any]:
    """Return Django's mail settings for ``smtp[s]://user:password@host:port`` (``smtp+tls`` for STARTTLS).

    A wrong address is noted as a problem of ``MAIL_URL`` and gives settings for a server on this machine.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"} or not parts.hostname or port == -1:
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


# Of a Redis that doesn't answer, each page waits for so long; what is kept there is made anew then.
REDIS_SECONDS = 0.5


def reader_cache(name: str, redis: str, folder: Path, *, most: int) -> dict[str, Any]:
    """Return Django's settings of a cache in the Redis at this address, or in files, of which there are ``most``."""
    if not redis:
        return {"BACKEND": "cms.reader.caches.FileCache", "LOCATION": folder, "OPTIONS": {"MAX_ENTRIES": most}}
    patience = {"socket_connect_timeout": REDIS_SECONDS, "socket_timeout": REDIS_SECONDS}
    return {"BACKEND": "cms.reader.caches.SharedCache", "LOCATION": redis, "KEY_PREFIX": name, "OPTIONS": patience}

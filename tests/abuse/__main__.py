"""Make every attempt against a server and print how each ended."""

from __future__ import annotations

import argparse
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
django.setup()

from tests.abuse.attempts import all_attempts  # noqa: E402
from tests.abuse.newsroom import Newsroom  # noqa: E402
from tests.abuse.server import running_newsroom  # noqa: E402


def main() -> int:
    """Return the number of attempts that succeeded; 100 where there were more."""
    parser = argparse.ArgumentParser(prog="python -m tests.abuse", description=__doc__)
    parser.add_argument("address", nargs="?", help="a server with the demo; without it one is started")
    parser.add_argument("--only", default="", help="words that the subject or title contains")
    options = parser.parse_args()
    attempts = [one for one in all_attempts() if options.only.lower() in f"{one.subject} {one.title}".lower()]
    with running_newsroom(options.address) as address:
        newsroom = Newsroom(address)
        succeeded = 0
        for one in attempts:
            try:
                outcome = one.run(newsroom)
            except AssertionError as error:
                succeeded += 1
                outcome = f"SUCCEEDED: {error}"
            except Exception as error:  # noqa: BLE001 - one attempt that can't be made must not stop the others
                succeeded += 1
                outcome = f"COULD NOT BE MADE: {type(error).__name__}: {error}"
            print(f"{one.subject:<12} {one.title:<96} {' '.join(outcome.split())[:200]}", flush=True)
    print(f"\n{len(attempts)} attempts, {succeeded} succeeded or could not be made.")
    return min(succeeded, 100)


if __name__ == "__main__":
    sys.exit(main())

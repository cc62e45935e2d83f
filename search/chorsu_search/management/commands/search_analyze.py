from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from chorsu_locales.selectors import enabled_codes, is_known
from chorsu_locales.table import LANGUAGES
from chorsu_search.analysis import get_analyser
from chorsu_search.engines import engine_names, get_engine
from chorsu_search.engines.base import EngineError
from chorsu_search.engines.elasticsearch_index import LONGEST_TEXT


class Command(BaseCommand):
    help = "Reads texts, one a line, and writes the tokens that each is searched by, as a JSON list a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("language", help="code of a language of the table, or of the site")
        parser.add_argument("--engine", help="an engine of CHORSU_SEARCH; without it, the analysis in Python")

    def handle(self, *_args: Any, language: str, engine: str | None, **_options: Any) -> None:
        if not is_known(language) and language not in enabled_codes():
            there_are = dict.fromkeys((*LANGUAGES, *enabled_codes()))
            raise CommandError(f"No such language: {language}. There are {', '.join(there_are)}.")
        if engine and engine not in engine_names():
            raise CommandError(f"No such engine: {engine}. There are {', '.join(engine_names())}.")
        try:
            # What is no server of its own is given tokens that are made here.
            server = getattr(get_engine(engine), "server", None) if engine else None
            lines = _lines(sys.stdin)
            made = server.tokens(language, lines) if server else map(get_analyser(language).tokens, lines)
            for tokens in made:
                self.stdout.write(json.dumps(tokens, ensure_ascii=False))
        except EngineError as error:
            raise CommandError(str(error)) from error


def _lines(source: TextIO) -> Iterator[str]:
    """Yield the lines; raise for one that is too long, without having read it whole."""
    number = 0
    while line := source.readline(LONGEST_TEXT + 2):
        number += 1
        line = line.rstrip("\r\n")
        if len(line) > LONGEST_TEXT:
            raise CommandError(f"Line {number} is longer than {LONGEST_TEXT} characters.")
        yield line

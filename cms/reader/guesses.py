"""What a reader may have looked for at an address that isn't there."""

from __future__ import annotations

import re
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from chorsu_search.queries import Query, clean
from chorsu_search.selectors import Answer, find
from cms.languages.selectors import code_of_path

MOST = 5
MOST_WORDS = 8
LONGEST = 150
WORD = re.compile(r"[^\W\d_]{3,}")


def guesses(request: HttpRequest) -> Answer:
    """Return what the search finds for the words of an address, in the address's language.

    Nothing where it has no words, is no address of a reader's page, or is asked for by other means than a reader's.
    The words themselves are shown nowhere: what was at the address may be nobody's business now.
    """
    match = request.resolver_match
    text = _words_of(request.path_info) if request.method == "GET" and code_of_path(request.path_info) else ""
    # Of a person who has no page (any more) nothing is looked for: the name may be withheld now.
    if not text or (match and match.view_name == "chorsu_articles:person"):
        return Answer(available=False)
    query = Query(text=text, languages=(get_language() or settings.LANGUAGE_CODE,), limit=MOST, with_facets=False)
    return find(query, request=request)


def _words_of(path: str) -> str:
    """Return the words of an address's last part. What has a dot is a file, which programs look for."""
    part = unquote(path.strip("/").partition("/")[2].rpartition("/")[2])
    if "." in path or len(part) > LONGEST:
        return ""
    return clean(" ".join(WORD.findall(part)[:MOST_WORDS]))

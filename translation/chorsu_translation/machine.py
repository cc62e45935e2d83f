"""Services that draft translations: LibreTranslate, and what speaks the chat-completions API.

A service is a function: ``(texts, *, source, target, **options) -> texts``. Texts are HTML with the tags of
``codes.Coded.marked``, languages are codes; it returns each text's translation, or raises a ``TranslationError``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from chorsu_translation.conf import get_settings
from chorsu_translation.memory.search import readable_pages
from chorsu_translation.pages import TranslationError

TIMEOUT, SECONDS = (5, 25, 25, 25), 30  # servers end a request after 60
inside: list[Callable[[Page], bool]] = []  # each says of a source that no service may get its text
register_kept_inside = inside.append


def libretranslate(texts: list[str], *, source: str, target: str, url: str, key: str = "") -> list[str]:
    said = {"q": texts, "source": source, "target": target, "format": "html", "api_key": key}
    return _post(f"{url.rstrip('/')}/translate", texts, said, "", lambda answer: answer["translatedText"])


def chat_completions(texts: list[str], *, source: str, target: str, url: str, model: str, key: str = "") -> list[str]:
    prompt = render_to_string("chorsu_translation/machine_prompt.txt", {"source": source, "target": target})
    asked = json.dumps({"texts": texts}, ensure_ascii=False)
    said = {"model": model, "messages": [{"role": "system", "content": prompt}, {"role": "user", "content": asked}]}
    return _post(f"{url.rstrip('/')}/chat/completions", texts, said, key, _texts_in)


def _texts_in(answer: Any) -> Any:
    said = answer["choices"][0]["message"]["content"]
    return json.loads(said[said.index("{") : said.rindex("}") + 1])["texts"]  # often between fences


def _post(url: str, texts: list[str], said: Any, key: str, read: Callable[[Any], Any]) -> list[str]:
    """Return what ``read`` finds in the answer. Nothing is logged, no redirect or proxy followed."""
    from httpx import HTTPError, InvalidURL, stream  # noqa: PLC0415

    headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
    answer, until = bytearray(), time.monotonic() + SECONDS
    try:
        with stream("POST", url, json=said, headers=headers, timeout=TIMEOUT, trust_env=False) as response:
            for chunk in response.iter_raw():
                answer += chunk
                if len(answer) > 1 << 20 or time.monotonic() > until:
                    break
        found = read(json.loads(answer)) if response.is_success else []
        problem = _fault(found, texts) if response.is_success else str(response.status_code)
        if not problem:
            return found
    except (HTTPError, InvalidURL, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        problem = type(error).__name__
    text = _("%(host)s gave no answer that can be used: %(problem)s")
    raise TranslationError(text % {"host": urlsplit(url).hostname, "problem": problem})


def _fault(found: Any, texts: list[str]) -> str:
    """Return what is wrong with translations of texts, or nothing. Raises ``AttributeError`` for what is no string."""
    if not isinstance(found, list):
        return _("no list of texts")
    if len(found) != len(texts):
        said = ngettext("%(count)s text for %(wanted)s", "%(count)s texts for %(wanted)s", len(found))
        return said % {"count": len(found), "wanted": len(texts)}
    lengths = [len(translation.strip()) for translation in found]
    if 0 in lengths:
        return _("an empty text")
    if any(length > 100 + 20 * len(text) for length, text in zip(lengths, texts, strict=True)):
        return _("a text that is far longer than its source")
    return ""


def machine_of(source: Page, target: Page) -> tuple[str, Callable[[list[str]], list[str]]] | None:
    """Return the name and function of what may translate a source: one that readers see, and nothing keeps inside."""
    codes = {"source": source.locale.language_code, "target": target.locale.language_code}
    pair, machines = ":".join(codes.values()), get_settings().machines.items()
    on = [(name, each) for name, each in machines if pair in each["PAIRS"]]
    if not on or any(keeps(source) for keeps in inside) or not readable_pages().filter(pk=source.pk).exists():
        return None
    name, chosen = on[0]
    return name, partial(import_string(chosen["SERVICE"]), **codes, **chosen.get("OPTIONS", {}))

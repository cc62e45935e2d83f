"""Two versions of a text as HTML with the words that came and went marked, and a text as the admin may show it."""

from __future__ import annotations

from collections.abc import Iterator

from chorsu_editorial.alignment import runs, tokens

_SHOWN = frozenset({"b", "strong", "i", "em", "u", "s", "del", "sub", "sup", "small", "code", "mark", "br"})


def shown_html(html: str) -> str:
    """Return a unit's inner HTML as the editor may show it: emphasis without attributes, a link as marked text."""
    return "".join(_shown(token) if token.startswith("<") else token for token in tokens(html))


def marked_html(was: str, html: str) -> str:
    """Return ``shown_html`` with the words that are new in ``<ins>``, and those that are gone in ``<del>``."""
    parts: list[str] = []
    for equal, gone, come in _word_runs(tokens(was), tokens(html)):
        if equal:
            parts.append(shown_html("".join(come)))
        else:
            parts += [_wrapped("del", gone, tags=False), _wrapped("ins", come)]
    return "".join(parts)


def _word_runs(old: list[str], new: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """Yield runs of tokens that both have, and runs that differ; those with nothing but white space between are one."""
    gone: list[str] = []
    come: list[str] = []
    for equal, i1, i2, j1, j2 in runs(old, new):
        if equal and not ((gone or come) and "".join(new[j1:j2]).isspace()):
            yield False, gone, come
            yield True, old[i1:i2], new[j1:j2]
            gone, come = [], []
        else:
            gone, come = [*gone, *old[i1:i2]], [*come, *new[j1:j2]]
    yield False, gone, come


def _shown(tag: str) -> str:
    name = tag.strip("</>").partition(" ")[0]
    if name == "a":
        return "</u>" if tag.startswith("</") else "<u>"
    if name not in _SHOWN:
        return ""
    return f"</{name}>" if tag.startswith("</") else f"<{name}>"


def _wrapped(name: str, run: list[str], *, tags: bool = True) -> str:
    """Put the words between tags into an element; the tags themselves stay outside, so that elements nest."""
    parts: list[str] = []
    words: list[str] = []

    def end() -> None:
        text = "".join(words)
        parts.append(f"<{name}>{text}</{name}>" if text.strip() else text if tags else "")
        words.clear()

    for token in run:
        if token.startswith("<"):
            end()
            parts.append(_shown(token) if tags else "")
        else:
            words.append(token)
    end()
    return "".join(parts)

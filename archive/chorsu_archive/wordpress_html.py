"""The text that WordPress stores as the HTML that it shows: comments of blocks, shortcodes, and lines for paragraphs.

After ``do_blocks``, ``do_shortcode``, ``wpautop`` and ``autoembed`` of WordPress 6. What has no element of its own
becomes one that ``chorsu_archive.texts`` knows: ``<x-note>`` is a footnote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.utils.translation import gettext as _

from chorsu_articles.paste import BLOCK_TAGS
from chorsu_editorial.markup import Token, tokens

# In characters: of a shortcode in its brackets, of a footnote between "((" and "))", of a block's comment in a note.
LONGEST_SHORTCODE, LONGEST_NOTE, LONGEST_QUOTED = 4000, 2000, 1000
SHORTCODE = re.compile(r"\[(?P<end>/?)(?P<name>[A-Za-z][\w-]{0,60})(?=[\s/\]=])", re.ASCII)
END_OF_SHORTCODE = re.compile(r"\[/(?P<name>[A-Za-z][\w-]{0,60})\]", re.ASCII)
CAPTIONS = frozenset({"caption", "wp_caption"})
NOTES = frozenset({"ref", "note", "footnote", "fn", "mfn", "efn_note"})
PLACES_OF_NOTES = frozenset({"footnotes", "footnotes_list", "references", "reflist", "efn_reference"})
PLAYERS = frozenset({"embed", "youtube", "vimeo", "rutube"})
# Blocks that say nothing by themselves, or whose words are in the article's fields.
SILENT = frozenset({"more", "nextpage", "separator", "spacer", "footnotes", "post-content"})
EDGES = BLOCK_TAGS | {"br", "option"}
AS_WRITTEN = frozenset({"pre", "textarea", "svg", "math"})
EMPHASIS = frozenset({"b", "strong", "i", "em"})


def as_html(source: str, tell: Callable[..., Any]) -> str:
    """Return stored text as HTML; ``tell`` takes the kind and words of a note on what can't be shown."""
    return _Reader(source.replace("\r\n", "\n").replace("\r", "\n"), tell).read()


class _Next:
    """Where some text stands next. Asked for places that only grow, it looks at each letter once."""

    def __init__(self, source: str, words: str) -> None:
        self._source, self._words, self._at = source, words, -1

    def after(self, start: int) -> int:
        if self._at < start:
            found = self._source.find(self._words, start)
            self._at = found if found >= 0 else len(self._source)
        return self._at


class _Reader:
    def __init__(self, source: str, tell: Callable[..., Any]) -> None:
        self.source, self.tell = source, tell
        self.out: list[str] = []
        self.skip = 0
        # Line ends since the last words; at the edge of a block they part nothing.
        self.breaks, self.at_edge = 0, True
        self.blocks: list[str] = []
        self.as_written = 0
        self.emphasis: list[str] = []
        self.brackets, self.closes = _Next(source, "["), _Next(source, "]")
        self.parens, self.closed = _Next(source, "(("), _Next(source, "))")
        # The last "((" before a "))".
        self.pair = (-1, -1)
        self.last = {found["name"].lower(): found.start() for found in END_OF_SHORTCODE.finditer(source)}
        # Where the content of a shortcode begins in ``out``, and its attributes; names of unknown ones that were left.
        self.open: dict[str, tuple[int, Mapping[str, str]]] = {}
        self.left: set[str] = set()

    def read(self) -> str:
        end = 0
        for token in tokens(self.source):
            self._comments(end, token.start)
            end = token.end
            if token.kind == "text":
                self._text(max(token.start, self.skip), token.end)
            elif token.end > self.skip:
                self._tag(token)
        self._comments(end, len(self.source))
        return "".join(self.out)

    def _comments(self, start: int, end: int) -> None:
        """Read the comments between two tokens: WordPress's blocks begin and end in them."""
        for comment in self.source[start:end].split("<!--")[1:] if end > max(start, self.skip) else ():
            words = comment.partition("-->")[0].strip()
            is_end, (kind, *rest) = words.startswith("/"), words.removeprefix("/").split(maxsplit=1) or [""]
            name = kind.removeprefix("wp:").removeprefix("core/").rstrip("/")
            if kind.startswith("wp:"):
                self.at_edge, self.breaks = True, 0
                if is_end:
                    del self.blocks[-1:]
                elif not words.endswith("/"):
                    self.blocks.append(name)
                elif name not in SILENT:
                    about = "".join(rest).rstrip("/ ")[:LONGEST_QUOTED]
                    self.tell("dropped", _("A block that the old site filled by itself:"), name, about)
            elif kind in {"more", "nextpage"}:
                self.breaks = 2

    def _tag(self, token: Token) -> None:
        written = self.source[token.start : token.end]
        if token.name in EDGES:
            self.at_edge, self.breaks = True, 0
        else:
            self._break()
        if token.name in AS_WRITTEN:
            self.as_written = max(0, self.as_written + (1 if token.kind == "begin" else -1))
        elif token.name in EMPHASIS and token.kind == "begin":
            self.emphasis = [*self.emphasis[-5:], token.name]
        elif token.name in self.emphasis:
            self.emphasis.remove(token.name)
        self.out.append(written)

    def _break(self) -> None:
        """Write what the line ends since the last words are: a line break, or the end of a paragraph."""
        if self.breaks > 1 and not self.at_edge:
            ends = "".join(f"</{name}>" for name in reversed(self.emphasis))
            self.out.append(f"{ends}</p><p>{''.join(f'<{name}>' for name in self.emphasis)}")
        elif self.breaks and not self.at_edge:
            self.out.append("<br/>")
        self.breaks = 0

    def _text(self, start: int, end: int) -> None:
        while start < end:
            sign = min(self.brackets.after(start), self.parens.after(start), end)
            self._write(self.source[start:sign])
            start = sign
            if sign < end:
                start = self._shortcode(sign) if self.source[sign] == "[" else self._inline_note(sign)
        self.skip = max(self.skip, start)

    def _write(self, text: str) -> None:
        if self.as_written or (self.blocks and self.blocks[-1] not in {"freeform", "shortcode"}):
            self.out.append(text)
            self.at_edge = self.at_edge and not text.strip()
            return
        for number, line in enumerate(text.split("\n")):
            self.breaks += number > 0
            if not line.strip():
                self.out.append(line)
                continue
            words = line.strip()
            if words.startswith(("http://", "https://")) and " " not in words and (self.at_edge or self.breaks):
                self.out.append(f"</p><p>{words}</p><p>")
                self.at_edge, self.breaks = True, 0
                continue
            self._break()
            self.out.append(line)
            self.at_edge = False

    def _inline_note(self, start: int) -> int:
        """Read "((A note.))", as some plug-ins have it, and return where it ends; any other "((" stays."""
        close = self.closed.after(start)
        if close != self.pair[1]:
            self.pair = self.source.rfind("((", start, close), close
        is_pair = self.pair[0] == start and close - start < LONGEST_NOTE and close < len(self.source)
        words = self.source[start + 2 : close] if is_pair else ""
        if " " not in words.strip() or "\n\n" in words or words.count("<") != words.count(">"):
            self._write("(")
            return start + 1
        self._break()
        self.out.append(f"<x-note>{words}</x-note>")
        self.at_edge = False
        self.tell("guessed", _("What stands in (( )) was taken for a footnote."))
        return close + 2

    def _shortcode(self, start: int) -> int:
        """Read a shortcode and return where it ends; a "[" that begins none stays."""
        found, close = SHORTCODE.match(self.source, start), self.closes.after(start)
        if not found or close >= len(self.source) or close - start > LONGEST_SHORTCODE:
            self._write("[")
            return start + 1
        name, written = found["name"].lower(), self.source[start : close + 1]
        if self.source[start - 1 : start] == "[" and self.source[close + 1 : close + 2] == "]":  # an escaped one
            self._write(self.source[start + 1 : close + 1])
            return close + 2
        about = self.source[found.end() : close]
        done = self._end(name) if found["end"] else self._begin(name, about, written, start)
        if not done:
            self._write(written)
        return close + 1

    def _begin(self, name: str, about: str, written: str, start: int) -> bool:
        attributes = next(tokens(f"<x {about}>")).attributes
        has_end = self.last.get(name, -1) > start and name not in self.open
        named = (each for key, each in attributes.items() if key != "poster")
        addresses = [each.strip("=\"'") for each in (*named, *about.split())]
        address = next((each for each in addresses if each.startswith(("http://", "https://", "//"))), "")
        if has_end and (name in NOTES or name in CAPTIONS or name == "embed"):
            if name not in NOTES:
                self.at_edge, self.breaks = True, 0
            self._break()
            self.open[name] = len(self.out), attributes
        elif name in {"gallery", "playlist"} and (keys := attributes.get("ids") or attributes.get("include")):
            tag = "img" if name == "gallery" else "audio"
            media = "".join(f'<{tag} data-own="" data-id="{escape(key.strip())}"></{tag}>' for key in keys.split(","))
            self._block(f'<figure class="wp-block-gallery">{media}</figure>' if tag == "img" else media)
        elif name in {"audio", "video"} and address:
            self._block(f'<{name} src="{escape(address)}"></{name}>')
            self.left.add(name)
        elif name in PLAYERS and address:
            self._block(f'<div class="wp-block-embed__wrapper">{escape(address)}</div>')
            self.left.add(name)
        elif name not in PLACES_OF_NOTES:
            if not (has_end or "=" in about or "_" in name or "-" in name or name == "gallery" or about.endswith("/")):
                return False
            self.left.add(name)
            self.tell("dropped", _("A shortcode was left out:"), written)
        return True

    def _block(self, html: str) -> None:
        self.out.append(html)
        self.at_edge, self.breaks = True, 0

    def _end(self, name: str) -> bool:
        if name not in self.open:
            return name in self.left
        start, attributes = self.open.pop(name)
        content = "".join(self.out[start:])
        del self.out[start:]
        if name in NOTES:
            self.out.append(f"<x-note>{content}</x-note>")
        elif name in CAPTIONS:
            self._block(_captioned(content, attributes))
        else:
            self._block(f'<div class="wp-block-embed__wrapper">{content}</div>')
        return True


def _captioned(content: str, attributes: Mapping[str, str]) -> str:
    """Return a caption's shortcode as a figure: the words stand behind the picture, or in an attribute."""
    picture = content.lower().find("<img")
    end = content.find(">", picture) + 1 if picture >= 0 else len(content)
    behind = content[end:].lstrip()
    end = len(content) - len(behind.removeprefix("</a>"))
    caption = f"<figcaption>{content[end:]} {attributes.get('caption', '')}</figcaption>"
    return f'<figure class="wp-caption {escape(attributes.get("align", ""))}">{content[:end]}{caption}</figure>'

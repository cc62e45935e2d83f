"""The text that WordPress stores, as the HTML that it shows: shortcodes become elements, and lines paragraphs.

After ``do_shortcode``, ``autoembed`` and ``wpautop`` of WordPress 6. What has no element of its own becomes one that
``chorsu_archive.texts`` knows: ``<x-note>`` is a footnote, ``<x-embed>`` has the address of a film or post.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import Any

from django.utils.translation import gettext_noop as _

from chorsu_editorial.markup import tokens

# A shortcode that double brackets escape, or where one begins or ends. No bracket stands in it, so a search is linear.
# And a formula of WordPress.com, in whose line no other dollar stands.
SHORTCODE = re.compile(
    r"\[(?P<escaped>\[[A-Za-z/][^\[\]]*\])\]"
    r"|\[(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<about>(?:[\s/=][^\[\]]*)?)\]"
    r"|(?P<formula>\$latex[ \t=][^$\n]*\$)",
    re.ASCII,
)
# A block without HTML. WordPress writes "<" and ">" in its attributes as \u003c and \u003e.
DYNAMIC_BLOCK = re.compile(r"<!--\s+wp:([\w/-]+\s[^<>]*)/-->")
# Where WordPress cuts the beginning of a text off, and where it begins another page: in the middle of a line, too.
MORE, NEXT_PAGE = re.compile(r"<!--\s*more[^<>]*-->"), re.compile(r"<!--\s*nextpage\s*-->")
ADDRESS = re.compile(r"(?<!poster=[\"'])https?://[^\s\"'<>|]+")
# Elements for shortcodes that have a content.
ENCLOSING = {
    **dict.fromkeys(("caption", "wp_caption"), "figure"),
    **dict.fromkeys(("ref", "note", "footnote", "fn", "mfn", "efn_note"), "x-note"),
    "embed": "x-embed",
}
EMBEDS, PLAYERS = frozenset({"embed", "youtube", "vimeo", "rutube"}), frozenset({"audio", "video"})
# Shortcodes of well-known plug-ins that stand for a widget without any attribute: forms, newsletters, tables of
# contents, lists of articles, galleries, buttons, advertisements, polls, accounts, searches, maps. Others may be words.
WIDGETS = frozenset((
    "addthis", "addtoany", "adinserter", "adrotate", "adsense", "aioseo-toc", "caldera-form", "catlist", "cforms",
    "clearfix", "contact-field", "contact-form", "contact-form-7", "contactform", "contextual-related-posts",
    "crowdsignal", "custom-facebook-feed", "custom-twitter-feeds", "display-posts", "easy-social-share",
    "easy-social-share-buttons", "easy-toc", "envira-gallery", "everest-form", "extoc", "ez-toc", "fblike",
    "flagallery", "fluentform", "foogallery", "formidable", "google-ads", "google-map-v3", "googlemaps",
    "gravityform", "gravityforms", "happyforms", "instagram-feed", "jetpack-related-posts", "jotform",
    "jp-relatedposts", "kaliform", "kkstarratings", "latest-posts", "layerslider", "leaflet-map", "leaflet-marker",
    "likebtn", "login-form", "loginform", "lwptoc", "mailerlite", "mailpoet", "mappress", "mapsmarker", "mashshare",
    "mc4wp", "mc4wp-form", "metaslider", "modula", "newsletter", "newsletter-form", "ngg", "nggallery",
    "ninja-form", "ninja-forms", "pagelist", "paypal-donation", "polldaddy", "popular-posts", "portfolio-slideshow",
    "postlist", "print-me", "printfriendly", "profilepress-login", "quads", "recent-posts", "register-form",
    "related-posts", "relatedposts", "rpwe", "seamless-donations", "search-form", "searchform", "shareaholic",
    "sharedaddy", "sharethis", "si-contact-form", "simple-sitemap", "simple-subscribe", "simpletoc", "sitemap",
    "slideshow", "smartslider3", "socialwarfare", "soliloquy", "ssba", "ssba-buttons", "subpages", "subscribe2",
    "supsystic-social-sharing", "table-of-contents", "tableofcontents", "tagcloud", "theme-my-login", "toc",
    "totalpoll", "twitter-follow", "twitter-timeline", "typeform", "ultimatemember", "uptolike", "weforms",
    "wp-polls", "wp-toc", "wpbsearch", "wpforms", "wpgmza", "wpp", "wppb-edit-profile", "wppb-login",
    "wppb-recover-password", "wppb-register", "wufoo", "yarpp", "yashare"
))  # fmt: skip
# What says nothing by itself: the notes themselves stand in the article's fields, or in the text.
PLACES_OF_NOTES = frozenset({"footnotes", "footnotes_list", "references", "reflist", "efn_reference"})
SILENT_BLOCKS = frozenset({"more", "nextpage", "separator", "spacer", "footnotes", "post-content"})
# In characters: of a block's attributes in a note.
LONGEST_QUOTED = 1000


def as_html(source: str, tell: Callable[..., Any]) -> str:
    """Return stored text as HTML; ``tell`` takes the kind and words of a note on what can't be shown."""
    for block in DYNAMIC_BLOCK.findall(source):
        if block.split(maxsplit=1)[0] not in SILENT_BLOCKS:
            tell("dropped", _("A block that the old site filled by itself:"), block.strip()[:LONGEST_QUOTED])
    lines = source.replace("\r\n", "\n").replace("\r", "\n")
    parted = NEXT_PAGE.sub("<br><br>", MORE.sub(" ", lines))
    return _Reader(tell, has_blocks="<!-- wp:" in source).read(parted)


class _Reader:
    def __init__(self, tell: Callable[..., Any], *, has_blocks: bool) -> None:
        # Like WordPress, take lines for paragraphs only where no editor of blocks wrote the paragraphs.
        self.tell, self.has_blocks, self.in_pre = tell, has_blocks, False
        self.out: list[str] = []
        # By name: where in ``out`` the latest shortcode stands that may have an end, and its attributes.
        self.open: dict[str, tuple[int, Mapping[str, str]]] = {}
        # Names of those whose end says nothing any more.
        self.done: set[str] = set()

    def read(self, source: str) -> str:
        source, before = f"\n{source}\n", ""
        for token in tokens(source):
            written = source[token.start : token.end]
            if token.kind == "text":
                # A lone "<" must not begin a tag with what stands behind a comment.
                self._text(written.removeprefix("\n" if before == "br" else "").replace("<", "&lt;"))
            else:
                self.out.append(written)
            if token.name == "pre":
                self.in_pre = token.kind == "begin"
            before = token.name
        return "".join(self.out)

    def _text(self, text: str) -> None:
        end = 0
        for found in SHORTCODE.finditer(text):
            self._lines(text[end : found.start()])
            end = found.end()
            if found["formula"]:
                self.tell("dropped", _("A formula was left out:"), found["formula"])
            elif found["escaped"]:
                self.out.append(found["escaped"])
            elif found["end"]:
                self._end(found["name"].lower(), found[0])
            else:
                self._begin(found["name"].lower(), found["about"], found[0])
        self._lines(text[end:])

    def _lines(self, text: str) -> None:
        """Write a text with breaks for its line ends; two of them part paragraphs, as in what is pasted.

        An address alone on a line stands apart, as a link; of a film it becomes the film.
        """
        if self.has_blocks or self.in_pre:
            self.out.append(text)
            return
        lines = text.split("\n")
        for number, line in enumerate(lines[1:-1], 1):
            if line.lstrip().startswith(("http://", "https://")) and len(line.split()) == 1:
                address = line.strip().replace('"', "%22")
                lines[number] = f'<p><a href="{address}">{address}</a></p>'
        self.out.append("<br>".join(lines))

    def _begin(self, name: str, about: str, written: str) -> None:
        attributes = next(tokens(f"<x {about}>")).attributes
        address = escape(found[0]) if (found := ADDRESS.search(unescape(about))) else ""
        keys = attributes.get("ids") or attributes.get("include") or ""
        element = ""
        if name == "gallery" and keys:
            pictures = "".join(f'<img data-id="{escape(key.strip())}">' for key in keys.split(","))
            element = f'<figure class="wp-block-gallery">{pictures}</figure>'
        elif name in EMBEDS and address:
            element = f"<x-embed>{address}</x-embed>"
        elif name in PLAYERS and address:
            element = f'<{name} src="{address}"></{name}>'
        elif name in ENCLOSING or not _shows_a_widget(name, about):
            # Words in brackets, unless an end follows.
            self.open[name] = len(self.out), attributes
            self.out.append(written)
            return
        elif name not in PLACES_OF_NOTES:
            self.tell("dropped", _("A shortcode was left out:"), written)
        self.done.add(name)
        self.out.append(element)

    def _end(self, name: str, written: str) -> None:
        if name not in self.open:
            self.out.append("" if name in self.done else written)
            return
        place, attributes = self.open.pop(name)
        if element := ENCLOSING.get(name):
            # Before WordPress 3.4 a caption was an attribute.
            align, caption = escape(attributes.get("align", "")), escape(attributes.get("caption", ""))
            self.out[place] = f'<{element} class="{align}">{caption}'
            self.out.append(f"</{element}>")
        else:
            self.tell("dropped", _("A shortcode was left out:"), self.out[place])
            self.out[place] = ""


def _shows_a_widget(name: str, about: str) -> bool:
    """Tell whether what stands in brackets is a shortcode for certain, also where no end follows."""
    is_known = name in WIDGETS or name in PLACES_OF_NOTES or name == "gallery"
    return is_known or "=" in about or "_" in name or about.endswith("/")

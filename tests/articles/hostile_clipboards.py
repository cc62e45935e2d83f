"""HTML that nobody wrote: pieces, alone or several in turn, often repeated, in frames and unfinished tags."""

from __future__ import annotations

import random
from dataclasses import dataclass

PIECES = (
    "<p>x</p>", "<p>", "</p>", "<b> </b>", "<b><i>x</i></b>", "<sup>a</sup>", "<sup><sup>a</sup></sup>", "<br> ",
    " <br>\n", "<span style='font-weight:bold;font-style:italic'>x</span>", "<span>a<br></span>",
    "<font>a<br>b</font>", "<img alt='👍'>", "<img src='data:x' alt='photo'>", "<pre>a\nb</pre>",
    "<pre>a\nb<i>x</i></pre>", "<del>x</del>", "<a class=sdfootnoteanc>1</a>",
    "<sup><a class=sdfootnoteanc>1</a></sup>", "<a href='https://e.org'>x</a> ",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>a</td><td>1</td></tr></table>", "<tr><td>a</td><td>b</td></tr>",
    "<td colspan=50>x</td>", "<td rowspan=0 colspan=1000>x</td>", "<tr><td rowspan=99>x</td></tr>", "<q>x</q>",
    "<ol start=9><li>x</li></ol>", "<li value=7>x<ol reversed><li>y</li></ol></li>",
    "<td><p>a</p><p>b</p></td>", "<caption>x</caption>", "<li>x</li>",
    "<ul><li>x</li></ul>", "<p style='mso-list:l0'><span style='mso-list:Ignore'>1.</span>x</p>",
    "<span style='mso-list:Ignore'>1.</span>", "<p class=MsoListParagraph>\n\n 1. x</p>",
    "<blockquote>x</blockquote>", "<h2>x</h2>", "<p>«x»</p>", "<p>«x", "“x” ", "<p>The road. Photo: x</p>",
    "photo by ", "на photo: ", "© x ", "<!-- x -->", "<!--", "<!-- x>", "<![if !x]>", "<!x", "<?x", "</", "</ x>",
    "<", "<a", "<a b", "<a b='", '<a b="c', "<a b=c d ", " a='b", "<script>", "<style>x</style>", "&", "&#",
    "&amp;", "&#x1d173;", "&nbsp;", "\n", "\n \n", " ", "- ", "x\u0301\u0327", "\u0327\u0301", "\x0b", "\u202e",
    "\ufffe", "словоӣ ",
)  # fmt: skip
FRAMES = (
    ("", ""), ("<p>", "</p>"), ("<p>", "x</p>"), ("<div>", "</div>"), ("<ul>", "</ul>"), ("<table>", "</table>"),
    ("<table><tr>", "</tr></table>"), ("<pre>", "</pre>"), ("<span style='white-space:pre'>", "</span>"),
    ("<blockquote>", "</blockquote>"), ("<p style='mso-list:l0'>", "</p>"), ("<p class='", "'>x"),
    ("<p style='", "'>x"), ("<a href='", "'>x</a>"), ("<p ", ">x"), ("<sup>", "</sup>"), ("<b>", "</b>"),
    ("<h1>", "</h1>"), ("<!--", ""),
)  # fmt: skip
NESTED = ("div", "table", "tr", "td", "tr><td", "ul", "li", "blockquote", "pre", "b", "sup", "span", "font", "p")
DEEPEST = 90


@dataclass(frozen=True, slots=True)
class Shape:
    """What repeats a piece between a beginning and an end."""

    begin: str
    piece: str
    end: str

    def __str__(self) -> str:
        """Return beginning and piece, as a name."""
        return f"{self.begin[:30]}…{self.piece[:60]}"

    def grown(self, count: int) -> str:
        """Return the piece so often, framed."""
        return self.begin + self.piece * count + self.end

    def largest(self, characters: int, marks: int) -> str:
        """Return as much as limits of characters and of "<" and "&" let through."""
        framed = self.begin + self.end
        count = (characters - len(framed)) // len(self.piece)
        if own := marks_in(self.piece):
            count = min(count, (marks - marks_in(framed)) // own)
        return self.grown(count)


def marks_in(text: str) -> int:
    """Return how many "<" and "&" a text has."""
    return text.count("<") + text.count("&")


def shapes(count: int) -> list[Shape]:
    """Return so many shapes, the same ones each time: first every piece alone, then random ones."""
    chosen = random.Random(7)
    found = [Shape("", piece, "") for piece in PIECES]
    while len(found) < count:
        begin, end = chosen.choice(FRAMES)
        name = chosen.choice(NESTED)
        depth = chosen.choice((0, 0, 1, DEEPEST // (1 + name.count("<"))))
        piece = "".join(chosen.choices(PIECES, k=chosen.randint(1, 3)))
        found.append(Shape(begin + f"<{name}>" * depth, piece, end))
    return found[:count]

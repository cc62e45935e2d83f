"""Cut the site's fonts from the fontsource packages, and print their @font-face rules with matched fallbacks.

A script has one file for text and one for headlines, complete with digits and punctuation: a page needs no other's.
Needs ``pip install fonttools brotli uharfbuzz`` and the unpacked npm packages in one folder::

    npm pack @fontsource-variable/source-serif-4 @fontsource-variable/vazirmatn \
        @fontsource/noto-serif @fontsource/tinos @fontsource/noto-naskh-arabic
    for f in *.tgz; do mkdir ${f%-[0-9]*}; tar xzf $f -C ${f%-[0-9]*} --strip-components 1; done
    python tools/subset_fonts.py FOLDER cms/static/cms/fonts > rules.css

The rules go to the top of ``cms/static/cms/css/site.css``.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import uharfbuzz
from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parents[1]
PUNCTUATION = {*map(ord, " 0123456789.,:;!?()[]/%+&*#@'\"-«»„“”‘’‚‹›–—…•·×−°§′″№₽₸↑")}
# No letter, and drawn as nothing or as one of the others: a page that has them must not ask another file.
SPACES = dict.fromkeys((0xA0, 0x2009, 0x202F), 0x20) | dict.fromkeys((0xAD, 0x2010, 0x2011), 0x2D)
# Russian, Tajik, Kazakh, Kyrgyz and Cyrillic Uzbek; the neighbours' letters that names bring along; the stress mark.
CYRILLIC = {*range(0x410, 0x450), *map(ord, "ЁёӣӯҳқҷғӢӮҲҚҶҒәөұүіһңӘӨҰҮІҺҢўЎїЇєЄґҐјЈ\u0301")}
LETTERS = {*range(0x41, 0x5B), *range(0x61, 0x7B)}
LATIN = {*range(0x20, 0x7F), *map(ord, "ʻʼéÉ€")}
LATIN_MORE = {*range(0xA1, 0x100), *map(ord, "†←→ıİŞşĞğČčŠšŽžĀāĪīŪūḤḥ")}
PERSIAN = {
    *map(ord, "ءآأؤإئابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیيكىةۀ؟،؛٪٫٬٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹ًٌٍَُِّْٰٔـ"),
    0x200C,
    0x200D,
}
ARABIC = {*range(0x600, 0x700), *range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFF)}
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "calt", "rlig", "init", "medi", "fina", "isol"]

SERIF = "fontsource-variable-source-serif-4/files/source-serif-4-{}-wght-normal.woff2"
VAZIRMATN = "fontsource-variable-vazirmatn/files/vazirmatn-{}-wght-normal.woff2"


@dataclass(frozen=True, slots=True)
class Cut:
    """A file in each of two weights, for text and for headlines: from where its letters come, and which they are.

    ``kerned`` are the weights whose pairs of letters are kerned: at the size of text few see it, and it takes a fifth.
    """

    name: str
    source: str
    parts: tuple[str, ...]
    points: set[int]
    weights: tuple[int, int] = (400, 600)
    kerned: tuple[int, ...] = (600, 700)
    may_lack: set[int] = field(default_factory=set)


CYRILLIC_CUT = Cut(
    "cyrillic", SERIF, ("cyrillic", "cyrillic-ext", "latin", "latin-ext"), CYRILLIC | PUNCTUATION | LETTERS
)
LATIN_CUT = Cut("latin", SERIF, ("latin", "latin-ext", "cyrillic"), LATIN | PUNCTUATION, kerned=(400, 600))
MORE_CUT = Cut("latin-more", SERIF, ("latin", "latin-ext"), LATIN_MORE - PUNCTUATION, may_lack=LATIN_MORE)
PERSIAN_CUT = Cut(
    "persian",
    VAZIRMATN,
    ("arabic", "latin"),
    PERSIAN | PUNCTUATION | LETTERS,
    (400, 700),
    (400, 700),
    set(map(ord, "№₽₸↑")),
)
ARABIC_CUT = Cut("persian-more", VAZIRMATN, ("arabic",), ARABIC - PERSIAN, (400, 700), (), ARABIC)
# The first is the family's own; of the others those letters are taken that it lacks. A page has one family only: of a
# second one, browsers load every file that has the space.
FAMILIES = {
    "Chorsu Cyrillic": (CYRILLIC_CUT, MORE_CUT),
    "Chorsu Latin": (LATIN_CUT, MORE_CUT, CYRILLIC_CUT),
    "Chorsu Persian": (PERSIAN_CUT, ARABIC_CUT),
}
# What the drawn text of each cut is measured against: fonts of phones and desktops, by the names that they have there.
TIMES = (
    "Times",
    "fontsource-tinos/files/tinos-{}-{}-normal.woff2",
    (("Times New Roman", "Liberation Serif", "Tinos"), ("Times New Roman Bold", "Liberation Serif Bold", "Tinos Bold")),
)
NOTO = (
    "Noto",
    "fontsource-noto-serif/files/noto-serif-{}-{}-normal.woff2",
    (("Noto Serif", "NotoSerif"), ("Noto Serif Bold", "NotoSerif-Bold")),
)
NASKH = (
    "Naskh",
    "fontsource-noto-naskh-arabic/files/noto-naskh-arabic-{}-{}-normal.woff2",
    (("Noto Naskh Arabic", "NotoNaskhArabic-Regular"), ("Noto Naskh Arabic Bold", "NotoNaskhArabic-Bold")),
)
FALLBACKS = {
    "Chorsu Cyrillic": ("[а-яё]+", (NOTO, TIMES)),
    "Chorsu Latin": ("[a-z]+", (NOTO, TIMES)),
    "Chorsu Persian": ("[ء-ی\u200c]+", (NASKH,)),
}


def main(source: Path, target: Path) -> None:
    """Write the files of every cut; print the rules of the fonts and of their fallbacks.

    Ends with the letters that no package has.
    """
    letters: dict[str, set[int]] = {}
    for cut in (CYRILLIC_CUT, LATIN_CUT, MORE_CUT, PERSIAN_CUT, ARABIC_CUT):
        for weight in cut.weights:
            path = target / f"{cut.name}-{weight}.woff2"
            font = cut_font(source, cut, weight)
            letters[cut.name] = set(font.getBestCmap())
            if missing := cut.points - letters[cut.name] - cut.may_lack:
                sys.exit(f"{cut.name}: no source has {' '.join(map(chr, sorted(missing)))}")
            font.flavor = "woff2"
            font.save(path)
            print(f"{path.name}: {path.stat().st_size} bytes", file=sys.stderr)
    for family, cuts in FAMILIES.items():
        for bold in (False, True):
            taken: set[int] = set()
            for cut in cuts:
                here = letters[cut.name] - taken
                taken |= here
                file = f"{cut.name}-{cut.weights[bold]}.woff2"
                print(
                    face(
                        family, f'url("../fonts/{file}") format("woff2")', bold, f"unicode-range: {unicode_range(here)}"
                    )
                )
            sample, others = FALLBACKS[family]
            own = target / f"{cuts[0].name}-{cuts[0].weights[bold]}.woff2"
            for name, pattern, names in others:
                other = source / pattern.format(cuts[0].parts[0], 700 if bold else 400)
                local = ", ".join(f'local("{each}")' for each in names[bold])
                print(face(f"{family} {name}", local, bold, *adjustments(own, other, sample)))


def cut_font(source: Path, cut: Cut, weight: int) -> TTFont:
    """Return the cut's letters in one weight, joined from the parts of its package, each letter from the first."""
    wanted, files = set(cut.points), []
    with tempfile.TemporaryDirectory() as folder:
        for part in cut.parts:
            font = TTFont(source / cut.source.format(part))
            here = wanted & set(font.getBestCmap())
            if not here - {0x20}:
                continue
            wanted -= here
            files.append(f"{folder}/{part}.ttf")
            subset(font, here, FEATURES if weight in cut.kerned else FEATURES[1:])
            static = instantiateVariableFont(font, {"wght": weight})
            for tag in ("STAT", "avar", "BASE", "gasp", "prep"):
                if tag in static:
                    del static[tag]
            static.flavor = None
            static.save(files[-1])
        joined = TTFont(files[0]) if len(files) == 1 else Merger().merge(files)
    for table in joined["cmap"].tables:
        for point, same in SPACES.items():
            if same in table.cmap:
                table.cmap.setdefault(point, table.cmap[same])
    # The licence reserves the original names for unmodified fonts.
    for record in joined["name"].names:
        if record.nameID in {1, 4, 6}:
            record.string = f"Chorsu-{cut.name}-{weight}"
    buffer = BytesIO()
    subset(joined, set(joined.getBestCmap()), FEATURES)
    joined.save(buffer)
    return TTFont(BytesIO(buffer.getvalue()))


def subset(font: TTFont, points: Iterable[int], features: list[str]) -> None:
    """Leave these letters and features in the font, without hints."""
    options = Options()
    options.layout_features = features
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.drop_tables += ["DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)


def face(family: str, source: str, bold: bool, *more: str) -> str:
    """Return a rule of one line."""
    display = ["font-display: optional"] if source.startswith("url") else []
    weight = f"font-weight: {'600 700' if bold else '400 500'}"
    parts = [f'font-family: "{family}"', f"src: {source}", weight, *display, *more]
    return f"@font-face {{ {'; '.join(parts)}; }}"


def adjustments(path: Path, other: Path, sample: str) -> tuple[str, ...]:
    """Return what makes the ``other`` font run as wide as ours on the demo's text, and stand on the same lines."""
    ours = TTFont(path)
    size = width(path, sample) / width(other, sample)
    em = ours["head"].unitsPerEm * size
    up, down = ours["hhea"].ascent / em, -ours["hhea"].descent / em
    vertical = f"ascent-override: {up:.1%}; descent-override: {down:.1%}; line-gap-override: 0%"
    return (f"size-adjust: {size:.1%}", vertical)


def width(path: Path, sample: str) -> float:
    """Return how many ems the demo's words that match the pattern take in a font."""
    buffer = BytesIO()
    font = TTFont(path)
    font.flavor = None
    font.save(buffer)
    face_ = uharfbuzz.Face(buffer.getvalue())
    drawn, cmap, total = uharfbuzz.Font(face_), set(font.getBestCmap()), 0
    text = "".join(file.read_text() for file in sorted((ROOT / "demo/content/articles").glob("*.toml")))
    for word in re.findall(sample, text, re.IGNORECASE):
        if set(map(ord, word)) <= cmap:
            line = uharfbuzz.Buffer()
            line.add_str(f"{word} ")
            line.guess_segment_properties()
            uharfbuzz.shape(drawn, line)
            total += sum(position.x_advance for position in line.glyph_positions)
    return total / face_.upem


def unicode_range(points: set[int]) -> str:
    """Return the points as CSS writes them."""
    spans: list[list[int]] = []
    for point in sorted(points):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ", ".join(f"U+{first:X}" + (f"-{last:X}" if last > first else "") for first, last in spans)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

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
import tomllib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import uharfbuzz
from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parents[1]
# No letter, and drawn as nothing or as one of the others: a page that has them must not ask another file.
SPACES = dict.fromkeys((0xA0, 0x2009, 0x202F), 0x20) | dict.fromkeys((0xAD, 0x2010, 0x2011), 0x2D)
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "calt", "rlig", "init", "medi", "fina", "isol"]
PLAN = tomllib.loads((ROOT / "tools" / "fonts.toml").read_text("utf-8"))
type Cut = dict[str, Any]  # as in the file


def main(source: Path, target: Path) -> None:
    """Write the files of every cut; print the rules of the fonts and of their fallbacks.

    Ends with the letters that no package has.
    """
    letters: dict[str, set[int]] = {}
    for name, cut in PLAN["cuts"].items():
        for weight in cut["weights"]:
            path = target / f"{name}-{weight}.woff2"
            font = cut_font(source, name, cut, weight)
            letters[name] = set(font.getBestCmap())
            if missing := points_of(cut) - letters[name] - united(cut.get("may_lack", [])):
                sys.exit(f"{name}: no source has {' '.join(map(chr, sorted(missing)))}")
            font.flavor = "woff2"
            font.save(path)
            print(f"{path.name}: {path.stat().st_size} bytes", file=sys.stderr)
    for family in PLAN["families"]:
        print_rules(family, letters, source, target)


def print_rules(family: dict[str, Any], letters: dict[str, set[int]], source: Path, target: Path) -> None:
    """Print the rules of a family's files and of its fallbacks, in both weights; ``letters`` are those of each cut."""
    for bold in (False, True):
        taken: set[int] = set()
        for name in family["cuts"]:
            here = letters[name] - taken
            taken |= here
            url = f'url("../fonts/{file_name(name, bold)}") format("woff2")'
            print(face(family["name"], url, bold, f"unicode-range: {unicode_range(here)}"))
        own = family["cuts"][0]
        for fallback in family["fallbacks"]:
            other = PLAN["fallbacks"][fallback]
            path = source / other["source"].format(PLAN["cuts"][own]["parts"][0], 700 if bold else 400)
            local = ", ".join(f'local("{each}")' for each in other["bold" if bold else "regular"])
            adjusted = adjustments(target / file_name(own, bold), path, family["sample"])
            print(face(f"{family['name']} {fallback}", local, bold, *adjusted))


def file_name(cut: str, bold: bool) -> str:
    """Return the name of a cut's file."""
    return f"{cut}-{PLAN['cuts'][cut]['weights'][bold]}.woff2"


def points_of(cut: Cut) -> set[int]:
    """Return the code points of a cut's letters."""
    return united(cut["letters"]) - united(cut.get("without", []))


def united(names: Iterable[str]) -> set[int]:
    """Return the code points of the sets of letters with these names."""
    points: set[int] = set()
    for text in (text for name in names for text in PLAN["letters"][name]):
        if text.startswith("U+"):
            first, _, last = text[2:].partition("-")
            points.update(range(int(first, 16), int(last or first, 16) + 1))
        else:
            points.update(map(ord, text))
    return points


def cut_font(source: Path, name: str, cut: Cut, weight: int) -> TTFont:
    """Return the cut's letters in one weight, joined from the parts of its package, each letter from the first."""
    wanted, files = points_of(cut), []
    with tempfile.TemporaryDirectory() as folder:
        for part in cut["parts"]:
            font = TTFont(source / cut["source"].format(part))
            here = wanted & set(font.getBestCmap())
            if not here - {0x20}:
                continue
            wanted -= here
            files.append(f"{folder}/{part}.ttf")
            subset(font, here, FEATURES if weight in cut["kerned"] else FEATURES[1:])
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
            record.string = f"Chorsu-{name}-{weight}"
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

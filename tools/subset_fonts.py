"""Cut the site's fonts from the @fontsource-variable packages: our letters, the weights in use, few features.

Needs ``pip install fonttools brotli`` and the unpacked npm packages in one folder::

    npm pack @fontsource-variable/source-serif-4 @fontsource-variable/onest @fontsource-variable/vazirmatn
    for f in *.tgz; do mkdir ${f%-[0-9]*}; tar xzf $f -C ${f%-[0-9]*} --strip-components 1; done
    python tools/subset_fonts.py FOLDER cms/static/cms/fonts
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

# Russian, Tajik, Kazakh, Kyrgyz and Cyrillic Uzbek; the neighbours' letters that names bring along; the stress mark.
CYRILLIC = [*range(0x410, 0x450), *(ord(c) for c in "ЁёӣӯҳқҷғӢӮҲҚҶҒәөұүіһңӘӨҰҮІҺҢўЎїЇєЄґҐјЈ№\u0301")]
LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(ord(c) for c in "ʻʼ‘’‚“”„–—…•‹›€†′″−×↑ıİŞşĞğČčŠšŽžĀāĪīŪūḤḥ₸₽\u2009"),
]
ARABIC = [*range(0x600, 0x700), 0x200C, 0x200D, 0xAB, 0xBB, *range(0xFB50, 0xFDFF), *range(0xFE70, 0xFEFF)]
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "calt", "rlig", "init", "medi", "fina", "isol", "tnum"]

SERIF = "fontsource-variable-source-serif-4/files/source-serif-4-{}-wght-{}.woff2"
SANS = "fontsource-variable-onest/files/onest-{}-wght-normal.woff2"
PERSIAN = "fontsource-variable-vazirmatn/files/vazirmatn-{}-wght-normal.woff2"
WEIGHTS = (400, 700)
# Each letter goes into the first file of its family and style whose source has it: the packages divide Cyrillic by
# block, so that Kazakh "і" and "ұ" stand beside the Russian letters and "қ" does not.
SCRIPTS = {"cyrillic": CYRILLIC, "cyrillic-ext": CYRILLIC, "latin": LATIN, "latin-ext": LATIN}
FAMILIES = {
    "serif{}": (SERIF.format("{}", "normal"), SCRIPTS),
    "serif{}-italic": (SERIF.format("{}", "italic"), SCRIPTS),
    "sans{}": (SANS, SCRIPTS),
    "persian": (PERSIAN, {"arabic": ARABIC}),
}
# Vazirmatn has the letters of Persian and its neighbours, not the whole of the blocks; Onest lacks a few signs.
NEED_NOT_BE_THERE = {*ARABIC, *map(ord, "¤¦¬\u00adµ†′″")}
NAMES = {"serif": "Chorsu Serif", "sans": "Chorsu Sans", "persian": "Chorsu Persian"}


def main(source: Path, target: Path) -> None:
    """Write the files of every family from the packages in ``source``; print the ``unicode-range`` of each.

    Ends with the letters that no package has.
    """
    for name, (pattern, scripts) in FAMILIES.items():
        wanted = {point for points in scripts.values() for point in points}
        for script, points in scripts.items():
            font = TTFont(source / pattern.format(script))
            here = wanted & set(points) & set(font.getBestCmap())
            if here:
                path = target / f"{name.format(f'-{script}')}.woff2"
                write(font, here, path, NAMES[name.partition("{")[0]])
                print(path.name, path.stat().st_size, unicode_range(here))
            wanted -= here
        if missing := wanted - NEED_NOT_BE_THERE:
            sys.exit(f"{name.format('')}: no source has {' '.join(map(chr, sorted(missing)))}")


def write(font: TTFont, points: set[int], path: Path, family: str) -> None:
    """Write the part of a font that has these letters, in our weights."""
    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.flavor = "woff2"
    options.name_IDs = [0, 1, 2, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": WEIGHTS})
    # The licence reserves the original names for unmodified fonts.
    for record in font["name"].names:
        if record.nameID == 1:
            record.string = family
    font.flavor = "woff2"
    font.save(path)


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

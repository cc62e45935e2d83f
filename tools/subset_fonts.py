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

RUSSIAN = [*range(0x410, 0x450), 0x401, 0x451, 0x2116]
# Tajik, Kazakh, Kyrgyz and Cyrillic Uzbek beyond the Russian letters, and the neighbours' that names bring along.
EXTENDED = [ord(c) for c in "ӣӯҳқҷғӢӮҲҚҶҒәөұүіһңӘӨҰҮІҺҢўЎїЇєЄґҐјЈ₸₽"]
LATIN = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *(ord(c) for c in "ʻʼ‘’‚“”„–—…•‹›€†‡′″−×ıİŞşĞğČčŠšŽžĀāĪīŪūḤḥ\u2009\u200a"),
]
ARABIC = [*range(0x600, 0x700), 0x200C, 0x200D, 0xAB, 0xBB, *range(0xFB50, 0xFDFF), *range(0xFE70, 0xFEFF)]
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "calt", "rlig", "init", "medi", "fina", "isol", "tnum"]

SERIF = "fontsource-variable-source-serif-4/files/source-serif-4-{}-wght-{}.woff2"
SANS = "fontsource-variable-onest/files/onest-{}-wght-normal.woff2"
FILES = [
    *(
        (SERIF.format(script, style), f"serif-{script}{suffix}.woff2", points, (400, 700))
        for style, suffix in (("normal", ""), ("italic", "-italic"))
        for script, points in (("latin", LATIN), ("cyrillic", RUSSIAN), ("cyrillic-ext", EXTENDED))
    ),
    *(
        (SANS.format(script), f"sans-{script}.woff2", points, (400, 700))
        for script, points in (("latin", LATIN), ("cyrillic", RUSSIAN), ("cyrillic-ext", EXTENDED))
    ),
    (
        "fontsource-variable-vazirmatn/files/vazirmatn-arabic-wght-normal.woff2",
        "persian.woff2",
        ARABIC,
        (400, 700),
    ),
]


def main(source: Path, target: Path) -> None:
    """Write every file of ``FILES`` from the packages in ``source`` into ``target``."""
    for path, name, points, weights in FILES:
        font = TTFont(source / path)
        options = Options()
        options.layout_features = FEATURES
        options.hinting = False
        options.flavor = "woff2"
        options.name_IDs = [0, 1, 2, 13, 14]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=points)
        subsetter.subset(font)
        font = instantiateVariableFont(font, {"wght": weights})
        # The licence reserves the original names for unmodified fonts.
        family = {"serif": "Chorsu Serif", "sans": "Chorsu Sans"}.get(name.split("-")[0], "Chorsu Persian")
        for record in font["name"].names:
            if record.nameID == 1:
                record.string = family
        font.flavor = "woff2"
        font.save(target / name)
        print(name, (target / name).stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

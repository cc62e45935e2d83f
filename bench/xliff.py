"""Seconds of processor time to write and to read XLIFF; twice the units take twice the time.

Usage: xliff.py [--units 1000]
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
HTML = (
    'Комитет <b>по <i>делам</i></b> религии <a href="/x?a=1&amp;b=2">сообщил</a>.<br> Имрӯз <b>низ</b> чунин шуд. ' * 2
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=1000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import django  # noqa: PLC0415 - the path and settings have to be set first

    django.setup()
    from chorsu_translation.codes import to_codes  # noqa: PLC0415
    from chorsu_translation.exchange.xliff import File, Unit, read, write  # noqa: PLC0415
    from chorsu_translation.findings import Name  # noqa: PLC0415
    from chorsu_translation.models import Term  # noqa: PLC0415

    for number in (options.units, options.units * 2):
        begun = process_time()
        hits = [Name("Комитет", "Кумита", term=Term(note="official"))]
        units = [
            Unit(f"body.5f:{index}", to_codes(HTML).marked, to_codes(HTML).marked, True, "Text", ["A note."], hits)
            for index in range(number)
        ]
        print(f"{number} units, codes of both texts: {process_time() - begun:.2f} s")
        for version in ("1.2", "2.1"):
            begun = process_time()
            document = write([File("1", "ru", "tg", units)], version=version)
            written = process_time()
            (file,) = read(io.BytesIO(document))
            assert [unit.target for unit in file.units] == [unit.target for unit in units]
            took = written - begun, process_time() - written
            print(f"  {version}: {len(document) / 1e6:.1f} MB, written in {took[0]:.2f} s, read in {took[1]:.2f} s")


if __name__ == "__main__":
    main()

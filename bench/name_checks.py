"""What the checks of names find: in translations, and in mends of first words of sentences, cells and headings.

Usage: name_checks.py [--errors 100] [--seed 1]

Both are asked of the demo and of 200 pages of another newsroom (``tests/translation/other_site.py``). Printed are false
alarms and what is found of the names that were made wrong. Of the demo's few pages the search knows few words, so there
the share of first words is printed that need a second person; names among them that no vocabulary has count as well. It
fails where a correct translation has a finding, below 90 % of the errors, where a slip on a page of the other newsroom
counts as a name, and where a changed name doesn't.
"""

from __future__ import annotations

import random
import sys
from itertools import islice

from _common import show, with_demo


def measure(number: int, seed: int) -> int:
    """Print what is found; return 1 where the docstring says so."""
    from chorsu_search.models import NameWord, PageWords, Word  # noqa: PLC0415 - Django has to be set up first
    from chorsu_translation.findings import find, numbers_and_names  # noqa: PLC0415
    from chorsu_translation.models import Term  # noqa: PLC0415
    from tests.feedback import first_words  # noqa: PLC0415
    from tests.translation.other_site import names_of, other_pages, with_wrong_name  # noqa: PLC0415
    from tests.translation.seeded_errors import demo_translations  # noqa: PLC0415

    translations = demo_translations()
    alarms = [each for pair in translations for each in find(*pair) if each.check == "names"]
    slips, doubtful = first_words.in_the_demo()
    for model in (Word, PageWords, NameWord, Term):
        model.objects.all().delete()
    numbers_and_names.register_names(names_of)
    pages, choice = other_pages(), random.Random(seed)
    other_alarms = sum(1 for page in pages for _found in numbers_and_names.check_names(page.pages))
    wrong = list(islice(filter(None, (with_wrong_name(page, choice) for page in pages)), number))
    found = sum(any(True for _found in numbers_and_names.check_names(page)) for page in wrong)
    mends, mended_names = first_words.on_other_pages(pages, number)
    other_doubtful, held = sum(mends), sum(mended_names)
    rows = {
        f"findings in {len(translations)} translations of the demo": len(alarms),
        f"findings in {len(pages)} translations of another site": other_alarms,
        f"wrong names found, of {len(wrong)}": found,
        f"slips in first words of the demo for a second person, of {slips}": doubtful,
        f"slips in first words of the other site for a second person, of {len(mends)}": other_doubtful,
        f"first words that are names, changed: for a second person, of {len(mended_names)}": held,
    }
    show("names", [{"what": what, "number": number} for what, number in rows.items()])
    right = not alarms and not other_alarms and not other_doubtful and held == len(mended_names)
    return 0 if right and found * 10 >= len(wrong) * 9 else 1


if __name__ == "__main__":
    sys.exit(with_demo(measure, __doc__, errors=100))

"""Keyboard layouts key by key, in the order of the keys on a QWERTY keyboard.

Sources: the layouts of xkeyboard-config (ru, tj, kz "RST KazSSR 903-90", kg, uz "cyrillic", ir "ISIRI 9147").
"""

from __future__ import annotations

from chorsu_locales.table.model import Keyboard

QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
# As the keys lie: each row begins a little further right than the one above.
KEY_ROWS = ("`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./")
# Signs above letters, for names: "<birtr" is "Бишкек". The quotation mark is left out: it means a phrase.
SHIFTED = "~{}:<>"
SHIFTED_CYRILLIC = "ёхъжбю"
RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
TAJIK = "ёйқукенгшҳзхъфҷвапролджэячсмитӣбю"
UZBEK = "ёйцукенгшўзхъфқвапролджэячсмитьбю"
# Persian has no letters on the first and the last two keys of these.
PERSIAN_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,"
PERSIAN = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو"

LATIN_AND_RUSSIAN = Keyboard(SHIFTED + QWERTY, SHIFTED_CYRILLIC + RUSSIAN)
LATIN_AND_TAJIK = Keyboard(SHIFTED + QWERTY + "-=", SHIFTED_CYRILLIC + TAJIK + "ғӯ")
RUSSIAN_AND_TAJIK = Keyboard(RUSSIAN + "-=", TAJIK + "ғӯ")
LATIN_AND_KAZAKH = Keyboard(SHIFTED + QWERTY + "2345890-=", SHIFTED_CYRILLIC + RUSSIAN + "әіңғүұқөһ")
LATIN_AND_KYRGYZ = Keyboard(SHIFTED + QWERTY + "-=\\", SHIFTED_CYRILLIC + RUSSIAN + "өңү")
LATIN_AND_UZBEK = Keyboard(SHIFTED + QWERTY + "-=", SHIFTED_CYRILLIC + UZBEK + "ғҳ")
LATIN_AND_PERSIAN = Keyboard(PERSIAN_QWERTY, PERSIAN)

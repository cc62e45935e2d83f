"""Keyboard layouts key by key, in the order of the keys on a QWERTY keyboard.

Sources: the layouts of xkeyboard-config (ru, tj, kz "RST KazSSR 903-90", kg, ir "ISIRI 9147").
"""

from __future__ import annotations

from locales.table.model import Keyboard

QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
TAJIK = "ёйқукенгшҳзхъфҷвапролджэячсмитӣбю"
# Persian has no letters on the first and the last two keys of these.
PERSIAN_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,"
PERSIAN = "ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو"

LATIN_FOR_RUSSIAN = Keyboard("en-ru", QWERTY, RUSSIAN)
RUSSIAN_FOR_LATIN = Keyboard("ru-en", RUSSIAN, QWERTY)
LATIN_FOR_TAJIK = Keyboard("en-tg", QWERTY + "-=", TAJIK + "ғӯ")
RUSSIAN_FOR_TAJIK = Keyboard("ru-tg", "цщыь", "қҳҷӣ")
TAJIK_FOR_RUSSIAN = Keyboard("tg-ru", "қҳҷӣ", "цщыь")
LATIN_FOR_KAZAKH = Keyboard("en-kk", QWERTY + "2345890-=", RUSSIAN + "әіңғүұқөһ")
LATIN_FOR_KYRGYZ = Keyboard("en-ky", QWERTY + "-=\\", RUSSIAN + "өңү")
LATIN_FOR_PERSIAN = Keyboard("en-fa", PERSIAN_QWERTY, PERSIAN)
PERSIAN_FOR_LATIN = Keyboard("fa-en", PERSIAN, PERSIAN_QWERTY)

"""Latin for letters of Cyrillic and Arabic script: what the languages' own rules start from.

The general rules also serve letters of a foreign language inside a headline (a Russian name in an English one).
"""

from __future__ import annotations

from collections.abc import Mapping

# The usual Russian practice in web addresses (close to BGN/PCGN without diacritics).
RUSSIAN: Mapping[str, str] = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i",
    "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "",
    "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip

# Letters of other Cyrillic alphabets, for text in a language that has no row.
OTHER_CYRILLIC: Mapping[str, str] = {
    "ғ": "gh", "ӣ": "i", "қ": "q", "ӯ": "u", "ҳ": "h", "ҷ": "j", "ә": "a", "ң": "ng", "ө": "o", "ұ": "u",
    "ү": "u", "һ": "h", "і": "i", "ў": "u", "є": "ye", "ї": "yi", "ґ": "g", "ђ": "dj", "ј": "j", "љ": "lj",
    "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "gj", "ќ": "kj", "ѕ": "dz", "җ": "j", "ӑ": "a", "ӗ": "e",
}  # fmt: skip

# Persian letters without short vowels (BGN/PCGN 1958, no diacritics), with the Arabic letters people paste.
PERSIAN: Mapping[str, str] = {
    "ا": "a", "آ": "a", "أ": "a", "إ": "e", "ٱ": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "s", "ج": "j",
    "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "z", "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh",
    "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "", "غ": "gh", "ف": "f", "ق": "q", "ک": "k", "ك": "k",
    "گ": "g", "ل": "l", "م": "m", "ن": "n", "و": "u", "ؤ": "o", "ه": "h", "ة": "h", "ۀ": "eh", "ی": "i",
    "ي": "i", "ى": "a", "ئ": "y", "ء": "", "\u200c": "-", "\u200d": "", "ـ": "",
}  # fmt: skip

# Latin letters that have no canonical decomposition.
LATIN: Mapping[str, str] = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "ə": "a", "ŋ": "ng", "ʻ": "", "ʼ": "", "’": "", "‘": "", "`": "", "´": "", "'": "",
}  # fmt: skip

GENERAL: dict[str, str] = {**RUSSIAN, **OTHER_CYRILLIC, **PERSIAN, **LATIN}

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.test import override_settings
from django.utils.translation import gettext, ngettext, override, pgettext, trans_real

from chorsu_locales.catalogues import install, interface_fallbacks
from chorsu_locales.table import LANGUAGES, Language

STRINGS = {
    "ru": {
        "Only Russian": "Только по-русски",
        "Both": "Оба (ru)",
        ("%d owl", "%d owls"): ("%d сова", "%d совы", "%d сов"),
    },
    "tg": {"Both": "Ҳарду (tg)"},
    "de": {"Both": "Beide (de)"},
    "fa": {"Both": "هر دو"},
}


@pytest.fixture
def catalogues(tmp_path) -> Iterator[Path]:
    """Yield a folder of catalogues that Django reads."""
    for code, strings in STRINGS.items():
        catalogue = Catalog(locale=code)
        for message, translated in strings.items():
            catalogue.add(message, translated)
        catalogue.add("Close", "Закрыть" if code == "ru" else None, context="verb")
        target = tmp_path / code / "LC_MESSAGES" / "django.mo"
        target.parent.mkdir(parents=True)
        with target.open("wb") as file:
            write_mo(file, catalogue)
    with override_settings(LOCALE_PATHS=[str(tmp_path)]):
        yield tmp_path


def say(message: str, code: str) -> str:
    with override(code):
        return gettext(message)


def test_chains_of_the_table():
    assert interface_fallbacks("tg") == ("ru", "en")
    assert interface_fallbacks("fa") == ("en",), "English ends the chain: the strings in the code are English"
    assert interface_fallbacks("en") == ()
    assert interface_fallbacks("de") is None


def test_strings_fall_back_along_the_chain(catalogues):
    assert say("Both", "tg") == "Ҳарду (tg)"
    assert say("Only Russian", "tg") == "Только по-русски"
    assert say("Both", "kk") == "Оба (ru)"
    assert say("Nowhere", "tg") == "Nowhere"
    with override("tg"):
        assert pgettext("verb", "Close") == "Закрыть"
        assert [ngettext("%d owl", "%d owls", n) for n in (1, 2, 5)] == ["%d сова", "%d совы", "%d сов"]
        assert ngettext("%d cat", "%d cats", 2) == "%d cats"


@pytest.mark.parametrize("default", ["ru", "tg"])
def test_the_default_language_is_not_the_fallback(catalogues, default):
    with override_settings(LANGUAGE_CODE=default):
        trans_real._translations.clear()
        assert say("Only Russian", "fa") == "Only Russian"
        assert say("Only Russian", "en") == "Only Russian"
        assert say("Only Russian", "uz") == "Только по-русски"
    trans_real._translations.clear()


def test_a_language_outside_the_table_keeps_djangos_rule(catalogues):
    assert say("Both", "de") == "Beide (de)"
    assert say("Only Russian", "de") == "Только по-русски", "LANGUAGE_CODE is ru"


def test_installing_twice_changes_nothing():
    before = trans_real.translation("tg")
    install()
    assert trans_real.translation("tg") is before


def test_new_rows_have_their_chains_and_may_name_each_other(catalogues):
    LANGUAGES["aa"] = Language("aa", "A", "A", "Latn", fallbacks=("bb",))
    LANGUAGES["bb"] = Language("bb", "B", "B", "Latn", fallbacks=("aa", "tg"))
    try:
        assert say("Both", "aa") == "Both"
        assert say("Both", "bb") == "Ҳарду (tg)"
    finally:
        del LANGUAGES["aa"], LANGUAGES["bb"]
        trans_real._translations.clear()

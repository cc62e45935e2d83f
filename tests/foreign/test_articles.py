"""What the README of articles promises beyond its installation, of pictures and languages; and a missing extra."""

from __future__ import annotations

import pytest

from tests.foreign.readmes import apply_readme
from tests.foreign.versions import NEWEST, OLDEST

pytestmark = pytest.mark.foreign

FOUR_LANGUAGES = [("de", "Deutsch"), ("fr", "Français"), ("ru", "Русский"), ("pt-br", "Português")]
NAMES = """
from chorsu_articles.models import Topic
Topic.objects.create(name_fr="Eau", name_pt_br="Água")
(topic,) = Topic.objects.named("água")
print(*map(topic.localized_name, ("de", "fr", "pt-br")))
"""


def test_a_language_that_comes_later_costs_a_line_and_migrate(new_site):
    site = new_site(NEWEST)
    apply_readme(site, "articles")
    assert "name_de" not in site.manage("migrate"), "made with the tables"
    site.add_settings(f"WAGTAIL_I18N_ENABLED = True\nLANGUAGES = WAGTAIL_CONTENT_LANGUAGES = {FOUR_LANGUAGES}\n")
    site.manage("makemigrations", "--check", "--dry-run")
    assert "chorsu_articles_topic.name_pt_br" in site.manage("migrate")
    assert "name_pt_br" not in site.manage("migrate"), "there is nothing more to add"
    assert "Eau Eau Água" in site.manage("shell", "-c", NAMES)


def test_a_site_that_has_pictures_keeps_them(new_site):
    site = new_site(NEWEST)
    site.run_script("add_pictures")
    apply_readme(site, "articles")
    for _time in range(2):
        site.manage("migrate")
        with pytest.raises(AssertionError) as failed:
            site.manage("check")
        assert "chorsu_articles.E010" in str(failed.value)
    assert "3 pictures copied." in site.manage("copy_pictures")
    site.manage("check")
    site.run_script("look_for_pictures")


@pytest.mark.parametrize(
    ("plugin", "modules", "fault"),
    [
        ("archive", ["lxml", "httpx", "mammoth", "docx", "markdownify"], "chorsu_archive.E002"),
        ("articles", ["modeltranslation", "babel"], "chorsu_articles.E001"),
        ("translation", ["rapidfuzz", "lxml", "httpx"], "chorsu_translation.E002"),
    ],
)
def test_without_the_extra_check_says_what_to_install(new_site, plugin, modules, fault):
    site = new_site(OLDEST)
    apply_readme(site, plugin)
    # What Python does where a package isn't there.
    site.add_settings(f"import sys\n\nsys.modules |= dict.fromkeys({modules})\n")
    for command in ("check", "migrate", "makemigrations"):
        with pytest.raises(AssertionError) as failed:
            site.manage(command)
        printed = str(failed.value)
        assert fault in printed, command
        assert f'pip install "chorsu[{plugin}]"' in printed
        assert "Traceback" not in printed

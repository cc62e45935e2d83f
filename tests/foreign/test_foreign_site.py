"""The plug-ins work in somebody else's Wagtail site, installed as their READMEs say, from the wheel alone."""

from __future__ import annotations

import pytest

from tests.foreign.readmes import PLUGINS, add_examples, apply_readme, git, manage_commands
from tests.foreign.sites import Site, add_story, add_users_with_uuids
from tests.foreign.versions import NEWEST, OLDEST, OTHERS

pytestmark = pytest.mark.foreign


# These come along in the sites of the other four.
BASES = ("delivery", "editorial", "locales")


@pytest.mark.parametrize(
    "plugin", [pytest.param(name, marks=pytest.mark.slow if name in BASES else ()) for name in PLUGINS]
)
def test_a_plugin_by_itself(new_site, plugin):
    site = new_site(OLDEST)
    apply_readme(site, plugin)
    add_examples(site, plugin)
    site.test(plugin)


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize(
    "versions", [NEWEST, pytest.param(OLDEST, marks=pytest.mark.slow)], ids=lambda versions: versions.name
)
def test_a_plugin_alone_starts_in_a_site_that_was_there_before(new_site, plugin, versions):
    site = new_site(versions)
    apply_readme(site, plugin)
    site.start()


@pytest.mark.parametrize(
    "versions",
    [OLDEST, NEWEST, *(pytest.param(other, marks=pytest.mark.slow) for other in OTHERS)],
    ids=lambda versions: versions.name,
)
def test_all_plugins_together(new_site, versions):
    site = new_site(versions)
    for plugin in PLUGINS:
        apply_readme(site, plugin)
    if versions == NEWEST:
        add_users_with_uuids(site)
    add_examples(site, *PLUGINS)
    add_other_translation_packages(site)
    add_story(site)
    site.test(*PLUGINS, "articles_search", "beside_others")


def add_other_translation_packages(site: Site) -> None:
    """Install wagtail-localize, as its own documentation says, and Wagtail's simple_translation."""
    settings = site.folder / "mysite" / "settings" / "base.py"
    text = settings.read_text()
    assert text.count('    "wagtail.locales",\n') == 1
    others = ("wagtail_localize", "wagtail_localize.locales", "wagtail.contrib.simple_translation")
    settings.write_text(text.replace('    "wagtail.locales",\n', "".join(f'    "{name}",\n' for name in others)))


@pytest.mark.slow
@pytest.mark.parametrize("versions", [OLDEST, NEWEST], ids=lambda versions: versions.name)
def test_all_plugins_come_and_go_by_the_commands_of_their_readmes(new_site, versions):
    site = new_site(versions)
    for plugin in PLUGINS:
        apply_readme(site, plugin)
        for command in manage_commands(plugin, "Install"):
            site.manage(*command)
    site.run_script("fill")
    for plugin in PLUGINS:
        for command in manage_commands(plugin, "Set up, in the admin"):
            site.manage(*command)
    site.run_script("before_removal")
    for plugin in ("archive", "articles", "feedback", "search", "translation", "delivery", "editorial"):
        for command in manage_commands(plugin, "Removal"):
            site.manage(*command)
    git(site, "checkout", "--quiet", "start", "--", ".")
    site.manage("remove_stale_contenttypes", "--include-stale-apps", "--no-input")
    site.run_script("look_for_traces")

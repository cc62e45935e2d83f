"""Front pages for the tests of ``tests.story``, in the site of somebody else."""

from home.models import HomePage
from wagtail.models import Locale, Page, Site


def make_home(code="de"):
    """Return the front page of a language; the German one is the site's root."""
    Site.objects.update(hostname="testserver")
    home = HomePage.objects.get(locale__language_code="de")
    if code == "de":
        return home
    locale = Locale.objects.get_or_create(language_code=code)[0]
    values = {"title": f"Home {code}", "slug": f"home-{code}", "translation_key": home.translation_key}
    return Page.get_first_root_node().add_child(instance=HomePage(**values, locale=locale))

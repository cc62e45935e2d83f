"""What holds in every site, whichever of the plug-ins it has."""

import os
import sys

import django
import pytest
import wagtail
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from wagtail.admin.urls import urlpatterns

pytestmark = pytest.mark.django_db
# What the extra of a plug-in installs, by the packages that it is imported as.
EXTRAS = {
    "chorsu_archive": {"docx", "mammoth", "markdownify"},
    "chorsu_articles": {"modeltranslation", "babel"},
    "chorsu_search": {"elasticsearch", "snowballstemmer"},
}


def test_these_are_the_versions_that_the_readme_names():
    assert f"{django.VERSION[0]}.{django.VERSION[1]}" == os.environ["EXPECTED_DJANGO"]
    assert f"{wagtail.VERSION[0]}.{wagtail.VERSION[1]}" == os.environ["EXPECTED_WAGTAIL"]


def test_nothing_else_of_ours_is_loaded():
    installed = {config.name for config in apps.get_app_configs() if config.name.startswith("chorsu_")}
    assert {name for name in sys.modules if name.startswith("chorsu_") and "." not in name} == installed
    for plugin, packages in EXTRAS.items():
        if plugin not in installed:
            assert not packages & set(sys.modules)


def test_the_site_has_no_faults():
    call_command("check", fail_level="WARNING")
    call_command("makemigrations", check=True, dry_run=True)


def own_reports(patterns, before="/admin/"):
    """Yield the addresses of our reports."""
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from own_reports(pattern.url_patterns, address)
            continue
        module = getattr(pattern.callback, "view_class", pattern.callback).__module__
        if module.startswith("chorsu_") and address.startswith("/admin/reports/") and "<" not in address:
            yield address


def test_the_right_to_enter_the_admin_opens_no_report(client):
    user = get_user_model().objects.create_user("neu", "neu@example.org", "x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    opened = [address for address in own_reports(urlpatterns) if client.get(address).status_code == 200]
    assert opened == []

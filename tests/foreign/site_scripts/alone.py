"""Start the site as it is installed, bring its database up to date, and open pages, without django-stubs-ext."""

import sys
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from django.utils.connection import BaseConnectionHandler

# It gives Django's forms, feeds and views subscripts in the sites that import django_tasks, which needs this one.
stand_in = ModuleType("django_stubs_ext")
stand_in.monkeypatch = lambda: setattr(BaseConnectionHandler, "__class_getitem__", classmethod(lambda cls, _: cls))
sys.modules["django_stubs_ext"] = stand_in

from django.apps import apps  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from mysite.wsgi import application  # noqa: E402

assert application
call_command("migrate", verbosity=0)
call_command("check", fail_level="WARNING")
call_command("makemigrations", check=True, dry_run=True)
plugins = [config.name for config in apps.get_app_configs() if config.name.startswith("chorsu_")]
for plugin in plugins:
    for module in walk_packages(import_module(plugin).__path__, f"{plugin}."):
        import_module(module.name)


def own_addresses(patterns, before="/"):
    """Yield the addresses of ours that take no argument."""
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from own_addresses(pattern.url_patterns, address)
        elif getattr(pattern.callback, "view_class", pattern.callback).__module__.startswith("chorsu_"):
            yield address


client = Client(SERVER_NAME="localhost")
for address in ("/", "/admin/login/"):
    assert client.get(address, follow=True).status_code == 200, address
client.force_login(get_user_model().objects.create_superuser("chefin", "chefin@example.org", "x"))
for address in ("/admin/", "/admin/account/", "/admin/pages/add/home/homepage/3/", "/admin/groups/new/"):
    assert client.get(address, follow=True).status_code == 200, address
for address in own_addresses(get_resolver().url_patterns):
    if not set("<^(") & set(address):
        assert client.get(address).status_code < 500, address

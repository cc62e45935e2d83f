"""Do in the admin what the README of `chorsu_articles` asks for before it is removed."""

from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page

client = Client(SERVER_NAME="localhost")
client.force_login(get_user_model().objects.get(username="chefin"))
client.post(f"/admin/pages/{Page.objects.get(title='Analysen').pk}/delete/")
assert not Page.objects.filter(content_type__app_label="chorsu_articles").exists()

"""Do what the READMEs of `chorsu_editorial` and `chorsu_articles` ask for before they are removed."""

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page

call_command("end_reviews")

client = Client(SERVER_NAME="localhost")
client.force_login(get_user_model().objects.get(username="chefin"))
client.post(f"/admin/pages/{Page.objects.get(title='Analysen').pk}/delete/")
assert not Page.objects.filter(content_type__app_label="chorsu_articles").exists()

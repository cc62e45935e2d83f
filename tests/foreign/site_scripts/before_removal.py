"""Do in the admin what the READMEs of `chorsu_editorial` and `chorsu_articles` ask for before they are removed."""

from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page, Task, Workflow, WorkflowState

client = Client(SERVER_NAME="localhost")
client.force_login(get_user_model().objects.get(username="chefin"))
client.post(f"/admin/workflows/tasks/disable/{Task.objects.get(name='Zweites Paar Augen').pk}/")
client.post(f"/admin/workflows/disable/{Workflow.objects.get(name='Prüfung').pk}/")
assert not Workflow.objects.get(name="Prüfung").active
assert set(WorkflowState.objects.values_list("status", flat=True)) == {"cancelled", "approved"}

client.post(f"/admin/pages/{Page.objects.get(title='Analysen').pk}/delete/")
assert not Page.objects.filter(content_type__app_label="chorsu_articles").exists()

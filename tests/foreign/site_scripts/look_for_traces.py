"""Hold the site against what the READMEs say stays behind, and open pages of the admin that could miss something."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from wagtail.models import Page, PageLogEntry, Task, Workflow, WorkflowState

assert not [config for config in apps.get_app_configs() if config.name.startswith("chorsu_")]
assert not [name for name in connection.introspection.table_names() if name.startswith("chorsu_")]
assert not ContentType.objects.filter(app_label__startswith="chorsu_").exists()
assert not Permission.objects.filter(content_type__app_label__startswith="chorsu_").exists()
assert not Task.objects.filter(name="Zweites Paar Augen").exists()
assert not Workflow.objects.get(name="Prüfung").active
assert set(WorkflowState.objects.values_list("status", flat=True)) == {"cancelled", "approved"}
left = PageLogEntry.objects.filter(action="chorsu_feedback.close").get()
assert str(left.message) == "Unknown chorsu_feedback.close"
assert set(Page.objects.filter(live=True, depth__gt=1).values_list("title", flat=True)) == {
    "Ein Feler im Titel",
    "Freigegeben",
}

client = Client(SERVER_NAME="localhost")
client.force_login(get_user_model().objects.get(username="chefin"))
pages = [f"pages/{page.pk}/{what}" for page in Page.objects.filter(depth__gt=1) for what in ("", "edit/", "history/")]
reports = ["reports/workflow/", "reports/workflow_tasks/", "reports/site-history/"]
for address in ["", *pages, *reports, "workflows/list/", "workflows/tasks/index/", "groups/", "images/"]:
    assert client.get(f"/admin/{address}").status_code == 200, address

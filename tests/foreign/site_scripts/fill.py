"""Leave traces of every plug-in in the site's database: rows, entries in histories, rights, a running review."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from home.models import HomePage
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import log
from wagtail.models import Locale, Workflow, WorkflowPage, WorkflowTask

from chorsu_articles.models import AnalysisPage, Picture, SectionPage, Topic
from chorsu_delivery.services import send
from chorsu_editorial.hashing import screen_token
from chorsu_editorial.models import FourEyesTask
from chorsu_feedback.anchors import Anchor
from chorsu_feedback.reports import close_report, submit_report
from chorsu_translation.memory.storing import mark
from chorsu_translation.models import Term
from chorsu_translation.starting import start_translation

User = get_user_model()
author = User.objects.create_user("anna", "anna@example.org", "x")
editor = User.objects.create_superuser("chefin", "chefin@example.org", "x")

home = HomePage.objects.get()
home.title = "Ein Feler im Titel"
home.save_revision(user=editor).publish(user=editor)
home = HomePage.objects.get()
group = Group.objects.create(name="Prüfende")
group.permissions.set(Permission.objects.filter(content_type__app_label__startswith="chorsu_"))
task = FourEyesTask.objects.create(name="Zweites Paar Augen")
task.groups.add(group)
workflow = Workflow.objects.create(name="Prüfung")
WorkflowTask.objects.create(workflow=workflow, task=task)
WorkflowPage.objects.update_or_create(page=home, defaults={"workflow": workflow})


def submit(title):
    page = home.add_child(instance=HomePage(title=title, locale=home.locale, owner=author, live=False))
    page.save_revision(user=author)
    return page, workflow.start(page, author).current_task_state.specific


submit("Wartet auf Freigabe")
returned, state = submit("Zurückgegeben")
task.on_action(state, editor, "reject", comment="Noch nicht")
approved, state = submit("Freigegeben")
version = approved.get_latest_revision()
task.on_action(state, editor, "approve", screen=str(screen_token(version.as_object(), version)))

report = submit_report(page=home, anchor=Anchor("Feler", "Ein ", " im Titel", "", None, 1), suggestion="Fehler")
close_report(report=report, user=editor, status="fixed")
send(channel="mail", recipient="anna@example.org", subject="Guten Tag", body="…", key="1")
english, _made = Locale.objects.get_or_create(language_code="en")
mark([start_translation(source=home, locale=english, user=editor).pk])
term = Term.objects.create(source="Feler", target="eror", source_locale=home.locale, target_locale=english)
log(instance=term, action="wagtail.create", user=editor)

section = home.add_child(instance=SectionPage(title="Analysen", kind="analysis", locale=home.locale))
picture = Picture.objects.create(title="Fluss", file=get_test_image_file())
article = AnalysisPage(title="Die Donau", main_picture=picture, locale=home.locale, live=False)
section.add_child(instance=article)
article.topics.set([Topic.objects.create(name_de="Wasser")])
article.save_revision(user=editor).publish(user=editor)

"""The approval of a language: its editors and the chief editors, one of whom had no share in the text."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from chorsu_articles.models import HomePage
from chorsu_editorial.models import FourEyesTask
from cms.newsroom.roles import CHIEF_EDITOR, EDITOR, group_name


def make_workflow(*, home: HomePage, code: str, groups: Mapping[str, Group]) -> Workflow | None:
    """Make a language's workflow and set it on its tree; None where the tree has one already."""
    if WorkflowPage.objects.filter(page_id=home.pk).exists():
        return None
    with override(settings.LANGUAGE_CODE):  # everybody sees these names, whatever the language of their admin
        names = _("Approval (%(language)s)"), _("Second pair of eyes (%(language)s)")
    workflow = Workflow.objects.create(name=names[0] % {"language": code})
    task = FourEyesTask.objects.create(name=names[1] % {"language": code})
    task.groups.set([groups[group_name(EDITOR, code)], groups[group_name(CHIEF_EDITOR)]])
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=home.pk)
    return workflow

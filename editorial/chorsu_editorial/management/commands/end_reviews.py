"""End every review that asks for a second person, before the plug-in is removed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Workflow, WorkflowState

from chorsu_editorial.models import FourEyesTask


class Command(BaseCommand):
    """Run before ``migrate chorsu_editorial zero``: a review that is left running breaks its page's editor."""

    help = "Disable each approval by a second person and each workflow that has no other task; their reviews end."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        tasks = list(FourEyesTask.objects.filter(active=True))
        every = FourEyesTask.objects.all()  # also those that somebody has disabled
        workflows = list(Workflow.objects.filter(active=True, workflow_tasks__task__in=every).distinct())
        for task in tasks:
            task.deactivate()
        # Those that were sent back wait for nobody's decision.
        for state in WorkflowState.objects.active().filter(current_task_state__foureyestaskstate__isnull=False):
            state.cancel()
        # Wagtail publishes what is submitted to a workflow without tasks.
        empty = [workflow for workflow in workflows if not workflow.tasks.filter(active=True).exists()]
        for workflow in empty:
            workflow.deactivate()
        self.stdout.write(f"Disabled: {', '.join(each.name for each in [*tasks, *empty]) or 'nothing'}.")

"""Addresses of the desk, below the admin's."""

from __future__ import annotations

from django.urls import path

from chorsu_translation import history, linking, minor, starting, withdrawal
from chorsu_translation.desk.views import BoardView, ChangesView, DeskView, numbers
from chorsu_translation.editor import views as editor
from chorsu_translation.exchange.files import FilesView
from chorsu_translation.findings.review import dismiss, findings
from chorsu_translation.planning import PlanView
from chorsu_translation.structure.plan import StructureView

app_name = "chorsu_translation"
urlpatterns = [
    path("", DeskView.as_view(), name="desk"),
    path("<int:page_id>/findings/", findings, name="findings"),
    path("<int:page_id>/findings/dismiss/", dismiss, name="dismiss_finding"),
    path("<int:page_id>/start/<str:language>/", starting.StartView.as_view(), name="start"),
    path("texts/", BoardView.as_view(), name="board"),
    path("plan/", PlanView.as_view(), name="plan"),
    path("numbers/", numbers, name="numbers"),
    path("files/", FilesView.as_view(), name="files"),
    path("<int:page_id>/up-to-date/", ChangesView.as_view(), name="up_to_date"),
    path("<int:page_id>/up-to-date/take-back/", history.take_back, name="take_back_still_right"),
    path("<int:page_id>/links/", linking.LinkingView.as_view(), name="linking"),
    path("<int:page_id>/structure/", StructureView.as_view(), name="structure"),
    path("<int:page_id>/withdraw/", withdrawal.WithdrawView.as_view(), name="withdraw"),
    path("<int:page_id>/take-down/", withdrawal.TakeDownView.as_view(), name="take_down"),
    path("<int:page_id>/retract/", withdrawal.ProposalView.as_view(), name="retract"),
    path("<int:page_id>/bring-back/", withdrawal.ProposalView.as_view(act="bring_back"), name="bring_back"),
    path("<int:page_id>/units/", editor.units, name="units"),
    path("<int:page_id>/units/mark/", editor.mark, name="mark_unit"),
    path("<int:page_id>/units/content/", editor.content, name="unit_content"),
    path("<int:page_id>/units/machine/", editor.machine_drafts, name="machine_drafts"),
    path("<int:page_id>/units/similar/", editor.similar, name="similar"),
    path("minor/<int:state_id>/", minor.deny, name="deny_minor"),
    path("history/", history.PublishedVersions.as_view(), name="published_versions"),
    path("history/results/", history.PublishedVersions.as_view(results_only=True), name="published_versions_results"),
    path("history/<uuid:key>/", history.ArticleHistory.as_view(), name="article_history"),
    path(
        "history/<uuid:key>/results/", history.ArticleHistory.as_view(results_only=True), name="article_history_results"
    ),
    path("own-work/", history.OwnWork.as_view(), name="own_work"),
    path("own-work/results/", history.OwnWork.as_view(results_only=True), name="own_work_results"),
]

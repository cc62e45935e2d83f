"""The screens of imports, for whoever may import archives: upload, preview, choices, progress, report, taking back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from chorsu_archive import report, runs, undo, uploads
from chorsu_archive.conf import get_settings
from chorsu_archive.items import ArchiveError, Options
from chorsu_archive.mapping import ANSWERS, offered_answers, offered_to
from chorsu_archive.models import ImportRun
from chorsu_archive.supplements import part_label
from chorsu_locales.selectors import enabled_languages

LABELS = {
    "person": pgettext_lazy("archive", "Person"),
    "topic": gettext_lazy("Topic"),
    "section": gettext_lazy("Section"),
    "field": gettext_lazy("Field"),
    "redirects": gettext_lazy("Redirects"),
    "take": pgettext_lazy("archive", "Part of the export"),
}
PERMISSION = "chorsu_archive.import_archive"
PER_PAGE = 50
ENDED_PREVIEW = {"is_preview": True, "state": ImportRun.State.DONE}


class ImportsView(PermissionRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """A screen of imports; with a number in its address, of that one (``run``), where it is ``only`` such a one."""

    permission_required = PERMISSION
    page_title = gettext_lazy("Imports")
    header_icon = "upload"
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("chorsu_archive:imports"), "label": page_title},
    ]
    only: dict[str, Any] = {}

    @cached_property
    def run(self) -> ImportRun:
        return get_object_or_404(ImportRun.objects.select_related("started_by"), pk=self.kwargs["pk"], **self.only)

    def page_of(self, rows: Any) -> Any:
        return WagtailPaginator(rows, PER_PAGE).get_page(self.request.GET.get("p"))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]


class ListView(ImportsView):
    template_name = "chorsu_archive/admin/imports.html"
    breadcrumbs_items = WagtailAdminTemplateMixin.breadcrumbs_items

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = ImportRun.objects.select_related("started_by").order_by("-pk")
        return super().get_context_data(runs=self.page_of(found), **kwargs)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [super(FilesField, self).clean(each, initial) for each in data or []]
        if sum(file.size for file in files) > get_settings().largest_upload:
            raise forms.ValidationError(
                _("This is more than can be sent: ask the administrator to lay it into the folder of archives.")
            )
        return files


class ImportForm(forms.Form):
    """What to import, and how."""

    archive = FilesField(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy(
            "An export of WordPress (.xml), one or several Word documents (.docx), or a zip archive (.zip)."
        ),
    )
    inbox = forms.ChoiceField(
        label=gettext_lazy("Or from the server’s folder"),
        required=False,
        choices=lambda: uploads.inbox_choices(folders=False),
    )
    groups = forms.FileField(
        label=gettext_lazy("Table of translations"),
        required=False,
        help_text=gettext_lazy("Of WPML alone: icl_translations as CSV. Without it its translations aren’t joined."),
    )
    pictures = forms.ChoiceField(
        label=gettext_lazy("Folder of pictures"),
        required=False,
        choices=lambda: uploads.inbox_choices(folders=True),
        help_text=gettext_lazy(
            "With the old site’s uploads, in the server’s folder. Else they are fetched from where that is allowed."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of texts that name none"),
        choices=lambda: [(each.code, each.name) for each in enabled_languages()],
    )
    # Without it all become drafts.
    publish = forms.BooleanField(
        label=gettext_lazy("What was live goes live, drafts stay drafts"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not get_settings().inbox:
            del self.fields["inbox"], self.fields["pictures"]
        if uploads.uploads_folder() is None:
            del self.fields["archive"], self.fields["groups"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("archive")) == bool(data.get("inbox")):
            raise forms.ValidationError(_("Choose files to send, or one of the server’s folder."))
        return data


class NewView(ImportsView, FormView):  # type: ignore[type-arg]
    """Begin a preview of what somebody sends or names."""

    template_name = "chorsu_archive/admin/new.html"
    page_title = gettext_lazy("Import an archive")
    form_class = ImportForm

    def form_valid(self, form: ImportForm) -> HttpResponse:
        uploads.delete_ended()
        data = form.cleaned_data
        if data.get("inbox"):
            path, groups = uploads.in_inbox(data["inbox"]), None
        else:
            path, groups = uploads.store(data["archive"], data.get("groups"))
        media = uploads.in_inbox(data["pictures"]) if data.get("pictures") else None
        options = Options(language=data["language"], media=media, groups=groups)
        try:
            run = runs.begin(path, options=options, user=self.request.user, is_preview=True, publish=data["publish"])
        except ArchiveError as error:
            uploads.delete_upload(path)
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return redirect("chorsu_archive:run", run.pk)


class RunView(ImportsView):
    """An import: how far it is, or its report."""

    template_name = "chorsu_archive/admin/run.html"

    def get_page_title(self) -> str:
        kind = pgettext("archive", "Preview") if self.run.is_preview else _("Import")
        return f"{kind}: {self.run}"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "progress" in request.GET:
            return JsonResponse({name: getattr(self.run, name) for name in ("state", "position", "total")})
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run, show = self.run, self.request.GET.get("show", "")
        context = super().get_context_data(run=run, file=Path(run.path).name, **kwargs)
        if run.state in runs.AT_WORK:
            return {**context, "is_going": True}
        numbers = report.numbers_of(run)
        # What is only counted, such as what is unchanged, has no rows.
        happened = set(report.articles_of(run).order_by("what").values_list("what", flat=True).distinct())
        shown = {kind: label for kind, label in report.HAPPENED.items() if kind in happened}
        shown |= {kind: label for kind, label, _number in numbers["notes"]["rows"]}
        for kind in report.NOTES:
            shown |= {key: label for key, label, _number in numbers[kind]["rows"] if key == show and key != kind}
        others = set(run.items.order_by("kind").values_list("kind", flat=True).distinct())
        shown |= {kind: label for kind, label in report.OTHERS.items() if kind in others}
        items = self.page_of(report.articles_of(run, show))
        return {
            **context,
            "numbers": numbers,
            "filters": {"": _("All")} | shown,
            "show": show,
            "heading": report.OTHERS.get(show, _("Articles")),
            "items": items,
            "articles": report.describe_articles(items),
            "can_be_undone": not run.is_preview and undo.changes_of(run).exists(),
        }


class ReportView(ImportsView):
    """The report as a file."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:  # type: ignore[override]  # noqa: ARG002
        if kind not in report.WRITERS:
            raise Http404
        text = report.WRITERS[kind](self.run)
        return FileResponse(BytesIO(text.encode()), as_attachment=True, filename=f"import-{pk}.{kind}")


class ChoicesView(ImportsView):
    """What becomes of an archive's people, terms, kinds and fields: proposed by a preview, chosen by people."""

    template_name = "chorsu_archive/admin/choices.html"
    page_title = gettext_lazy("People, topics and sections")
    only = ENDED_PREVIEW

    @cached_property
    def page(self) -> Any:
        """A page of rows: table, key, and the row of the mapping. PostgreSQL keeps no order of keys."""
        rows = []
        for table in filter(ANSWERS.get, ANSWERS):
            rows += [(table, key, row) for key, row in sorted(self.run.mapping.get(table, {}).items())]
        return self.page_of(rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offered = offered_answers()
        rows = []
        for table, key, row in self.page:
            answers = [
                (answer, LABELS[answer], row.get(answer, ""), offered_to(row, answer, offered).items())
                for answer in ANSWERS[table]
            ]
            name = part_label(key) if table == "parts" else row.get("name") or key or "–"
            facts = {"key": key, "name": name, "example": row.get("example", "")}
            rows.append(facts | {"items": row.get("items", 0), "answers": answers})
        context = {"run": self.run, "page": self.page, "rows": rows, **kwargs}
        return super().get_context_data(needs_choices=any(row["example"] for row in rows), **context)

    @transaction.atomic
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the answers of a page, each as far as it is one of those offered, and go on to the next one."""
        # Somebody may save another page of it at the same moment.
        self.run = get_object_or_404(ImportRun.objects.select_for_update(), pk=pk, **self.only)
        offered = offered_answers()
        for number, (table, _key, row) in enumerate(self.page):
            for answer in ANSWERS[table]:
                chosen = request.POST.get(f"{answer}-{number}")
                if chosen in offered_to(row, answer, offered):
                    row[answer] = chosen
        self.run.save(update_fields=["mapping"])
        if self.page.has_next():
            return redirect(f"{request.path}?p={self.page.next_page_number()}")
        messages.success(request, _("The choices are kept. Nothing was imported yet."))
        return redirect("chorsu_archive:run", pk)


class StartView(ImportsView):
    """Import what a preview has shown, with the choices that were made since."""

    http_method_names = ["post"]
    only = ENDED_PREVIEW

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        preview = self.run
        if not Path(preview.path).exists():
            messages.error(request, _("The file isn’t there any more: send it again."))
            return redirect("chorsu_archive:run", pk)
        names = ("identity", "format", "path", "options", "mapping")
        same: dict[str, Any] = {name: getattr(preview, name) for name in names}
        going = ImportRun.objects.filter(is_preview=False, path=preview.path, state__in=runs.OPEN).first()
        run = going or ImportRun.objects.create(**same | {"started_by": request.user})
        return redirect("chorsu_archive:run", run.pk)


class UndoView(ImportsView):
    """Let an import be taken back; the worker does it, and the report names what stays."""

    http_method_names = ["post"]
    only = {"is_preview": False}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            runs.begin_undo(self.run)
        except ArchiveError as error:
            messages.error(request, str(error))
        return redirect("chorsu_archive:run", pk)

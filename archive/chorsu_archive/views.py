"""The screens of imports, for whoever may import archives: upload, preview, choices, progress, report, taking back."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from chorsu_archive import report, runs, uploads
from chorsu_archive.conf import get_settings
from chorsu_archive.items import ArchiveError, Options
from chorsu_archive.mapping import ANSWERS, NEW, NONE, open_people, text_fields
from chorsu_archive.models import ImportRun
from chorsu_articles.models import SectionPage, Topic
from chorsu_locales.selectors import default_code, enabled_languages, in_enabled_languages

LABELS = {
    "authors": gettext_lazy("People"),
    "terms": gettext_lazy("Categories and tags"),
    "kinds": gettext_lazy("Kinds"),
    "fields": gettext_lazy("Custom fields"),
    "person": pgettext_lazy("archive", "Person"),
    "topic": gettext_lazy("Topic"),
    "section": gettext_lazy("Section"),
    "field": gettext_lazy("Field"),
}
PERMISSION = "chorsu_archive.import_archive"
PER_PAGE = 50


class ImportsView(WagtailAdminTemplateMixin, View):
    """A screen of imports; with a number in its address, of that one (``run``)."""

    page_title = gettext_lazy("Imports")
    header_icon = "upload"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    @cached_property
    def run(self) -> ImportRun:
        return get_object_or_404(ImportRun.objects.select_related("started_by"), pk=self.kwargs["pk"])

    def respond(self, **context: Any) -> HttpResponse:
        response: HttpResponse = self.render_to_response(self.get_context_data(**context))
        return response

    def page_of(self, rows: Any) -> Any:
        return WagtailPaginator(rows, PER_PAGE).get_page(self.request.GET.get("p"))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        own = [{"url": reverse("chorsu_archive:imports"), "label": ImportsView.page_title}]
        if (title := self.get_page_title()) != ImportsView.page_title:
            own.append({"url": "", "label": title})
        return [*self.breadcrumbs_items, *own]


class ListView(ImportsView):
    template_name = "chorsu_archive/admin/imports.html"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        page = self.page_of(ImportRun.objects.select_related("started_by").order_by("-pk"))
        for run in page:
            run.numbers = [(label, run.counts[key]) for key, label in report.HAPPENED.items() if run.counts.get(key)]
        return self.respond(runs=page)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = SeveralFiles()

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
    inbox = forms.ChoiceField(label=gettext_lazy("Or from the server’s folder"), required=False)
    groups = forms.FileField(
        label=gettext_lazy("Table of translations"),
        required=False,
        help_text=gettext_lazy("Of WPML alone: icl_translations as CSV. Without it its translations aren’t joined."),
    )
    pictures = forms.ChoiceField(
        label=gettext_lazy("Folder of pictures"),
        required=False,
        help_text=gettext_lazy(
            "With the old site’s uploads, in the server’s folder. Else they are fetched from where that is allowed."
        ),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of texts that name none"))
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    publish = forms.ChoiceField(
        label=gettext_lazy("What readers see"),
        widget=forms.RadioSelect,
        initial="publish",
        choices=[
            ("publish", gettext_lazy("What was live goes live, drafts stay drafts")),
            ("draft", gettext_lazy("All become drafts")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, str]]] = {
            "inbox": [(name, name) for name in uploads.inbox_entries(folders=False)],
            "pictures": [(name, name) for name in uploads.inbox_entries(folders=True)],
            "language": [(language.code, language.name) for language in enabled_languages()],
            "section": [(str(section.pk), section.title) for section in sections()],
        }
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = offered if field.required else [("", "–"), *offered]
            if not offered:
                del self.fields[name]
        if uploads.uploads_folder() is None:
            del self.fields["archive"], self.fields["groups"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("archive")) == bool(data.get("inbox")):
            raise forms.ValidationError(_("Choose files to send, or one of the server’s folder."))
        return data


def sections() -> list[SectionPage]:
    """Return the sections, one of those that are translations of each other: articles go to that of their language."""
    found = in_enabled_languages(SectionPage.objects.select_related("locale")).order_by("path")
    ranked = sorted(found, key=lambda section: section.locale.language_code != default_code())
    return list({section.translation_key: section for section in reversed(ranked)}.values())[::-1]


class NewView(ImportsView):
    template_name = "chorsu_archive/admin/new.html"
    page_title = gettext_lazy("Import an archive")

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        return self.respond(form=ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        uploads.delete_ended()
        form = ImportForm(request.POST, request.FILES)
        if form.is_valid() and (run := self.begin(form)):
            return redirect("chorsu_archive:run", run.pk)
        return self.respond(form=form)

    def begin(self, form: ImportForm) -> ImportRun | None:
        """Begin a preview of what a form names; None, and an error in the form, where no format takes it."""
        data = form.cleaned_data
        if data.get("inbox"):
            path, groups = uploads.in_inbox(data["inbox"]), None
        else:
            path, groups = uploads.store(data["archive"], data.get("groups"))
        try:
            return runs.begin(
                path,
                options=Options(
                    language=data["language"],
                    media=uploads.in_inbox(data["pictures"]) if data.get("pictures") else None,
                    groups=groups,
                ),
                user=self.request.user,
                is_preview=True,
                publish=data["publish"] == "publish",
                sections=SectionPage.objects.filter(pk__in=filter(None, [data["section"]])),
            )
        except ArchiveError as error:
            uploads.delete_upload(path)
            form.add_error(None, str(error))
            return None


class RunView(ImportsView):
    """An import: how far it is, or its report."""

    template_name = "chorsu_archive/admin/run.html"

    def get_page_title(self) -> str:
        kind = pgettext("archive", "Preview") if self.run.is_preview else _("Import")
        return f"{kind}: {self.run.identity}"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        run = self.run
        if "progress" in request.GET:
            facts = {"position": run.position, "total": run.total, "text": progress_of(run)}
            return JsonResponse({**facts, "ended": not is_going(run)})
        if is_going(run):
            return self.respond(
                run=run, summary={"file": Path(run.path).name}, is_going=True, progress=progress_of(run)
            )
        summary, show = report.summary_of(run), request.GET.get("show", "")
        numbers = summary["items"] | summary["notes"]
        filters = [(key, label) for key, label in (report.HAPPENED | report.NOTES).items() if numbers[key]]
        name = "note" if show in report.NOTES else "what"
        items = self.page_of(report.articles_of(run, **({name: show} if show in numbers else {})))
        return self.respond(
            run=run,
            summary=summary,
            groups=report.rows_of(summary),
            filters=[("", _("All")), *filters],
            show=show,
            items=items,
            articles=report.for_people(items),
            choices=bool(run.mapping),
            may_undo=not run.is_preview and run.state != ImportRun.State.UNDONE,
        )


def is_going(run: ImportRun) -> bool:
    return run.state in runs.AT_WORK


def progress_of(run: ImportRun) -> str:
    if not run.total:
        return str(run.get_state_display())
    done, total = (number_format(number, force_grouping=True) for number in (run.position, run.total))
    return _("%(state)s: %(done)s of %(total)s") % {"state": run.get_state_display(), "done": done, "total": total}


class ReportView(ImportsView):
    """The report as a file."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:  # noqa: ARG002
        run = self.run
        if kind not in {"json", "html"} or is_going(run):
            raise Http404
        name = f"{slugify(run.identity) or 'import'}-{run.pk}.{kind}"
        header = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
        if kind == "json":
            return StreamingHttpResponse(report.as_json(run), "application/json", headers=header)
        return HttpResponse(report.render(run), headers=header)


class ChoicesView(ImportsView):
    """What becomes of an archive's people, terms, kinds and fields: proposed by a preview, chosen by people."""

    template_name = "chorsu_archive/admin/choices.html"
    page_title = gettext_lazy("People, topics and sections")

    @cached_property
    def rows(self) -> list[tuple[str, str, dict[str, Any]]]:
        """All of table, key and row; PostgreSQL keeps no order of keys."""
        data = self.preview.mapping
        return [(table, key, data[table][key]) for table in ANSWERS for key in sorted(data.get(table, {}))]

    @cached_property
    def preview(self) -> ImportRun:
        if not (self.run.is_preview and self.run.state == ImportRun.State.DONE):
            raise Http404
        return self.run

    @cached_property
    def offered(self) -> dict[str, dict[str, str]]:
        """What each answer may be, with the words for it."""
        people = open_people().ordered_by_name()
        topics = Topic.objects.all().ordered_by_name()
        return {
            "person": {NEW: _("New person"), "": _("Leave out")} | {each.slug: str(each) for each in people},
            "topic": {NEW: _("New topic"), "": _("No topic")} | {each.slug: str(each) for each in topics},
            "section": {"": _("No section of its own"), NONE: _("Leave the articles out")}
            | {each.slug: each.title for each in sections()},
            "field": {"": _("Leave out")} | text_fields(),
        }

    def page_of_rows(self) -> Any:
        return self.page_of(range(len(self.rows)))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        page, groups = self.page_of_rows(), []
        for table, numbers in groupby(page, key=lambda number: self.rows[number][0]):
            shown = []
            for number in numbers:
                _table, key, row = self.rows[number]
                answers = [
                    (answer, LABELS[answer], row.get(answer, ""), self.offered[answer].items())
                    for answer in ANSWERS[table]
                ]
                shown.append({"number": number, "key": key, "row": row, "answers": answers})
            groups.append((LABELS[table], shown))
        return self.respond(run=self.preview, page=page, groups=groups)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the answers of a page, each as far as it is one of those offered, and go on to the next one."""
        page = self.page_of_rows()
        with transaction.atomic():
            preview = get_object_or_404(ImportRun.objects.select_for_update(), pk=self.preview.pk)
            for number in page:
                table, key, _row = self.rows[number]
                for answer in ANSWERS[table]:
                    chosen = request.POST.get(f"{answer}-{number}")
                    if chosen in self.offered[answer] and key in preview.mapping.get(table, {}):
                        preview.mapping[table][key][answer] = chosen
            preview.save(update_fields=["mapping"])
        if page.has_next():
            return redirect(f"{request.path}?p={page.next_page_number()}")
        messages.success(request, _("The choices are kept. Nothing was imported yet."))
        return redirect("chorsu_archive:run", pk)


class StartView(ImportsView):
    """Import what a preview has shown, with the choices that were made since."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        preview = self.run
        going = ImportRun.objects.filter(is_preview=False, path=preview.path, state__in=runs.OPEN).first()
        if not preview.is_preview or preview.state != ImportRun.State.DONE:
            messages.error(request, _("An import begins with a preview that has ended."))
        elif not Path(preview.path).exists():
            messages.error(request, _("The file isn’t there any more: send it again."))
        else:
            same: dict[str, Any] = {
                name: getattr(preview, name) for name in ("identity", "format", "path", "options", "mapping")
            }
            run = going or ImportRun.objects.create(**same | {"started_by": request.user})
            return redirect("chorsu_archive:run", run.pk)
        return redirect("chorsu_archive:run", preview.pk)


class UndoView(ImportsView):
    """Let an import be taken back; the worker does it, and the report names what stays."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.run.is_preview:
            try:
                runs.begin_undo(self.run)
            except ArchiveError as error:
                messages.error(request, str(error))
        return redirect("chorsu_archive:run", pk)

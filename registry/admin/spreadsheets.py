"""Spreadsheets in and out through django-import-export: its steps and its preview, our rules and verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import tablib
from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.resources import Resource
from import_export.results import Error, Result, RowResult

from registry import ledger
from registry.admin.base import RegistryAdmin
from registry.problems import Refused
from registry.spreadsheets import workbook
from registry.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

    from registry.ledger import Actor
    from registry.verdicts import Decision, Report

MOST_ROWS = 300  # rows shown in a preview; all are counted, and the refused come first
TYPES: dict[str, str] = {
    Verdict.NEW: RowResult.IMPORT_TYPE_NEW,
    Verdict.CHANGED: RowResult.IMPORT_TYPE_UPDATE,
    Verdict.UNCHANGED: RowResult.IMPORT_TYPE_SKIP,
    Verdict.CLOSED: RowResult.IMPORT_TYPE_DELETE,
    Verdict.REFUSED: RowResult.IMPORT_TYPE_INVALID,
}


class Delivered(tablib.Dataset):  # type: ignore[misc]
    """A file as it was delivered: our own reader decides what it is, so that it may refuse it in words."""

    content: bytes = b""

    def __bool__(self) -> bool:
        return True


class RegisterCSV(Format):  # type: ignore[misc]
    """The register's CSV: UTF-8 with BOM, semicolon, CRLF."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding

    def get_title(self) -> str:
        """What the file's name ends with: the page guesses the form by it."""
        return "csv"

    def get_extension(self) -> str:
        """What the file's name ends with."""
        return "csv"

    def get_content_type(self) -> str:
        """The media type."""
        return "text/csv; charset=utf-8"

    def can_import(self) -> bool:
        """It can be taken in."""
        return True

    def can_export(self) -> bool:
        """It can be given out."""
        return True

    def create_dataset(self, in_stream: bytes) -> Delivered:
        """The bytes, unread."""
        dataset = Delivered()
        dataset.content = in_stream
        return dataset

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:  # noqa: ANN401
        """The rows."""
        del kwargs
        return workbook.comma_separated(dataset.headers or [], dataset).encode("utf-8-sig")


class RegisterXLSX(RegisterCSV):
    """The same columns on the first sheet of a workbook; every text a text, never a formula."""

    def get_title(self) -> str:
        """What the file's name ends with."""
        return "xlsx"

    def get_extension(self) -> str:
        """What the file's name ends with."""
        return "xlsx"

    def get_content_type(self) -> str:
        """The media type."""
        return workbook.MEDIA_TYPE

    def create_dataset(self, in_stream: bytes) -> Delivered:
        """The first sheet as the CSV that it would be saved as."""
        return super().create_dataset(workbook.as_csv(in_stream))

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:  # noqa: ANN401
        """The rows."""
        del kwargs
        return workbook.write(dataset.headers or [], dataset)


class VerdictResource(Resource):  # type: ignore[misc]
    """Rows that go through a rule that gives each a verdict."""

    title: ClassVar[str | Promise] = ""
    columns: ClassVar[Sequence[str]] = ()

    @classmethod
    def get_display_name(cls) -> str | Promise:
        """What is in the file."""
        return cls.title

    def take_in(self, content: bytes, *, actor: Actor, trial: bool, despite: str = "") -> Report:
        """Decide and, unless it is a trial, apply. Raises Refused where the file is refused whole.

        `despite`: why rows that would be held back to ask are taken in all the same.
        """
        raise NotImplementedError

    def give_out(self, queryset: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401 - of the resource's own model
        """The rows of the columns."""
        raise NotImplementedError

    def get_user_visible_fields(self) -> list[Any]:
        """None of the library's own: the columns are told on the page."""
        return []

    def import_data(self, dataset: Delivered, *, dry_run: bool = False, **kwargs: Any) -> Result:  # noqa: ANN401
        """The report as the library's result; a refusal of the whole file is its error."""
        result = Result()
        try:
            report = self.take_in(
                dataset.content, actor=ledger.person(kwargs["user"], door="admin"), trial=dry_run,
                despite=kwargs.get("despite", ""),
            )  # fmt: skip
        except Refused as refused:
            result.append_base_error(Error(refused))
            return result
        result.report = report
        result.total_rows = len(report.decisions)
        for decision in report.decisions:
            result.append_row_result(_row_result(decision))
            result.totals[TYPES[decision.verdict]] += 1
        result.shown = sorted(report.decisions, key=_importance)[:MOST_ROWS]
        return result

    def export(self, queryset: Any = None, **kwargs: Any) -> tablib.Dataset:  # noqa: ANN401
        """The rows under the file's own column names."""
        del kwargs
        return tablib.Dataset(*self.give_out(queryset), headers=list(self.columns))


def _row_result(decision: Decision) -> RowResult:
    row = RowResult()
    row.import_type = TYPES[decision.verdict]
    row.object_repr = decision.subject
    return row


def _importance(decision: Decision) -> tuple[int, int]:
    """The refused first, then what changes, then what has remarks, then the rest; each in the file's order."""
    rank = (
        0 if decision.verdict == Verdict.REFUSED else 1 if decision.verdict in {Verdict.CHANGED, Verdict.CLOSED}
        else 2 if decision.remarks else 3 if decision.verdict == Verdict.NEW else 4
    )  # fmt: skip
    return rank, decision.line


class TakeInForm(ImportForm):  # type: ignore[misc]
    """Which kind of file, the file, and why what would be held back is taken in all the same."""

    despite = forms.CharField(
        label=gettext_lazy("Opret også mulige dubletter, fordi …"), required=False, max_length=500,
        help_text=gettext_lazy("Lad feltet stå tomt første gang: så afvises rækker, der ligner en, som findes."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["resource"].label = gettext_lazy("Hvad er i filen?")
        self.fields["import_file"].label = gettext_lazy("Fil")
        self.fields["import_file"].help_text = gettext_lazy("CSV (UTF-8, semikolon) eller XLSX.")
        self.fields["format"].label = gettext_lazy("Format")


class ConfirmForm(ConfirmImportForm):  # type: ignore[misc]
    """What was previewed."""

    despite = forms.CharField(widget=forms.HiddenInput, required=False)


class GiveOutForm(ExportForm):  # type: ignore[misc]
    """Which kind of file, in which form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["resource"].label = gettext_lazy("Hvad skal i filen?")
        self.fields["format"].label = gettext_lazy("Format")
        self.fields["format"].choices = [one for one in self.fields["format"].choices if one[0] != ""]


class SpreadsheetAdmin[M: Model](ImportExportMixin, RegistryAdmin[M]):  # type: ignore[misc]
    """A list that is given out as a file, and takes files in."""

    formats: ClassVar = [RegisterCSV, RegisterXLSX]
    import_formats = export_formats = formats
    import_form_class = TakeInForm
    confirm_form_class = ConfirmForm
    export_form_class = GiveOutForm
    import_template_name = "admin/take_in.html"
    export_template_name = "admin/give_out.html"
    import_export_change_list_template = "admin/listing.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        """STIL's staff."""
        return self.is_staff(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """STIL's staff."""
        return self.is_staff(request)

    def get_export_data(self, file_format: Format, request: HttpRequest, queryset: QuerySet[M], **kwargs: Any) -> Any:  # noqa: ANN401
        """The file's bytes."""
        return file_format.export_data(self.get_data_for_export(request, queryset, **kwargs))

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        """What the person said on the page, for the resource."""
        form = kwargs.get("form")
        told: dict[str, Any] = super().get_import_data_kwargs(**kwargs)
        return {**told, "despite": form.cleaned_data.get("despite", "")} if form else told

    def get_confirm_form_initial(self, request: HttpRequest, import_form: TakeInForm | None) -> dict[str, Any]:
        """What was previewed is what is confirmed."""
        told: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        return {**told, "despite": import_form.cleaned_data["despite"]} if import_form else told

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
        """Take in what was previewed. The file is kept until then: gone, it has been confirmed once already."""
        try:
            answer: HttpResponse = super().process_import(request, **kwargs)
        except FileNotFoundError:
            messages.error(request, _("Filen er allerede indlæst eller ikke længere her. Vælg den igen."))
            return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))
        return answer

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Say what was done; a file that is refused now has changed nothing."""
        if not result.has_errors():
            counts = ", ".join(f"{count} {verdict.label}" for verdict, count in result.report.counts.items() if count)
            messages.success(request, _("Indlæst: %s.") % (counts or _("ingen rækker")))
        for error in result.base_errors:
            messages.error(request, str(error.error))
        info = self.get_model_info()
        return HttpResponseRedirect(reverse("admin:{}_{}_changelist".format(*info)))

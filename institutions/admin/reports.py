"""What the municipalities say: whether the register is right, and what is wrong with it, for STIL to see to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import confirming
from institutions.models import Municipality, Report
from registry import ledger
from registry.admin.acts import Act, Done, serve
from registry.admin.base import RegistryAdmin
from registry.forms import ActForm
from registry.site import names, panels
from registry.site.panels import Panel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

names.ACTIONS.update({
    confirming.CONFIRM: gettext_lazy("Registeret bekræftet af kommunen"),
    confirming.REPORT: gettext_lazy("Fejl meldt af kommunen"), confirming.ANSWER: gettext_lazy("Fejlmelding besvaret"),
})  # fmt: skip
MOST = 8  # rows in a panel


class AnswerForm(ActForm):
    """What was done about it."""

    answer = forms.CharField(
        label=gettext_lazy("Svar til kommunen"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Hvad er der gjort? Kommunen læser det på sin side; det skrives i hændelsesloggen."),
    )  # fmt: skip


class WaitFilter(admin.SimpleListFilter):
    """Whether somebody has answered."""

    title = gettext_lazy("tilstand")
    parameter_name = "tilstand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """The two."""
        del request, model_admin
        return [("venter", gettext_lazy("venter")), ("besvaret", gettext_lazy("besvaret"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        """Those that fit."""
        del request
        match self.value():
            case "venter":
                return queryset.filter(answer="")
            case "besvaret":
                return queryset.exclude(answer="")
        return queryset


@admin.register(Report)
class ReportAdmin(RegistryAdmin[Report]):
    """Fejlmeldinger: read here, answered by the rule."""

    list_display = ("at", "municipality", "institution_number", "what", "state", "by", "act")
    list_filter: ClassVar = [WaitFilter, ("municipality", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ("municipality", "institution")
    search_fields: ClassVar = ["text", "municipality__name", "institution__number"]
    sortable_by = ("at",)
    fields = ("municipality", "institution", "text", "at", "by", "answer", "answered_at", "answered_by")

    def subjects(self, obj: Report) -> list[str]:
        """Its name in the ledger."""
        return [obj.subject]

    def get_urls(self) -> list[URLPattern]:
        """And the page that answers."""
        view = self.admin_site.admin_view(self.answer_view)
        return [path("<int:pk>/besvar/", view, name="institutions_report_answer"), *super().get_urls()]

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer one."""
        report = get_object_or_404(Report.objects.select_related("municipality", "institution"), pk=pk)
        back = reverse("admin:institutions_report_changelist")

        def perform(given: Mapping[str, Any]) -> Done:
            confirming.answer(report, text=given["answer"], actor=ledger.person(request.user, door="admin"))
            return Done(format_html(_("{} kan nu læse svaret."), report.municipality.long_name), back)

        act = Act(
            title=_("Besvar %(who)s") % {"who": report.municipality.long_name}, button=_("Besvar"),
            subject=report.subject, perform=perform, back=back, context={"report": report},
            latest=lambda: ledger.history(report.subject).order_by("-seq").first(), template="admin/report.html",
        )  # fmt: skip
        return serve(request, act, AnswerForm(request.POST or None), site=self.admin_site)

    @admin.display(description=gettext_lazy("institution"))
    def institution_number(self, report: Report) -> str:
        """Its number."""
        return report.institution.number if report.institution else ""

    @admin.display(description=gettext_lazy("hvad der er forkert"))
    def what(self, report: Report) -> str:
        """The first of it."""
        return report.text[:80]

    @admin.display(description=gettext_lazy("tilstand"))
    def state(self, report: Report) -> SafeString:
        """Whether it waits."""
        css, told = ("closed", _("besvaret")) if report.answer else ("waiting", _("venter"))
        return format_html('<span class="status status-{}">{}</span>', css, told)

    @admin.display(description=gettext_lazy("handling"))
    def act(self, report: Report) -> SafeString | str:
        """The way to answer it."""
        if report.answer:
            return ""
        return format_html('<a href="{}">{}</a>', reverse("admin:institutions_report_answer", args=[report.pk]),
                           _("Besvar"))  # fmt: skip


@panels.add(order=17)
def confirmations(request: HttpRequest) -> Panel:
    """How many municipalities have confirmed the register within a year, how many longer ago, and how many never."""
    del request
    known = confirming.latest().values()
    stale = sum(one.stale for one in known)
    page = reverse("admin:institutions_municipality_changelist")
    figures = [
        (len(known) - stale, _("gælder"), f"{page}?bekraeftet=gælder"),
        (stale, _("forældet"), f"{page}?bekraeftet=forældet"),
        (Municipality.objects.count() - len(known), _("aldrig bekræftet"), f"{page}?bekraeftet=aldrig"),
    ]
    return Panel(
        title=gettext_lazy("Kommunernes bekræftelser"), template="admin/panels/figures.html",
        context={"figures": figures},
    )  # fmt: skip


@panels.add(order=18)
def reports(request: HttpRequest) -> Panel | None:
    """What the municipalities say is wrong, the oldest first."""
    del request
    waiting = Report.objects.filter(answer="")
    rows = list(waiting.select_related("municipality", "institution").order_by("pk")[:MOST])
    if not rows:
        return None
    total = waiting.aggregate(total=Count("pk"))["total"]
    return Panel(
        title=gettext_lazy("Fejl, som kommuner har meldt"), template="admin/panels/reports.html",
        context={"rows": rows, "total": total}, link="admin:institutions_report_changelist",
        link_text=gettext_lazy("Alle fejlmeldinger"),
    )  # fmt: skip

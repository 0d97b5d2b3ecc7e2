"""Who may report for whom, and what has been reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import mandates
from institutions.admin.codes import days
from institutions.deliveries import planning
from institutions.forms.mandates import EndForm, GiveForm
from institutions.models import Check, Delivery, DeliveryRow, Mandate, Verb
from registry import callers, ledger, periods
from registry.admin.acts import Act, Done, serve
from registry.admin.base import RegistryAdmin
from registry.site import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from registry.forms import ActForm

names.ACTIONS.update({
    "mandate.give": gettext_lazy("Mandat givet"), "mandate.end": gettext_lazy("Mandat afsluttet"),
    "external.keep": gettext_lazy("Udbyders id’er tilføjet"),
})  # fmt: skip
PILLS = {"venter": "waiting", "stemmer": "open", "afviger": "refused", "ukendt": "refused"}
MOST_ROWS = 500  # on one page, refused ones first


@admin.register(Mandate)
class MandateAdmin(RegistryAdmin[Mandate]):
    """Mandater: whom a system may report for."""

    list_display = ("system", "party", "may", "valid", "acts")
    fields = readonly_fields = ("system", "party", "may", "valid")
    list_display_links = None
    list_select_related = ("municipality", "institution")
    search_fields: ClassVar = ["system", "municipality__name", "institution__number"]
    search_help_text = gettext_lazy("Systemkode, kommune eller nummer")
    sortable_by = ("system",)
    change_list_template = "admin/mandates.html"

    @admin.display(description=gettext_lazy("indberetter for"))
    def party(self, mandate: Mandate) -> str:
        """Municipality or private institution."""
        return mandate.party

    @admin.display(description=gettext_lazy("må"))
    def may(self, mandate: Mandate) -> str:
        """Its verbs."""
        return ", ".join(str(Verb(one).label) for one in mandate.verbs)

    @admin.display(description=gettext_lazy("gælder"))
    def valid(self, mandate: Mandate) -> str:
        """The period."""
        return _("aldrig") if mandate.period.isempty else days(mandate.period)

    @admin.display(description=gettext_lazy("handlinger"))
    def acts(self, mandate: Mandate) -> SafeString:
        """The way to end it, while it holds."""
        if mandate.period.isempty or not periods.ends_after(mandate.period, periods.today()):
            return format_html("")
        url = reverse("admin:institutions_mandate_end", args=[mandate.pk])
        button = _("Afslut")
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, f"{button} {mandate}", button)

    def subjects(self, obj: Mandate) -> list[str]:
        """The system's name in the ledger."""
        return [callers.find(obj.system).subject]

    def get_urls(self) -> list[URLPattern]:
        """And the two acts."""
        view = self.admin_site.admin_view
        return [
            path("giv/", view(self.give_view), name="institutions_mandate_give"),
            path("<int:pk>/afslut/", view(self.end_view), name="institutions_mandate_end"),
            *super().get_urls(),
        ]

    def give_view(self, request: HttpRequest) -> HttpResponse:
        """A new mandate."""

        def perform(given: Mapping[str, Any]) -> Done:
            told = {name: value for name, value in given.items() if name not in {"seen", "system"}}
            made = mandates.give(given["system"], actor=ledger.person(request.user, door="admin"), **told)
            return Done(format_html(_("{} må indberette for {}."), made.system, made.party), self._list())

        return self._act(request, GiveForm(request.POST or None), _("Giv et mandat"), _("Giv mandat"), perform)

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A day is the first without it."""
        mandate = Mandate.objects.select_related("municipality", "institution").filter(pk=pk).first()
        if mandate is None:
            raise Http404

        def perform(given: Mapping[str, Any]) -> Done:
            actor = ledger.person(request.user, door="admin")
            mandates.end(mandate, on=given["on"], actor=actor, reason=given["reason"])
            return Done(format_html(_("Mandatet {} er afsluttet."), mandate), self._list())

        title = _("Afslut mandatet %s") % mandate
        return self._act(request, EndForm(request.POST or None), title, _("Afslut"), perform)

    def _list(self) -> str:
        return reverse("admin:institutions_mandate_changelist")

    def _act(self, request: HttpRequest, form: ActForm, title: str, button: str, perform: Any) -> HttpResponse:  # noqa: ANN401
        act = Act(
            title=title, button=button, subject=f"mandat:{request.path}", back=self._list(), perform=perform,
            latest=lambda: None, template="admin/mandate_act.html", danger=isinstance(form, EndForm),
        )  # fmt: skip
        return serve(request, act, form, site=self.admin_site)


@admin.register(Delivery)
class DeliveryAdmin(RegistryAdmin[Delivery]):
    """Indberetninger: what systems have sent, and what came of it."""

    list_display = ("created_at", "system", "on_behalf_of", "mode", "on", "outcome", "status")
    list_filter: ClassVar = ["state", "mode", "created_at"]
    search_fields: ClassVar = ["system", "on_behalf_of", "key", "rows__number"]
    search_help_text = gettext_lazy("Systemkode, kommune, Idempotency-Key eller institutionsnummer")
    sortable_by = ("created_at", "on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """All; no page needs what was sent."""
        return super().get_queryset(request).defer("rows_given")

    @admin.display(description=gettext_lazy("udfald"))
    def outcome(self, delivery: Delivery) -> str:
        """How many rows of each kind."""
        return ", ".join(f"{count} {name}" for name, count in counts(delivery) if count)

    @admin.display(description=gettext_lazy("status"))
    def status(self, delivery: Delivery) -> SafeString:
        """Applied or not."""
        css = "open" if delivery.state == Delivery.State.APPLIED else "waiting"
        return format_html('<span class="status status-{}">{}</span>', css, delivery.get_state_display())

    def subjects(self, obj: Delivery) -> list[str]:
        """The system's name in the ledger."""
        return [callers.find(obj.system).subject]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was wanted, and what each row came to."""
        del form_url
        delivery = self.get_object(request, object_id)
        if delivery is None:
            raise Http404
        rows = DeliveryRow.objects.filter(delivery=delivery)
        refused = list(rows.filter(outcome="afvist")[:MOST_ROWS])
        others = rows.exclude(outcome="afvist")[: MOST_ROWS - len(refused)]
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "delivery": delivery, "most": MOST_ROWS,
            "title": _("Indberetning fra %s") % delivery.system, "rows": [*refused, *others],
            "total": sum(delivery.counts.values()), "status": self.status(delivery), "counts": counts(delivery),
            **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, "admin/delivery.html", context)


@admin.register(Check)
class CheckAdmin(RegistryAdmin[Check]):
    """What DAR and CVR say otherwise, or have not answered."""

    list_display = ("institution", "source", "key", "told", "differences", "tried_at")
    fields = readonly_fields = list_display
    list_display_links = None
    list_filter: ClassVar = ["state", "source"]
    list_select_related = ("institution",)
    search_fields: ClassVar = ["institution__number", "key"]
    sortable_by = ("tried_at",)

    @admin.display(description=gettext_lazy("tilstand"))
    def told(self, check: Check) -> SafeString:
        """What came of it."""
        return format_html('<span class="status status-{}">{}</span>', PILLS[check.state], check.get_state_display())

    @admin.display(description=gettext_lazy("registeret → kilden"))
    def differences(self, check: Check) -> str:
        """What the source says otherwise."""
        return "; ".join(f"{one['felt']}: {one['registeret']} → {one['kilden']}" for one in check.differs)


def counts(delivery: Delivery) -> list[tuple[str, int]]:
    """How many rows came to what, in the order in which it is told."""
    return [(name, delivery.counts.get(name, 0)) for name in planning.ALL]

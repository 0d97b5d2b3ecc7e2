"""The data agreements: found by number, institution or vendor, decided one or many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements import access, lifecycle
from agreements.admin.spreadsheets import AgreementResource
from agreements.forms import DecideForm
from agreements.lifecycle import Wish
from agreements.models import DataAgreement, System
from agreements.states import TRANSITIONS, Status
from institutions import search
from registry import ledger
from registry.admin import acts
from registry.admin.acts import Act, Done
from registry.admin.spreadsheets import SpreadsheetAdmin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise
    from django.utils.safestring import SafeString

MOST_AT_ONCE = 500  # their ids go into an address

VERBS: Mapping[str, tuple[Status, str | Promise]] = {
    "godkend": (Status.GODKENDT, gettext_lazy("Godkend")),
    "afvis": (Status.AFVIST, gettext_lazy("Afvis")),
    "vent": (Status.VENTER, gettext_lazy("Sæt tilbage til venter")),
    "slet": (Status.SLETTET, gettext_lazy("Slet")),
}
PILLS: Mapping[str, str] = {"VENTER": "waiting", "GODKENDT": "open", "AFVIST": "closed", "SLETTET": "closed"}


class VendorFilter(admin.SimpleListFilter):
    """By the system's vendor."""

    title = gettext_lazy("udbyder")
    parameter_name = "udbyder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Every vendor."""
        del model_admin
        return [(str(one.pk), one.name) for one in access.vendors(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[DataAgreement]) -> QuerySet[DataAgreement]:
        """Those of the vendor's systems."""
        del request
        value = self.value()
        if not value or not value.isdecimal():
            return queryset
        return queryset.filter(system__in=System.objects.filter(vendor=int(value)))


class KindFilter(admin.SimpleListFilter):
    """On an A-number, or on a number of the register."""

    title = gettext_lazy("nummer")
    parameter_name = "nummer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """The two kinds."""
        del request, model_admin
        return [("A", gettext_lazy("på A-nummer")), ("G", gettext_lazy("på G-nummer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[DataAgreement]) -> QuerySet[DataAgreement]:
        """Those on such numbers."""
        del request
        value = self.value()
        return queryset.filter(institution__number__startswith=value) if value in {"A", "G"} else queryset


@admin.action(description=gettext_lazy("Godkend de valgte"))
def approve(_admin: Any, request: HttpRequest, chosen: QuerySet[DataAgreement]) -> HttpResponse:  # noqa: ANN401
    """On to the page that asks for a comment."""
    return _ask(request, "godkend", chosen)


@admin.action(description=gettext_lazy("Afvis de valgte"))
def refuse(_admin: Any, request: HttpRequest, chosen: QuerySet[DataAgreement]) -> HttpResponse:  # noqa: ANN401
    """On to the page that asks for a comment."""
    return _ask(request, "afvis", chosen)


@admin.action(description=gettext_lazy("Sæt de valgte tilbage til venter"))
def set_back(_admin: Any, request: HttpRequest, chosen: QuerySet[DataAgreement]) -> HttpResponse:  # noqa: ANN401
    """On to the page that asks for a comment."""
    return _ask(request, "vent", chosen)


@admin.action(description=gettext_lazy("Slet de valgte"))
def delete(_admin: Any, request: HttpRequest, chosen: QuerySet[DataAgreement]) -> HttpResponse:  # noqa: ANN401
    """On to the page that asks for a comment."""
    return _ask(request, "slet", chosen)


def _ask(request: HttpRequest, verb: str, chosen: QuerySet[DataAgreement]) -> HttpResponse:
    numbers = list(chosen.order_by("number").values_list("number", flat=True)[: MOST_AT_ONCE + 1])
    if len(numbers) > MOST_AT_ONCE:
        messages.error(request, _("Vælg højst %s aftaler ad gangen.") % MOST_AT_ONCE)
        return HttpResponseRedirect(request.get_full_path())
    page = reverse("admin:agreements_dataagreement_decide", args=[verb])
    return HttpResponseRedirect(f"{page}?aftaler={','.join(map(str, numbers))}")


@admin.register(DataAgreement)
class DataAgreementAdmin(SpreadsheetAdmin[DataAgreement]):
    """Dataaftaler."""

    resource_classes: ClassVar = [AgreementResource]
    actions = (approve, refuse, set_back, delete)
    list_display = ("number", "pill", "vendor", "system", "service_code", "institution_link", "created_on", "ended_on")
    list_filter: ClassVar = ["status", VendorFilter, KindFilter, "service"]
    search_fields: ClassVar = ["number"]
    search_help_text = gettext_lazy("Aftale-id, institutionsnummer, udbyder, system eller systemid")
    sortable_by = ("number", "created_on", "ended_on")
    ordering: ClassVar = ["-number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataAgreement]:
        """Every agreement."""
        return access.data_agreements(request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DataAgreement], search_term: str
    ) -> tuple[QuerySet[DataAgreement], bool]:
        """By number, institution, or the words of vendor and system."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isdecimal():
            return queryset.filter(number=int(term[:18])), False
        if number := search.number(term):
            return queryset.filter(institution__number=number), False
        systems = access.systems(request.user)
        named = systems.filter(name__icontains=term) | systems.filter(code__istartswith=term)
        return queryset.filter(system__in=named | systems.filter(vendor__name__icontains=term)), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> DataAgreement | None:
        """The agreement of a number."""
        del from_field
        return self.get_queryset(request).filter(number=object_id).first() if object_id.isdecimal() else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Any]:  # noqa: ANN401
        """Links by the agreement's own number."""
        base = super().get_changelist(request, **kwargs)

        class ByNumber(base):  # type: ignore[misc, valid-type]
            def url_for_result(self, result: DataAgreement) -> str:
                """The page of the agreement."""
                return reverse("admin:agreements_dataagreement_change", args=[result.number])

        return ByNumber

    def subjects(self, obj: DataAgreement) -> list[str]:
        """Its name in the ledger."""
        return [obj.subject]

    def get_urls(self) -> list[URLPattern]:
        """And the page that decides."""
        view = self.admin_site.admin_view(self.decide_view)
        return [path("afgoer/<slug:verb>/", view, name="agreements_dataagreement_decide"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The agreement, what may be decided, and what was."""
        del form_url
        agreement = self.get_object(request, object_id)
        if agreement is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "agreement": agreement,
            "title": _("Dataaftale %s") % agreement.number, "pill": PILLS[agreement.status],
            "verbs": [(slug, text) for slug, (to, text) in VERBS.items() if to in TRANSITIONS[agreement.status]],
            "events": ledger.history(agreement.subject).order_by("-seq"), **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, "admin/agreement.html", context)

    def decide_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Ask for a comment, and decide all of them or none."""
        numbers = [int(one) for one in request.GET.get("aftaler", "").split(",") if one.isdecimal()][:MOST_AT_ONCE]
        chosen = list(self.get_queryset(request).filter(number__in=numbers).order_by("number"))
        if verb not in VERBS or not chosen:
            raise Http404
        back = (
            reverse("admin:agreements_dataagreement_change", args=[chosen[0].number]) if len(chosen) == 1
            else reverse("admin:agreements_dataagreement_changelist")
        )  # fmt: skip
        act = self._act(request, verb, chosen, back)
        return acts.serve(request, act, DecideForm(request.POST or None), site=self.admin_site)

    def _act(self, request: HttpRequest, verb: str, chosen: Sequence[DataAgreement], back: str) -> Act:
        to, text = VERBS[verb]
        actor = ledger.person(request.user, door="admin")

        def perform(given: Mapping[str, Any]) -> Done:
            wishes = [Wish(one.pk, to, given["comment"]) for one in chosen]
            outcomes = lifecycle.decide(wishes, actor=actor, whole=True)
            if refused := next((one.refused for one in outcomes if one.refused), None):
                raise refused
            told = ngettext("{} aftale er nu {}.", "{} aftaler er nu {}.", len(chosen))
            return Done(format_html(told, len(chosen), to.label.lower()), back)

        told = ngettext("%(verb)s %(count)s dataaftale", "%(verb)s %(count)s dataaftaler", len(chosen))
        lines = [f"{one.number}: {one.system.vendor.name}, {one.system.name} · {one.service.code} · "
                 f"{one.institution.number}: {one.get_status_display()} → {to.label}" for one in chosen]  # fmt: skip
        return Act(
            title=told % {"verb": text, "count": len(chosen)}, button=str(text), subject=f"aftaler/{actor.name}",
            perform=perform, back=back, latest=lambda: None, danger=to == Status.SLETTET, context={"changes": lines},
            template="admin/decide.html",
        )  # fmt: skip

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def pill(self, agreement: DataAgreement) -> SafeString:
        """The status, coloured."""
        return format_html('<span class="status status-{}">{}</span>', PILLS[agreement.status],
                           agreement.get_status_display())  # fmt: skip

    @admin.display(description=gettext_lazy("udbyder"))
    def vendor(self, agreement: DataAgreement) -> str:
        """The system's vendor."""
        return agreement.system.vendor.name

    @admin.display(description=gettext_lazy("tjeneste"))
    def service_code(self, agreement: DataAgreement) -> str:
        """The service's code."""
        return agreement.service.code

    @admin.display(description=gettext_lazy("institution"))
    def institution_link(self, agreement: DataAgreement) -> SafeString:
        """The way to the institution."""
        number = agreement.institution.number
        page = reverse("admin:institutions_institution_change", args=[number])
        return format_html('<a href="{}">{}</a>', page, number)

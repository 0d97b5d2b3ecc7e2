"""Municipalities, code tables, lawful combinations: to look up in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from institutions import access, codes, confirming
from institutions.models import CodeValue, LawfulCombination, Membership, Municipality, Table
from registry import callers, calls, ledger, periods
from registry.admin.acts import Act, Done, serve
from registry.admin.base import RegistryAdmin
from registry.forms import RuleForm
from registry.models import Event
from registry.site import names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from registry.periods import Period

names.ACTIONS["code.add"] = _("Kodeværdi taget i brug")


def days(period: Period) -> str:
    """A period as a Dane writes it: both days are in it."""
    first = f"{period.lower:%d.%m.%Y}" if period.lower else ""
    last = f"{period.upper:%d.%m.%Y}" if period.upper else ""
    if not first and not last:
        return str(_("altid"))
    return str(_("fra %(first)s") % {"first": first} if not last else _("til %(last)s") % {"last": last} if not first
               else _("fra %(first)s til %(last)s") % {"first": first, "last": last})  # fmt: skip


class NewCodeForm(RuleForm):
    """A value of a table, from when, and which readers are told of it."""

    field_order = ("table", "code", "text", "description", "on", "schema", "reason")
    table = forms.ChoiceField(label=_("Tabel"), choices=Table.choices[:3])
    code = forms.CharField(label=_("Kode"), max_length=8)
    text = forms.CharField(label=_("Tekst"), max_length=132)
    description = forms.CharField(label=_("Beskrivelse"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    schema = forms.TypedChoiceField(
        label=_("Fra skema"), coerce=int, initial=2,
        choices=[(2, _("2: for dem, der læser skema 2")), (1, _("1: for alle"))],
    )  # fmt: skip


class DatedAdmin[M: Model](RegistryAdmin[M]):
    """Rows that hold in a period."""

    @admin.display(description=_("gyldig"))
    def valid(self, row: Any) -> str:  # noqa: ANN401 - any model with a period
        """The period."""
        return days(row.period)

    @admin.display(description=_("i dag"), boolean=True)
    def today(self, row: Any) -> bool:  # noqa: ANN401
        """Whether it holds today."""
        return periods.contains(row.period, periods.today())


class Memberships(admin.TabularInline[Membership, Municipality]):
    """The regions of a municipality, then and now."""

    model = Membership
    fields = readonly_fields = ("region", "valid")
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Municipality | None = None) -> bool:
        """STIL's staff see everything."""
        del obj
        return access.is_registrar(request.user)

    @admin.display(description=_("gyldig"))
    def valid(self, row: Membership) -> str:
        """The period."""
        return days(row.period)


class ConfirmedFilter(admin.SimpleListFilter):
    """By whether the municipality has confirmed the register."""

    title = _("bekræftet")
    parameter_name = "bekraeftet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Within a year, longer ago, never."""
        del request, model_admin
        return [("gælder", _("gælder")), ("forældet", _("forældet")), ("aldrig", _("aldrig"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Municipality]) -> QuerySet[Municipality]:
        """Those that fit."""
        del request
        known = confirming.latest()
        match self.value():
            case "gælder":
                return queryset.filter(code__in=[code for code, one in known.items() if not one.stale])
            case "forældet":
                return queryset.filter(code__in=[code for code, one in known.items() if one.stale])
            case "aldrig":
                return queryset.exclude(code__in=known)
        return queryset


@admin.register(Municipality)
class MunicipalityAdmin(RegistryAdmin[Municipality]):
    """The 98."""

    list_display = ("code", "name", "long_name", "confirmed", "institutions", "own_page")
    list_display_links = ("code", "name")
    list_filter: ClassVar = [ConfirmedFilter]
    search_fields: ClassVar = ["name", "code"]
    list_per_page = 100
    fields = ("code", "name", "long_name")
    inlines: ClassVar = [Memberships]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        """The municipalities; their confirmations are read once."""
        self._confirmed = confirming.latest()
        return super().get_queryset(request)

    def subjects(self, obj: Municipality) -> list[str]:
        """Its name in the ledger."""
        return [confirming.subject(obj)]

    @admin.display(description=_("bekræftet"))
    def confirmed(self, municipality: Municipality) -> SafeString | str:
        """When it last confirmed the register."""
        found = self._confirmed.get(municipality.code)
        if found is None:
            return ""
        css = "refused" if found.stale else "open"
        return format_html('<span class="status status-{}">{}</span>', css, f"{timezone.localtime(found.at):%d.%m.%Y}")

    @admin.display(description=_("kommunens egne sider"))
    def own_page(self, municipality: Municipality) -> SafeString:
        """What its own people see."""
        return format_html('<a href="{}">{}</a>', reverse("institutions:municipality", args=[municipality.code]),
                           _("Vis"))  # fmt: skip

    @admin.display(description=_("institutioner"))
    def institutions(self, municipality: Municipality) -> SafeString:
        """The way to its institutions."""
        return format_html('<a href="../institution/?kommune={}">{}</a>', municipality.code, _("Vis"))


@admin.register(CodeValue)
class CodeValueAdmin(DatedAdmin[CodeValue]):
    """The code tables."""

    list_display = ("table", "code", "text", "valid", "today", "schema", "description")
    change_list_template = "admin/codes.html"
    list_display_links = ("code",)
    list_filter: ClassVar = ["table"]
    search_fields: ClassVar = ["code", "text"]
    list_per_page = 100
    fields = ("table", "code", "text", "valid", "schema", "description")

    def get_urls(self) -> list[URLPattern]:
        """And a new one."""
        new = path("ny/", self.admin_site.admin_view(self.new_view), name="institutions_codevalue_new")
        return [new, *super().get_urls()]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """A new value, with who would meet it unprepared."""
        back = reverse("admin:institutions_codevalue_changelist")

        def perform(given: Mapping[str, Any]) -> Done:
            made = codes.add(
                Table(given["table"]), given["code"], given["text"], on=given["on"], schema=int(given["schema"]),
                description=given["description"], reason=given["reason"],
                actor=ledger.person(request.user, door="admin"),
            )  # fmt: skip
            return Done(format_html(gettext("{} kan bruges fra den dag."), str(made)), back)

        now = calls.readiness()
        known = {one.code: one for one in callers.every()}
        named = [
            (title, text, [known.get(code) or code for code in systems])
            for title, text, systems in (
                (
                    _("Møder værdien uforberedt"),
                    _("De læser alt og har ikke sagt, at de er klar."),
                    now.unsaid,
                ),
                (_("Får den ikke"), _("De læser skema 1, hvor den udelades og tælles."), now.first),
                (_("Er klar"), _("De læser skema 2."), now.ready),
            )
        ]
        act = Act(
            title=gettext("Ny kodeværdi"), button=gettext("Tag værdien i brug"), subject="kodetabeller",
            back=back, perform=perform,
            latest=lambda: Event.objects.filter(action="code.add").order_by("-seq").first(),
            template="admin/code_act.html", context={"readers": named},
        )  # fmt: skip
        return serve(request, act, NewCodeForm(request.POST or None), site=self.admin_site)

    def subjects(self, obj: CodeValue) -> list[str]:
        """Its name in the ledger."""
        return [f"kode:{obj.table}:{obj.code}"]


@admin.register(LawfulCombination)
class LawfulCombinationAdmin(DatedAdmin[LawfulCombination]):
    """What may stand together."""

    list_display = ("ownership_text", "ground_text", "type_text", "valid", "today")
    list_filter: ClassVar = ["ownership", "legal_ground", "institution_type"]
    list_per_page = 100
    fields = ("ownership_text", "ground_text", "type_text", "valid")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LawfulCombination]:
        """The combinations; the texts of the codes are read once."""
        self._texts = {(one.table, one.code): one.text for one in CodeValue.objects.order_by("period")}
        return super().get_queryset(request)

    def _text(self, table: Table, code: str) -> str:
        return f"{code} {self._texts.get((table, code), '')}".strip()

    @admin.display(description=_("ejerform"), ordering="ownership")
    def ownership_text(self, one: LawfulCombination) -> str:
        """Code and text."""
        return self._text(Table.OWNERSHIP, one.ownership)

    @admin.display(description=_("lovgrundlag"), ordering="legal_ground")
    def ground_text(self, one: LawfulCombination) -> str:
        """Code and text."""
        return self._text(Table.LEGAL_GROUND, one.legal_ground)

    @admin.display(description=_("type"), ordering="institution_type")
    def type_text(self, one: LawfulCombination) -> str:
        """Code and text."""
        return self._text(Table.INSTITUTION_TYPE, one.institution_type)

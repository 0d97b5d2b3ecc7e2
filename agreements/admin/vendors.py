"""Vendors, their systems, STIL's services and the connection agreements: looked up, added and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements import access, parties
from agreements.models import ConnectionAgreement, Service, System, Vendor
from institutions.access import is_registrar
from institutions.admin.codes import days
from registry import ledger, periods
from registry.admin.base import RegistryAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


class PartyAdmin[M: Model](RegistryAdmin[M]):
    """Rows that STIL's staff add and change, through the one rule for them. `fixed` never changes once it is given."""

    fixed: ClassVar[tuple[str, ...]] = ()
    changeable = True

    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """STIL's staff."""
        del obj
        return is_registrar(request.user)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """STIL's staff, where there is anything to change."""
        del obj
        return self.changeable and is_registrar(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> tuple[str, ...]:
        """What is given once."""
        del request
        return self.fixed if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        """Through the rule."""
        del form, change
        parties.save(obj, actor=ledger.person(request.user, door="admin"))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        """Nothing is saved: what belongs to it has pages of its own."""
        del request, form, change
        for formset in formsets:
            formset.save(commit=False)  # the page asks it what it found changed

    def subjects(self, obj: Any) -> list[str]:  # noqa: ANN401 - one of several models
        """Its name in the ledger."""
        return [parties.subject(obj)]


class Systems(admin.TabularInline[System, Vendor]):
    """A vendor's systems."""

    model = System
    fields = readonly_fields = ("code", "name", "passive")
    extra = max_num = 0
    can_delete = False
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Vendor | None = None) -> bool:
        """STIL's staff see everything."""
        del obj
        return is_registrar(request.user)


class Connections(admin.TabularInline[ConnectionAgreement, System]):
    """What a system may call."""

    model = ConnectionAgreement
    fields = readonly_fields = ("service", "valid")
    extra = max_num = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: System | None = None) -> bool:
        """STIL's staff see everything."""
        del obj
        return is_registrar(request.user)

    @admin.display(description=gettext_lazy("gælder"))
    def valid(self, connection: ConnectionAgreement) -> str:
        """The period."""
        return days(connection.period)


@admin.register(Vendor)
class VendorAdmin(PartyAdmin[Vendor]):
    """Udbydere."""

    list_display = ("name", "cvr_number", "p_number", "agreements")
    search_fields: ClassVar = ["name", "cvr_number"]
    fields = ("name", "cvr_number", "p_number")
    inlines: ClassVar = [Systems]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vendor]:
        """Every vendor."""
        return access.vendors(request.user)

    @admin.display(description=gettext_lazy("aftaler"))
    def agreements(self, vendor: Vendor) -> SafeString:
        """The way to its agreements."""
        return format_html('<a href="../dataagreement/?udbyder={}">{}</a>', vendor.pk, _("Vis"))


@admin.register(System)
class SystemAdmin(PartyAdmin[System]):
    """Udbydersystemer. A passive one asks for nothing more."""

    list_display = ("code", "name", "vendor", "passive", "keys")
    list_display_links = ("code", "name")
    list_filter: ClassVar = ["passive", "vendor"]
    search_fields: ClassVar = ["code", "name", "vendor__name"]
    fields = ("code", "name", "vendor", "passive")
    fixed = ("code", "vendor")
    inlines: ClassVar = [Connections]

    def get_queryset(self, request: HttpRequest) -> QuerySet[System]:
        """Every system."""
        return access.systems(request.user)

    @admin.display(description=gettext_lazy("nøgler"))
    def keys(self, system: System) -> SafeString:
        """The way to its keys."""
        url = reverse("admin:registry_credential_changelist")
        return format_html('<a href="{}?q={}">{}</a>', url, system.code, _("Vis"))


@admin.register(Service)
class ServiceAdmin(PartyAdmin[Service]):
    """Tjenester."""

    list_display = ("code", "name")
    search_fields: ClassVar = ["code", "name"]
    fields = ("code", "name")
    fixed = ("code",)


@admin.action(description=gettext_lazy("Afslut de valgte fra i dag"))
def end(_admin: Any, request: HttpRequest, chosen: QuerySet[Any]) -> None:  # noqa: ANN401
    """Today is the first day without them; those that hold no longer are left."""
    actor = ledger.person(request.user, door="admin")
    running = list(chosen.filter(period__contains=periods.today()))
    for one in running:
        parties.end(one, actor=actor)
    told = ngettext("%(count)s er afsluttet.", "%(count)s er afsluttet.", len(running)) % {"count": len(running)}
    messages.success(request, told)


class HeldAdmin[M: Model](PartyAdmin[M]):
    """Rows that hold from the day that they are added until they are ended."""

    actions = (end,)
    changeable = False

    @admin.display(description=gettext_lazy("gælder"))
    def valid(self, held: Any) -> str:  # noqa: ANN401 - any model with a period
        """The period."""
        return days(held.period)


@admin.register(ConnectionAgreement)
class ConnectionAdmin(HeldAdmin[ConnectionAgreement]):
    """Tilslutningsaftaler."""

    list_display = ("system", "service", "valid")
    list_filter: ClassVar = ["service"]
    list_select_related = ("system", "service")
    search_fields: ClassVar = ["system__code", "system__name", "service__code"]
    fields = ("system", "service")

    def save_model(self, request: HttpRequest, obj: ConnectionAgreement, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        """From today on."""
        obj.period = periods.since(periods.today())
        super().save_model(request, obj, form, change)

"""Vendors, their systems, STIL's services and the agreements between them: to look up in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agreements import access
from agreements.models import ConnectionAgreement, Service, System, Vendor
from institutions.access import is_registrar
from registry.admin.base import RegistryAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


class Systems(admin.TabularInline[System, Vendor]):
    """A vendor's systems."""

    model = System
    fields = readonly_fields = ("code", "name", "passive")
    extra = 0
    can_delete = False
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Vendor | None = None) -> bool:
        """STIL's staff see everything."""
        del obj
        return is_registrar(request.user)


class Connections(admin.TabularInline[ConnectionAgreement, System]):
    """What a system may call."""

    model = ConnectionAgreement
    fields = readonly_fields = ("service",)
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: System | None = None) -> bool:
        """STIL's staff see everything."""
        del obj
        return is_registrar(request.user)


@admin.register(Vendor)
class VendorAdmin(RegistryAdmin[Vendor]):
    """Udbydere."""

    list_display = ("name", "cvr_number", "p_number", "agreements")
    search_fields: ClassVar = ["name", "cvr_number"]
    fields = ("name", "cvr_number", "p_number")
    inlines: ClassVar = [Systems]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vendor]:
        """Every vendor."""
        return access.vendors(request.user)

    @admin.display(description=_("aftaler"))
    def agreements(self, vendor: Vendor) -> SafeString:
        """The way to its agreements."""
        return format_html('<a href="../dataagreement/?udbyder={}">{}</a>', vendor.pk, _("Vis"))


@admin.register(System)
class SystemAdmin(RegistryAdmin[System]):
    """Udbydersystemer."""

    list_display = ("code", "name", "vendor", "passive")
    list_display_links = ("code", "name")
    list_filter: ClassVar = ["passive", "vendor"]
    search_fields: ClassVar = ["code", "name", "vendor__name"]
    fields = ("code", "name", "vendor", "passive")
    inlines: ClassVar = [Connections]

    def get_queryset(self, request: HttpRequest) -> QuerySet[System]:
        """Every system."""
        return access.systems(request.user)


@admin.register(Service)
class ServiceAdmin(RegistryAdmin[Service]):
    """Tjenester."""

    list_display = ("code", "name")
    search_fields: ClassVar = ["code", "name"]
    fields = ("code", "name")

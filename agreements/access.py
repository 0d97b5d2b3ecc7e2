"""Who may see and decide which agreements. Every edge gets its objects here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agreements.models import DataAgreement, System, Vendor
from institutions.access import require_registrar

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from institutions.access import Person
    from institutions.models import Institution


def data_agreements(person: Person) -> QuerySet[DataAgreement]:
    """Every data agreement, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return DataAgreement.objects.select_related("system__vendor", "service", "institution")


def agreements_of(institution: Institution, person: Person) -> QuerySet[DataAgreement]:
    """An institution's data agreements, for STIL's staff. Raises Refused `ikke_tilladt`."""
    return data_agreements(person).filter(institution=institution)


def vendors(person: Person) -> QuerySet[Vendor]:
    """Every vendor, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return Vendor.objects.all()


def systems(person: Person) -> QuerySet[System]:
    """Every system, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return System.objects.select_related("vendor")

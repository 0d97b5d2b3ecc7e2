"""The queue of duplicates by vendor: whose agreements rest on the number that would go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from agreements import access
from agreements.models import DataAgreement
from agreements.states import LIVE
from institutions.admin import choices
from institutions.admin.choices import Choice

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


@choices.add
class VendorFilter(Choice):
    """By vendor."""

    title = _("udbyder")
    parameter_name = "udbyder"
    template = "admin/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Every vendor."""
        del model_admin
        return [(str(one.pk), one.name) for one in access.vendors(request.user)]

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those on whose leaving number the vendor has a live agreement."""
        if not value.isdecimal():
            return found.none()
        resting = DataAgreement.objects.filter(system__vendor=int(value), status__in=LIVE)
        return found.filter(leaving__in=resting.values("institution"))

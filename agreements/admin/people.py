"""Who acts for whom, and who is told: administered by STIL's staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements import access, parties
from agreements.admin.vendors import HeldAdmin, PartyAdmin
from agreements.models import Affiliation, NotificationAddress
from institutions.forms.fields import InstitutionField
from registry import ledger, periods
from registry.site import names

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

names.ACTIONS.update({
    f"{kind}.{act}": title
    for kind, thing in {
        "vendor": _("Udbyder"), "system": _("System"), "service": _("Tjeneste"),
        "connectionagreement": _("Tilslutningsaftale"), "affiliation": _("Tilknytning"),
        "notificationaddress": _("Notifikationsmodtager"),
    }.items()
    for act, title in {
        "add": f"{thing} tilføjet", "change": f"{thing} rettet", "end": f"{thing} afsluttet",
    }.items()
})  # fmt: skip


class PartyForm(forms.ModelForm[Any]):
    """One party of several kinds; an institution is written by its number."""

    institution = InstitutionField(label=_("Institution"), required=False, help_text=_("Nummeret, fx G10432."))


class AffiliationForm(PartyForm):
    """A person and whom they act for."""

    class Meta:
        model = Affiliation
        fields = ("user", "municipality", "institution", "vendor")

    def clean(self) -> dict[str, Any] | None:
        """Exactly one party."""
        given = super().clean() or {}
        self.instance.period = periods.since(periods.today())
        if sum(bool(given.get(name)) for name in ("municipality", "institution", "vendor")) != 1:
            raise forms.ValidationError(_("Vælg én: en kommune, en institution eller en udbyder."))
        return given


class AddressForm(PartyForm):
    """An address and whose agreements it is told of."""

    class Meta:
        model = NotificationAddress
        fields = ("email", "municipality", "institution", "vendor", "system", "active")


@admin.register(Affiliation)
class AffiliationAdmin(HeldAdmin[Affiliation]):
    """Tilknytninger: hvem der handler for hvem."""

    form = AffiliationForm
    list_display = ("user", "party", "valid")
    search_fields: ClassVar = [
        "user__username", "user__first_name", "user__last_name", "municipality__name", "institution__number",
        "vendor__name",
    ]  # fmt: skip
    fields = ("user", "municipality", "institution", "vendor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        """Every affiliation."""
        return access.affiliations(request.user)

    def save_model(self, request: HttpRequest, obj: Affiliation, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        """Through the rule."""
        del form, change
        parties.join(obj, actor=ledger.person(request.user, door="admin"))

    @admin.display(description=_("handler for"))
    def party(self, one: Affiliation) -> str:
        """Municipality, institution or vendor."""
        return one.party


@admin.register(NotificationAddress)
class NotificationAddressAdmin(PartyAdmin[NotificationAddress]):
    """Notifikationsmodtagere."""

    form = AddressForm
    list_display = ("email", "municipality", "institution", "vendor", "system", "active")
    list_filter: ClassVar = ["active"]
    search_fields: ClassVar = ["email", "vendor__name", "system__code", "institution__number", "municipality__name"]
    fields = ("email", "municipality", "institution", "vendor", "system", "active")
    fixed = ("email", "municipality", "institution", "vendor", "system")

    def get_queryset(self, request: HttpRequest) -> QuerySet[NotificationAddress]:
        """Every address."""
        return access.notification_addresses(request.user)

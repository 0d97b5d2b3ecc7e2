"""A mandate given, and ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.forms.fields import InstitutionField
from institutions.models import Level, Municipality, Verb
from registry import callers, periods
from registry.forms import ActForm, DayInput


class GiveForm(ActForm):
    """Who may report what for whom, and when."""

    system = forms.ChoiceField(label=_("System"))
    municipality = forms.ModelChoiceField(Municipality.objects.all(), label=_("Kommune"), required=False)
    institution = InstitutionField(
        label=_("Privat institution"), required=False, levels=f"{Level.DAGINSTITUTION},{Level.ANVISNINGSENHED}",
        help_text=_("I stedet for en kommune: nummeret på det, den private ejer har. Det, der står under, er med."),
    )  # fmt: skip
    verbs = forms.MultipleChoiceField(
        label=_("Må"), choices=Verb.choices, initial=Verb.values, widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(label=_("Fra og med"), widget=DayInput, initial=periods.today)
    until = forms.DateField(
        label=_("Til"), widget=DayInput, required=False, help_text=_("Den første dag uden. Tom: indtil videre.")
    )
    reason = forms.CharField(
        label=_("Begrundelse"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Fx hvem der har givet besked, og hvornår. Skrives i hændelsesloggen."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        field: Any = self.fields["system"]
        known = [(one.code, f"{one.name} ({one.code}), {one.vendor_name}") for one in callers.every()]
        field.choices = [("", _("Vælg et system")), *known]


class EndForm(ActForm):
    """The first day without, and why."""

    on = forms.DateField(label=_("Første dag uden"), widget=DayInput, initial=periods.today)
    reason = forms.CharField(
        label=_("Begrundelse"), widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Skrives i hændelsesloggen.")
    )

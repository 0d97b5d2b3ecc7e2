"""Forms over the rules for cases of consolidation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.forms.fields import InstitutionField
from registry import periods
from registry.forms import ActForm, DayInput

if TYPE_CHECKING:
    from collections.abc import Sequence

UNITS = "anvisningsenhed,alternativ adresse"


def _reason(**given: Any) -> forms.CharField:  # noqa: ANN401
    told: dict[str, Any] = {"label": _("Begrundelse"), "required": False, "widget": forms.Textarea(attrs={"rows": 2}),
            "help_text": _("Skrives i hændelsesloggen.")}  # fmt: skip
    return forms.CharField(**told | given)


def _unit() -> InstitutionField:
    told = _("Anvisningsenhed eller alternativ adresse: nummer eller navn.")
    return InstitutionField(label=_("Bliver til"), levels=UNITS, help_text=told)


class ReasonForm(ActForm):
    """Why, which may be empty."""

    reason = _reason()


class DropForm(ActForm):
    """Why."""

    reason = _reason(required=True)


class NotifyForm(ActForm):
    """On which day those concerned were told."""

    on = forms.DateField(label=_("Varslet den"), widget=DayInput, initial=periods.today)
    reason = _reason(label=_("Hvordan"), help_text=_("Brev, møde eller telefon. Skrives i hændelsesloggen."))


class DeadlineForm(ActForm):
    """How long what is carried over waits for its data owner."""

    deadline = forms.DateField(
        label=_("Frist"), widget=DayInput,
        help_text=_("Så længe venter det, der føres over, på sin dataejer. Derefter kan vinduet lukkes."),
    )  # fmt: skip
    reason = _reason()


class SurvivorForm(ActForm):
    """Which unit the A-number becomes."""

    survivor = _unit()
    reason = _reason()


class OpenForm(ActForm):
    """An A-number, and what it becomes."""

    absorbed = InstitutionField(label=_("A-nummer"), levels="uden for registeret")
    survivor = _unit()
    reason = _reason()


class ManyForm(ActForm):
    """Exactly the cases that were shown: the fingerprint names them."""

    fingerprint = forms.CharField(widget=forms.HiddenInput)
    reason = _reason()


class ChooseForm(ActForm):
    """What becomes of an agreement."""

    way = forms.ChoiceField(label=_("Hvad skal der ske med den?"), widget=forms.RadioSelect)
    reason = _reason(help_text=_("Skal skrives, når en aftale skal ophøre, som ellers ville leve videre."))

    def __init__(self, *args: Any, ways: Sequence[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = ways  # type: ignore[attr-defined] # a field with choices


class AheadForm(ActForm):
    """Which agreements the data owner has approved in advance."""

    agreements = forms.MultipleChoiceField(
        label=_("Godkendt på forhånd"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = _reason(help_text=_("Hvordan dataejeren har sagt ja: brev, møde, hvem. Skrives i hændelsesloggen."))

    def __init__(self, *args: Any, agreements: Sequence[tuple[str, str]], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["agreements"].choices = agreements  # type: ignore[attr-defined] # a field with choices


class ExecuteForm(ActForm):
    """Do what the preview shows: the fingerprint names it."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = _reason()

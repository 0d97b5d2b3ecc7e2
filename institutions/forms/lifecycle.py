"""Open, correct, move, close, reopen: a form over each rule. Field names are the rule's arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from institutions import facts, wording
from institutions.forms.fields import CodeField, InstitutionField, InstitutionsField, MunicipalityField
from institutions.hierarchy import ABOVE
from institutions.models import Cause
from institutions.prevention import LikelyDouble
from registry.forms import ActForm, RuleForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.utils.functional import Promise

    from institutions.models import Municipality
    from institutions.prevention import Likely
    from registry.problems import Refused

PLACE = ("administrative_municipality", "municipality")
CODED = facts.CODED
GROUPS: Mapping[str | Promise, Sequence[str]] = {
    _("Institutionen"): ("parent", "name", "institution_type", "ownership", "legal_ground",
                         "administrative_municipality"),
    _("Adresse"): ("street", "house_number", "floor", "door", "postcode", "town", "supplementary_town",
                   "municipality", "latitude", "longitude", "dar_id"),
    _("Virksomhed og kontakt"): ("cvr_number", "p_number", "email", "phone"),
}  # fmt: skip
SHORT = frozenset(
    {"house_number", "floor", "door", "postcode", "cvr_number", "p_number", "phone", "latitude", "longitude"}
)
HELP: Mapping[str, str | Promise] = {
    "municipality": _("Hvor adressen ligger, hvis det ikke er i den administrative kommune."),
    "p_number": _("10 cifre; enheder kan dele P-nummer."),
    "cvr_number": _("8 cifre."),
    "dar_id": _("Adressens id i Danmarks Adresseregister."),
    "legal_ground": _("Skal passe til ejerform og type på dagen."),
}
INHERITED_HELP = _("Tomt: som den overordnede.")


def fact_names(level: str) -> list[str]:
    """The facts that a person may say of a level."""
    named = [name for names in GROUPS.values() for name in names if name != "parent"]
    return [name for name in named if name not in facts.FOREIGN[level]]


def fact_field(name: str, *, required: bool, present: Any = "", help_text: Any = "") -> forms.Field:  # noqa: ANN401
    """The field of a fact."""
    label = str(wording.LABELS.get(name, facts.LABELS[name]))
    told: dict[str, Any] = {
        "label": label[:1].upper() + label[1:],
        "required": required,
        "help_text": help_text or HELP.get(name, ""),
    }
    if name in CODED:
        return CodeField(CODED[name], present=present or "", **told)
    if name in PLACE:
        return MunicipalityField(**told)
    if name in facts.BOUNDS:
        return forms.FloatField(localize=True, **told)
    field = forms.CharField(max_length=facts.LENGTHS[name], **told)
    if name in SHORT:
        field.widget.attrs["class"] = "short"
    return field


class FactsForm(RuleForm):
    """The facts of a level, as an institution has them or as a new one is to have them."""

    groups = GROUPS

    def __init__(self, *args: Any, level: str, present: Mapping[str, Any] | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        initial = {name: self._plain(value) for name, value in (present or {}).items()}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        takes = facts.INHERITED if ABOVE[level] and present is None else ()
        for name in fact_names(level):
            must = name in facts.REQUIRED[level] and name not in takes
            self.fields[name] = fact_field(
                name, required=must and present is None, present=initial.get(name, ""),
                help_text=INHERITED_HELP if name in takes else "",
            )  # fmt: skip
        self.order_fields([*(name for names in GROUPS.values() for name in names), "on", "reason"])

    @staticmethod
    def _plain(value: Any) -> Any:  # noqa: ANN401
        return getattr(value, "pk", value)

    def said(self) -> dict[str, Any]:
        """The facts that the person has changed, as the rule takes them."""
        names = [name for name in self.changed_data if name in facts.EMPTY and name != "parent"]
        return {name: self._said(name, self.cleaned_data[name]) for name in names}

    @staticmethod
    def _said(name: str, value: str | float | Municipality | None) -> Any:  # noqa: ANN401
        return value.strip() if isinstance(value, str) else facts.EMPTY[name] if value is None else value


class OpenForm(FactsForm):
    """A new institution, under a parent where its level has one. What it seems to be already is asked about first."""

    likely: Sequence[Likely] = ()

    def __init__(self, *args: Any, level: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, level=level, **kwargs)
        if above := ABOVE[level]:
            parent = InstitutionField(label=_("Overordnet"), levels=above, help_text=_("Nummer eller navn."))
            self.fields = {"parent": parent, **self.fields}
        if "despite" in self.data:
            self._ask()

    def _ask(self) -> None:
        self.fields["despite"] = forms.CharField(
            label=_("Opret alligevel, fordi …"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Skrives i hændelsesloggen som begrundelse for, at det er to forskellige."),
        )  # fmt: skip

    def refuse(self, refused: Refused) -> None:
        """Show what the institution seems to be, and ask why it is opened all the same."""
        if not isinstance(refused, LikelyDouble):
            super().refuse(refused)
            return
        self.likely = refused.likely
        self._ask()
        self.add_error("despite", refused.detail)

    def sections(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        """The fields in their groups, without the one that stands beside what was found."""
        for heading, fields in super().sections():
            yield heading, [field for field in fields if field.name != "despite"]


class CorrectForm(FactsForm):
    """New facts of an institution; only what is changed here is changed."""


class MoveForm(RuleForm):
    """A new parent."""

    to = InstitutionField(label=_("Ny overordnet"))
    field_order = ("to", "on", "reason")
    aliases: ClassVar[Mapping[str, str]] = {"parent": "to"}

    def __init__(self, *args: Any, above: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["to"].widget.attrs["data-levels"] = above
        self.fields["to"].help_text = _("En %(level)s i samme administrative kommune: nummer eller navn.") % {
            "level": above
        }


class CloseForm(RuleForm):
    """The end, why, and who takes over."""

    on = forms.DateField(
        label=_("Lukket fra"),
        widget=RuleForm.base_fields["on"].widget,
        initial=RuleForm.base_fields["on"].initial,
        help_text=_("Dagen før er den sidste, hvor institutionen er åben."),
    )
    cause = forms.ChoiceField(
        label=_("Årsag"), choices=[one for one in Cause.choices if one[0] != Cause.CONSOLIDATED], initial=Cause.CLOSED
    )
    successors = InstitutionsField(
        label=_("Efterfølgere"),
        required=False,
        help_text=_("Numrene på de institutioner, der tager over, med mellemrum imellem. Må være tomt."),
    )
    reason = forms.CharField(label=_("Begrundelse"), widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("on", "cause", "successors", "reason")


class ReopenForm(RuleForm):
    """A new beginning, as it was when it closed."""

    on = forms.DateField(
        label=_("Åben igen fra"),
        widget=RuleForm.base_fields["on"].widget,
        initial=RuleForm.base_fields["on"].initial,
        help_text=_("Institutionen fortsætter, som den var, da den blev lukket."),
    )
    reason = forms.CharField(label=_("Begrundelse"), widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("on", "reason")


class WithdrawForm(RuleForm):
    """Which of the changes dated ahead is taken back."""

    on = forms.DateField(label=_("Det, der skulle gælde fra"), widget=forms.Select)
    reason = forms.CharField(label=_("Begrundelse"), widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ("on", "reason")

    def __init__(self, *args: Any, days: Sequence[date], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["on"].widget = forms.Select(choices=[(day.isoformat(), date_format(day)) for day in days])


class PairForm(forms.Form):
    """Which institution an A-number is."""

    ind_i = InstitutionField(label=_("Konsolidér ind i"), levels="anvisningsenhed,alternativ adresse",
                             help_text=_("Anvisningsenhed eller alternativ adresse: nummer eller navn."))  # fmt: skip


class ConsolidateForm(RuleForm):
    """Do what the preview shows: the fingerprint names it."""

    on = forms.DateField(widget=forms.HiddenInput)
    fingerprint = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Begrundelse"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class UndoForm(ActForm):
    """Take a consolidation back, saying why."""

    reason = forms.CharField(label=_("Begrundelse"), widget=forms.Textarea(attrs={"rows": 2}))

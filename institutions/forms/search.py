"""What may be asked of the public pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions import search
from institutions.models import Level, Table

if TYPE_CHECKING:
    from institutions.codes import Codes

LONGEST = 150  # characters in a search
MOST = 5000  # numbers in a look-up
INVALID = _("»%(value)s« kan ikke vælges her.")


class SearchForm(forms.Form):
    """A text and the filters; all of them may be left out."""

    q = forms.CharField(
        label=_("Søg efter navn, nummer, adresse, kommune eller CVR"),
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": _("Søgningen er for lang: højst %(limit_value)d tegn.")},
    )
    kommune = forms.ChoiceField(label=_("Kommune"), required=False)
    niveau = forms.ChoiceField(label=_("Niveau"), required=False)
    type = forms.ChoiceField(label=_("Institutionstype"), required=False)
    ejerform = forms.ChoiceField(label=_("Ejerform"), required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            (search.ACTIVE, _("Åbne og kommende")),
            (search.CLOSED, _("Nedlagte og konsoliderede")),
            (search.ALL, _("Alle")),
        ],
    )
    side = forms.IntegerField(
        label=_("Side"), required=False, min_value=1, error_messages={"invalid": _("En side er et helt tal.")}
    )

    def __init__(self, *args: Any, tables: Codes, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        choices = {
            "kommune": [(code, one.name) for code, one in tables.municipalities.items()],
            "niveau": [(value, label.capitalize()) for value, label in Level.choices],
            "type": list(tables.texts[Table.INSTITUTION_TYPE].items()),
            "ejerform": list(tables.texts[Table.OWNERSHIP].items()),
        }
        for name, values in choices.items():
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [("", _("Alle")), *values]
        for name in (*choices, "status"):
            self.fields[name].error_messages["invalid_choice"] = INVALID

    @property
    def narrowed(self) -> bool:
        """Whether a filter is in use."""
        return any(self.data.get(name) for name in ("kommune", "niveau", "type", "ejerform", "status"))

    def asked(self) -> search.Asked:
        """What is searched for."""
        given = self.cleaned_data
        return search.Asked(
            text=given["q"], municipality=given["kommune"], institution_type=given["type"],
            ownership=given["ejerform"], level=given["niveau"], status=given["status"],
        )  # fmt: skip


class DayForm(forms.Form):
    """The day for which a page is asked."""

    dato = forms.DateField(
        label=_("Vis, hvad der gjaldt den"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": _("»dato« er en dag, skrevet ÅÅÅÅ-MM-DD, fx 2026-08-01.")},
    )


class LookupForm(forms.Form):
    """Numbers to look up, one a line."""

    numre = forms.CharField(
        label=_("Institutionsnumre"),
        help_text=_("Ét eller flere numre, adskilt af linjeskift, mellemrum eller komma."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": _("Skriv mindst ét nummer.")},
    )

    def clean_numre(self) -> list[str]:
        """The numbers as they were written."""
        written = str(self.cleaned_data["numre"]).replace(",", " ").replace(";", " ").split()
        if len(written) > MOST:
            raise forms.ValidationError(
                _("Højst %(most)s numre ad gangen; her er %(count)s."),
                params={"most": MOST, "count": len(written)},
            )
        return written

"""What of the register is wanted as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.asof import REGISTER
from institutions.columns import ACTIVE
from institutions.exporting import FORMATS
from institutions.forms.filters import Choice, Day
from institutions.models import Level
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.codes import Codes

NAMES = {"csv": _("CSV"), "xlsx": _("Excel (XLSX)"), "ndjson": _("JSON-linjer (NDJSON)")}


class DownloadForm(forms.Form):
    """A day, a level, a municipality and a form, by the names of the API's parameters."""

    gaeldende = Day(label=_("Som det gjaldt den"), initial=periods.today)
    niveau = Choice(label=_("Niveau"), required=False)
    kommuneKode = Choice(label=_("Kommune"), required=False)  # noqa: N815 - the register's own name
    status = Choice(
        label=_("Status"), required=False, initial=ACTIVE, choices=[(ACTIVE, _("Kun åbne")), ("", _("Også nedlagte"))]
    )
    format = Choice(label=_("Format"), choices=[(name, NAMES[name]) for name in FORMATS])

    def __init__(self, *args: Any, tables: Codes, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        levels = [(value, Level(value).label.capitalize()) for value in REGISTER]
        places = [(code, one.name) for code, one in tables.municipalities.items()]
        for name, first, choices in (("niveau", _("Alle tre"), levels), ("kommuneKode", _("Hele landet"), places)):
            cast("Choice", self.fields[name]).choices = [("", first), *choices]

    def asked(self) -> Mapping[str, str]:
        """The parameters of the API that say so; what asks nothing is left out, as the API will have it."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

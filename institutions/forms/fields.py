"""Fields that take institution numbers, codes and municipalities as people type and choose them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from institutions import access
from institutions.models import CodeValue, Municipality
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from institutions.models import Institution, Table


class NumberInput(forms.TextInput):
    """A box that proposes institutions while one types; without JavaScript it takes a number all the same."""

    def __init__(self, *, levels: str = "") -> None:
        super().__init__(
            {
                "autocomplete": "off",
                "spellcheck": "false",
                "data-propose": reverse_lazy("admin:institutions_institution_propose"),
                "data-levels": levels,
            }
        )


def institution_of(text: str) -> Institution:
    """The institution of a number, or of a number with a name after it. Raises ValidationError."""
    try:
        return access.institution(text.split(" ", 1)[0] if re.match(r"\s*[ADGadg][0-9A-Za-z]{5}\s", text) else text)
    except Refused as refused:
        raise ValidationError(refused.detail, code=refused.code) from refused


class InstitutionField(forms.CharField):
    """One institution, by its number."""

    def __init__(self, *, levels: str = "", **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(widget=NumberInput(levels=levels), **kwargs)

    def clean(self, value: Any) -> Institution | None:  # noqa: ANN401
        """The institution; None where the box is empty and may be."""
        text = str(super().clean(value)).strip()
        return institution_of(text) if text else None


class InstitutionsField(forms.CharField):
    """Any number of institutions, by their numbers, with space or comma between."""

    def clean(self, value: Any) -> list[Institution]:  # noqa: ANN401
        """The institutions, each once, in their order."""
        words = [word for word in re.split(r"[\s,;]+", str(super().clean(value))) if word]
        return list({one.pk: one for one in map(institution_of, words)}.values())


class CodeField(forms.ChoiceField):
    """A code of a table: what is valid today or later, and the one that is there already."""

    def __init__(self, table: Table, *, present: str = "", **kwargs: Any) -> None:  # noqa: ANN401
        self.table, self.present = table, present
        super().__init__(choices=self._offered, **kwargs)

    def _offered(self) -> list[tuple[str, Any]]:
        rows = CodeValue.objects.filter(table=self.table).order_by("code", "period")
        today = periods.today()
        offered: dict[str, Any] = {"": _("– vælg –")}
        for value in rows:
            if periods.ends_after(value.period, today) or value.code == self.present:
                ahead = "" if periods.starts_by(value.period, today) else f" (fra {value.period.lower:%d.%m.%Y})"
                offered[value.code] = f"{value.code} {value.text}{ahead}"
        return list(offered.items())


class MunicipalityField(forms.ModelChoiceField[Municipality]):
    """One of the 98."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(Municipality.objects.all(), empty_label=_("– vælg –"), **kwargs)

    def label_from_instance(self, obj: Municipality) -> str:
        """Name and code."""
        return f"{obj.name} ({obj.code})"

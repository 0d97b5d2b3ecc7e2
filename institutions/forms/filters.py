"""The fields of forms that ask, as Det Fælles Designsystem shows them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.forms.search import INVALID


class Day(forms.DateField):
    """A day, in the browser's own calendar."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401
        super().__init__(
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-input"}),
            error_messages={
                "required": _("Vælg en dag."), "invalid": _("En dag skrives ÅÅÅÅ-MM-DD, fx 2026-08-01."),
            },
            **given,
        )  # fmt: skip


class Choice(forms.ChoiceField):
    """One of a list."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401
        super().__init__(
            widget=forms.Select(attrs={"class": "form-select"}), error_messages={"invalid_choice": INVALID}, **given
        )

"""Which news are wanted."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions import news
from institutions.forms.filters import Choice, Day
from institutions.models import Municipality

LAST = 2**62


class NewsForm(forms.Form):
    """A municipality, a kind, a day; and where the page begins, which its links say."""

    kommune = Choice(label=_("Kommune"), required=False)
    haendelse = Choice(
        label=_("Hændelse"), required=False,
        choices=[("", _("Alle")), *((kind, label) for kind, (label, _actions) in news.KINDS.items())],
    )  # fmt: skip
    dato = Day(label=_("Registreret til og med den"), required=False)
    foer = forms.IntegerField(required=False, min_value=1, max_value=LAST)
    efter = forms.IntegerField(required=False, min_value=0, max_value=LAST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.places = dict(Municipality.objects.values_list("code", "name"))
        cast("Choice", self.fields["kommune"]).choices = [("", _("Hele landet")), *self.places.items()]

    @property
    def filters(self) -> list[forms.BoundField]:
        """What a person chooses."""
        return [self[name] for name in ("kommune", "haendelse", "dato")]

    @property
    def narrowed(self) -> bool:
        """Whether a filter is in use."""
        return any(field.data for field in self.filters)

    @property
    def place(self) -> str:
        """The name of the municipality that is asked for; empty for the whole country."""
        return self.places.get(self.cleaned_data["kommune"], "")

    def asked(self) -> news.Asked:
        """What is asked for."""
        given = self.cleaned_data
        return news.Asked(given["kommune"], given["haendelse"], given["dato"])

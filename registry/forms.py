"""A form over a rule: its fields are the rule's arguments, and a refusal lands on the field at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from registry import periods

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.utils.functional import Promise

    from registry.problems import Refused

MOST_SUGGESTIONS = 10


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ActForm(forms.Form):
    """What every page that does something needs."""

    # The last event of the subject that the person had seen; see `registry.admin.acts`.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    groups: ClassVar[Mapping[str | Promise, Sequence[str]]] = {}
    # Fields that go by another name than the fact that a refusal is about.
    aliases: ClassVar[Mapping[str, str]] = {}

    def refuse(self, refused: Refused) -> None:
        """Put a refusal on the field at fault, with what would have been accepted."""
        named = self.aliases.get(refused.field, refused.field)
        field = named if named in self.fields else None
        words = [refused.detail if field else f"{refused.detail} {refused.problem.remedy}"]
        missing = [one for one in refused.suggestions if one not in refused.detail]
        if field and missing:
            words.append(str(_("Gyldige: %s.") % ", ".join(missing[:MOST_SUGGESTIONS])))
        self.add_error(field, " ".join(words))

    def sections(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        """The fields in their groups; those in none come last, without a heading."""
        grouped = {name for names in self.groups.values() for name in names}
        for heading, names in self.groups.items():
            if fields := [self[name] for name in names if name in self.fields]:
                yield heading, fields
        if rest := [field for field in self.visible_fields() if field.name not in grouped]:
            yield "", rest


class RuleForm(ActForm):
    """An act on the register that holds from a day, and why."""

    on = forms.DateField(
        label=_("Gælder fra"),
        widget=DayInput,
        initial=periods.today,
        help_text=_("I dag, eller en senere dag, som ændringen så træder i kraft."),
    )
    reason = forms.CharField(
        label=_("Begrundelse"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Skrives i hændelsesloggen."),
    )

"""Forms over the agreements' rules."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms import ActForm


class DecideForm(ActForm):
    """A decision on data agreements, with one comment to all."""

    comment = forms.CharField(
        label=_("Kommentar"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Følger med afgørelsen og skrives i hændelsesloggen."),
    )  # fmt: skip

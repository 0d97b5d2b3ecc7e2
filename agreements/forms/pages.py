"""What may be asked of the pages under /aftaler/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.importing.decisions import DECISIONS, LONGEST
from agreements.listing import NO, YES, Asked
from agreements.models import ConnectionAgreement, Service
from agreements.states import Status
from institutions.forms.fields import institution_of
from institutions.forms.search import INVALID
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from agreements.models import System
    from institutions.models import Institution

ALL, EACH = "alt-eller-intet", "raekkevis"


class FilterForm(forms.Form):
    """The filters of the list; all of them may be left out."""

    q = forms.CharField(label=_("Søg i aftalerne"), required=False, max_length=150)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Alle")), *Status.choices])
    udbyder = forms.ChoiceField(label=_("Udbyder"), required=False)
    system = forms.ChoiceField(label=_("System"), required=False)
    service = forms.ChoiceField(label=_("Tjeneste"), required=False)
    institution = forms.CharField(label=_("Institutionsnummer"), required=False, max_length=6)
    anummer = forms.ChoiceField(
        label=_("På A-nummer"), required=False, choices=[("", _("Alle")), (YES, _("Ja")), (NO, _("Nej"))]
    )

    def __init__(self, *args: Any, parties: Mapping[str, Sequence[tuple[str, str]]], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name, values in parties.items():
            cast("forms.ChoiceField", self.fields[name]).choices = [("", _("Alle")), *values]
        for name in (*parties, "status", "anummer"):
            self.fields[name].error_messages["invalid_choice"] = INVALID

    @property
    def narrowed(self) -> bool:
        """Whether a filter other than the text is in use."""
        return any(self.data.get(name) for name in self.fields if name != "q")

    def asked(self) -> Asked:
        """What the list is narrowed to."""
        given = self.cleaned_data
        return Asked(
            text=given["q"], status=given["status"], vendor=given["udbyder"], system=given["system"],
            service=given["service"], institution=given["institution"], legacy=given["anummer"],
        )  # fmt: skip


class DecisionForm(forms.Form):
    """Decisions as a file holds them, with one comment to all and what to do where a row is refused."""

    raekker = forms.CharField(widget=forms.HiddenInput)
    kommentar = forms.CharField(
        label=_("Kommentar til alle"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Udbyderen kan se den. Rækker med en kommentar af deres egen beholder den."),
    )  # fmt: skip
    tilstand = forms.ChoiceField(
        label=_("Hvis en række afvises"), required=False, initial=EACH, widget=forms.RadioSelect,
        choices=[(EACH, _("Gennemfør de andre")), (ALL, _("Gennemfør ingen af dem"))],
    )  # fmt: skip
    forhaandsvist = forms.CharField(required=False, widget=forms.HiddenInput)


class ChosenForm(forms.Form):
    """What was marked in the list, and the decision on it."""

    beslutning = forms.ChoiceField(choices=[(word, word) for word in DECISIONS])
    kommentar = forms.CharField(required=False, max_length=LONGEST)


class SheetForm(forms.Form):
    """A spreadsheet of decisions."""

    fil = forms.FileField(
        label=_("Regneark med beslutninger"), help_text=_("CSV (UTF-8, semikolon) eller XLSX."),
        error_messages={"required": _("Vælg en fil."), "empty": _("Filen er tom.")},
    )  # fmt: skip


class RequestForm(forms.Form):
    """A system's request for many numbers."""

    system = forms.ModelChoiceField["System"](queryset=None, label=_("System"), to_field_name="code", empty_label=None)
    service = forms.ModelMultipleChoiceField[Service](
        queryset=Service.objects.all(), label=_("Tjenester"), to_field_name="code",
        widget=forms.CheckboxSelectMultiple, error_messages={"required": _("Vælg mindst én tjeneste.")},
    )  # fmt: skip
    numre = forms.CharField(
        label=_("Institutionsnumre"), required=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("G-numre, adskilt af linjeskift, mellemrum eller komma."),
    )  # fmt: skip
    fil = forms.FileField(
        label=_("Eller en fil med numrene"), required=False,
        help_text=_("CSV eller XLSX med kolonnen institutionsNummer, fx arket fra en kommunes mail om A-numre."),
    )  # fmt: skip
    kommentar = forms.CharField(
        label=_("Kommentar til dataejerne"), required=False, max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    databehandleraftale = forms.BooleanField(
        label=_("Der findes en databehandleraftale med hver dataejer"),
        error_messages={"required": _("Bekræft, at der findes en databehandleraftale.")},
    )

    def __init__(self, *args: Any, systems: QuerySet[System], **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[System]", self.fields["system"]).queryset = systems
        # What one of the systems may call today; which of them may is told number by number.
        connected = ConnectionAgreement.objects.filter(system__in=systems, period__contains=periods.today())
        offered = cast("forms.ModelMultipleChoiceField[Service]", self.fields["service"])
        offered.queryset = Service.objects.filter(pk__in=connected.values("service")).order_by("code")


class NoticeForm(forms.Form):
    """A municipality's own words in a mail to a vendor."""

    besked = forms.CharField(
        label=_("Jeres egne ord"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kan udelades. Står i mailen før listen."),
    )  # fmt: skip


class ConfirmForm(forms.Form):
    """That the register is right, as it stood at a position of the ledger."""

    set = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReportForm(forms.Form):
    """What is wrong in the register."""

    nummer = forms.CharField(
        label=_("Institutionsnummer"), required=False, max_length=6,
        help_text=_("Kan udelades, fx hvis institutionen mangler i registeret."),
    )  # fmt: skip
    tekst = forms.CharField(
        label=_("Hvad er forkert?"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Skriv, hvad der er forkert.")},
    )  # fmt: skip

    def clean_nummer(self) -> Institution | None:
        """The institution; None where the box is empty."""
        text = str(self.cleaned_data["nummer"]).strip()
        return institution_of(text) if text else None

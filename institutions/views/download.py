"""Everything that can be downloaded, for people: the nightly files, the register of a day, the code tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from institutions import codes, snapshots
from institutions.forms.download import DownloadForm
from institutions.models import Table
from institutions.views.pages import public
from registry import snapshots as kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

    from registry.models import Snapshot, SnapshotFile

# What the nightly files hold, in the order in which people look for them.
CONTENTS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    snapshots.REGISTER: (
        _("Hele registeret (CSV)"),
        _("Alle tre niveauer, som de gælder på dagen, også de nedlagte. Én række for hver institution."),
    ),
    snapshots.NUMBERS: (
        _("Gamle numre og numrene i dag (CSV)"),
        _("Ethvert nummer, der er udstedt, A-numre også: hvad det er i dag, og hvad der ellers blev af det."),
    ),
    snapshots.STATES: (
        _("Alt, hvad der har gældt (NDJSON)"),
        _("Hver institution med alle sine versioner, også dem, der først skal gælde. Her begynder et system, som "
          "derefter læser hændelserne."),
    ),
    snapshots.FIRST_STATES: (
        _("Alt, hvad der har gældt, i skema 1 (NDJSON)"),
        _("Det samme uden koder, der er kommet til siden: til systemer, som endnu ikke kender dem."),
    ),
}  # fmt: skip
# What the columns of the register's files mean. Those of one row belong together.
COLUMNS: Sequence[tuple[tuple[str, ...], str | Promise]] = (
    (("dagtilbudsType",), _("Daginstitution, anvisningsenhed eller alternativ adresse.")),
    (("daginstitutionsNummer", "anvisningsenhedsNummer", "alternativAdresseNummer"),
     _("Institutionens eget nummer og numrene på dem, den hører under.")),
    (("dagtilbudsNavn",), _("Navnet.")),
    (("aktivitetsstatus",), _("Aktiv, eller Nedlagt, hvis den sidste dag er gået.")),
    (("instType3", "instType3_Tekst"), _("Anvisningsenhedens type: kode og tekst.")),
    (("ejerformKode", "ejerformKode_Tekst"), _("Ejerformen: kode og tekst.")),
    (("lovgrundlagKode", "lovgrundlagKode_Tekst"), _("Lovgrundlaget: kode og tekst.")),
    (("admKommuneKode", "admKommuneKode_Tekst"), _("Den kommune, der har ansvaret: tre cifre og navn.")),
    (("kommuneKode", "kommuneKode_Tekst"), _("Den kommune, den ligger i.")),
    (("vejNavn", "husNummer", "postNummer", "byNavn", "supplerendeBynavn"), _("Adressen.")),
    (("dawaId",), _("Adressens id i Danmarks Adresseregister (DAR).")),
    (("geoBredde", "geoLaengde"), _("Koordinater i grader (WGS84) med punktum som komma.")),
    (("cvrNummer", "pNummer"), _("Virksomhedens og produktionsenhedens nummer, 8 og 10 cifre.")),
    (("email", "telefonNummer"), _("Institutionens egen kontakt.")),
    (("gyldigFra", "gyldigTil"), _("Den første dag, det gælder, og den første dag, det ikke gælder mere.")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Download:
    """A nightly file as the page tells of it."""

    file: SnapshotFile
    title: str | Promise
    about: str | Promise

    @property
    def megabytes(self) -> float:
        """The size of the packed file."""
        return self.file.size / 1_000_000


@public
def download(request: HttpRequest) -> HttpResponse:
    """The page. Its form, sent, leads to the API's own address of what was asked for, which can be kept."""
    form = DownloadForm(request.GET if "format" in request.GET else None, tables=codes.as_of())
    if form.is_valid():
        return redirect(f"{reverse('api:institutions')}?{urlencode(form.asked())}")
    made = kept.newest()
    shown = {
        "form": form, "made": made, "files": _files(made) if made else [], "columns": COLUMNS,
        "tables": [(one.value, one.label) for one in Table],
    }  # fmt: skip
    return render(request, "institutions/download.html", shown, status=400 if form.is_bound else 200)


def _files(made: Snapshot) -> list[Download]:
    files = {one.name.removesuffix(".gz"): one for one in made.files.all()}
    return [Download(files[name], *told) for name, told in CONTENTS.items() if name in files]

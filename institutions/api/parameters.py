"""What may be asked of each list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import codes
from institutions.columns import ACTIVE, CLOSED
from institutions.models import CodeValue, Level, Municipality, Table
from registry.api.pages import COUNT, CURSOR, MOST, USUAL
from registry.api.parameters import KNOWN, ON, SCHEMA, Parameter, Unreadable, day, matching, one_of, whole

if TYPE_CHECKING:
    from collections.abc import Callable


def municipality(value: str) -> str:
    """Reads a municipality code, of three digits or of four with a leading 0, into three."""
    known = dict(Municipality.objects.values_list("code", "name"))
    if codes.short(value) not in known:
        raise Unreadable(
            _("»%(value)s« er ikke en af de 98 kommunekoder.") % {"value": value[:40]},
            [f"{code} {name}" for code, name in known.items()],
            code="ukendt_kommune",
        )
    return codes.short(value)


def coded(table: Table) -> Callable[[str], str]:
    """Reads a code that the table has, or had once."""

    def parse(value: str) -> str:
        known = dict(CodeValue.objects.filter(table=table).values_list("code", "text"))
        if value not in known:
            raise Unreadable(
                _("»%(value)s« findes ikke i kodetabellen %(table)s.") % {"value": value[:40], "table": table.value},
                [f"{code} {text}" for code, text in known.items()],
                code="ukendt_kode",
            )
        return value

    return parse


MUNICIPALITY = Parameter(
    "kommuneKode", municipality, gettext_lazy("Den administrative kommunes kode, med tre eller fire cifre."), "101"
)
LEVEL = Parameter(
    "niveau", one_of(Level.values),
    gettext_lazy("Niveauet. Udeladt: registerets tre niveauer; A-numre vises kun med »uden for registeret«."),
    choices=Level.values,
)  # fmt: skip
STATUS = Parameter(
    "status", one_of((ACTIVE, CLOSED)), gettext_lazy("Status på dagen. Udeladt: både aktive og nedlagte."),
    choices=(ACTIVE, CLOSED),
)  # fmt: skip
# By the name of the filter that it sets (`institutions.asof.Filters`).
FILTERS = {
    "municipality": MUNICIPALITY,
    "levels": LEVEL,
    "institution_type": Parameter(
        "instType3", coded(Table.INSTITUTION_TYPE), gettext_lazy("Institutionstypens kode."), "6012"
    ),
    "ownership": Parameter("ejerformKode", coded(Table.OWNERSHIP), gettext_lazy("Ejerformens kode."), "1"),
    "legal_ground": Parameter("lovgrundlagKode", coded(Table.LEGAL_GROUND), gettext_lazy("Lovgrundlagets kode."), "10"),
    "status": STATUS,
    "cvr_number": Parameter(
        "cvrNummer", matching(r"[0-9]{8}", gettext_lazy("8 cifre")), gettext_lazy("CVR-nummeret, 8 cifre."), "12345678"
    ),
    "p_number": Parameter(
        "pNummer", matching(r"[0-9]{10}", gettext_lazy("10 cifre")), gettext_lazy("P-nummeret, 10 cifre."), "1234567890"
    ),
}
SEARCH = Parameter(
    "q", matching(r".{1,200}", gettext_lazy("1-200 tegn")),
    gettext_lazy("Søgning på navn, adresse, by, kommune, nummer, CVR- eller P-nummer; også på, hvad den hed engang."),
    "solstrålen aarhus",
)  # fmt: skip
LIST = (SEARCH, *FILTERS.values(), ON, KNOWN, SCHEMA, CURSOR, COUNT)
# Of the feed.
AFTER = Parameter(
    "efter", whole(0, 2**63 - 1),
    gettext_lazy("Positionen, der læses fra: `til` i det forrige svar. Udeladt: begyndelsen."),
    default=0, kind=int,
)  # fmt: skip
EVENTS_COUNT = Parameter(
    "antal", whole(1, MOST),
    gettext_lazy("Antal hændelser, op til 1000. Svaret kan have flere: en transaktion deles aldrig."),
    default=USUAL, kind=int,
)  # fmt: skip
WAIT = Parameter(
    "vent", whole(0, 30),
    gettext_lazy(
        "Sekunder, op til 30, der ventes på nyt, før et tomt svar. Svaret kommer straks, når der er en hændelse; det "
        "kan også komme før tiden uden: `Retry-After` siger, hvornår man spørger igen."
    ),
    default=0, kind=int,
)  # fmt: skip
EVENTS = (AFTER, EVENTS_COUNT, WAIT, SCHEMA)
# Of a code table.
VALID = Parameter(
    "gaeldende", day, gettext_lazy("Kun det, som gælder på dagen. Udeladt: alt, hvad der har gældt og vil gælde."),
    "2026-01-31", kind=ON.kind,
)  # fmt: skip

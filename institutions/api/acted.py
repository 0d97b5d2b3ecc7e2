"""The operations on one institution: what each takes, in words for the OpenAPI document and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiRequest

from institutions.api import examples, serializers
from institutions.api.reported import IF_MATCH, WRITE, idempotency
from institutions.api.sent import JSON, text
from institutions.columns import FACTS, MORE_FACTS
from institutions.models import Cause
from registry.api.bodies import DAY_OR_NOTHING, TEXT, TEXT_OR_NOTHING, closed
from registry.api.parameters import day, one_of
from registry.api.schema import ETAG, calling, single

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CAUSES = [one.value for one in Cause if one is not Cause.CONSOLIDATED]
type Readers = Mapping[str, Callable[[str], Any]]
READ_ACT: Readers = {"gaelderFra": day, "begrundelse": text}
READ_OPEN: Readers = {**READ_ACT, "trods": text}
READ_MOVE: Readers = {**READ_ACT, "til": text}
READ_CLOSE: Readers = {**READ_ACT, "aarsag": one_of(CAUSES)}
ARGUMENTS: Mapping[str, str] = {"gaelderFra": "on", "begrundelse": "reason", "til": "to", "aarsag": "cause"}
# What may be said of an institution, and of one that is to be opened.
SAID = frozenset({"navn", *FACTS, *MORE_FACTS})
SAID_OF_NEW = SAID | {"niveau", "overordnetNummer", "eksternId"}

NUMBER = {"nummer": (_("Institutionsnummeret, eller udbyderens eget id for den."), "G23218")}
# What is wrong with a fact, or with a day.
UNLAWFUL = (
    "mangler", "for_lang", "ugyldig_vaerdi", "ukendt_kode", "ukendt_kommune", "ulovlig_kombination",
    "felt_paa_forkert_niveau", "for_tidlig_dag", "senere_aendringer",
)  # fmt: skip
REFUSES = (
    "ugyldigt_nummer", "ukendt_nummer", "mandat_mangler", "er_konsolideret", "kun_i_registeret", "ikke_aaben",
    "for_stort_indhold", "noegle_genbrugt", *UNLAWFUL,
)  # fmt: skip
BECAME = single(serializers.OpslagSerializer, {**examples.LOOKUP, "institutionsNummer": "G23218", "trin": ["G23218"]})
NEW: dict[str, Any] = {
    "niveau": "anvisningsenhed", "overordnetNummer": "D10041", "eksternId": "enhed-17", "navn": "Solstrålen",
    "instType3": "6012", "vejNavn": "Solvangen", "husNummer": "12", "etage": "1", "doer": "tv", "postNummer": "8500",
    "byNavn": "Grenaa", "pNummer": "1234567890", "gaelderFra": "2026-08-01", "begrundelse": "Ny institution",
}  # fmt: skip


KINDS: Mapping[str, Mapping[str, Any]] = {
    "gaelderFra": DAY_OR_NOTHING, "aarsag": {"enum": [*CAUSES, None]},
    "efterfoelgere": {"type": ["array", "null"], "items": {"type": "string"}},
}  # fmt: skip


def _body(example: Mapping[str, Any], names: Any, *required: str) -> dict[str, Any]:  # noqa: ANN401
    shape = closed(dict.fromkeys(sorted(names), TEXT_OR_NOTHING), required=required)
    shape["properties"] |= {name: one for name, one in KINDS.items() if name in names} | dict.fromkeys(required, TEXT)
    return {JSON: OpenApiRequest(shape, examples=[OpenApiExample("JSON", value=dict(example), request_only=True)])}


open_one = calling(
    "opret", scope=WRITE, summary=_("Opret en institution"),
    description=_(
        "Udsteder et nummer, på hvert niveau. En enhed tager ejerform, lovgrundlag og kommune fra den, den står under, "
        "hvor de ikke er givet. Ligner den noget i registeret, er svaret 409 `mulig_dublet` med `kandidater` og "
        "`trods`: send kaldet igen med den `trods` og en `begrundelse`, hvis den skal oprettes alligevel."
    ),
    headers=[idempotency("opret-2026-17")],
    links={"institution": {"nummer": "$response.body#/institutionsNummer"}},
    body=_body(NEW, SAID_OF_NEW | READ_OPEN.keys(), "niveau"), answer={(201, JSON): BECAME},
    refuses=["mandat_mangler", "ugyldigt_nummer", "ukendt_nummer", "for_stort_indhold", "noegle_genbrugt",
             "mulig_dublet", "overordnet_mangler", "forkert_overordnet", "overordnet_i_anden_kommune",
             "nummer_uden_for_registeret", "numre_opbrugt", "eksternt_id_i_brug", *UNLAWFUL],
)  # fmt: skip
correct_one = calling(
    "ret", scope=WRITE, method="patch", summary=_("Ret en institution"),
    description=_(
        "De felter, der nævnes, gælder fra dagen; de andre røres ikke. `If-Match` er ETag fra `GET`: er institutionen "
        "ændret siden, er svaret 412."
    ),
    path=NUMBER, headers=[IF_MATCH, idempotency("ret-2026-17"), ETAG],
    body=_body({"navn": "Solstrålen", "gaelderFra": "2026-08-01"}, SAID | READ_ACT.keys()),
    answer={(200, JSON): single(serializers.InstitutionDetaljeSerializer, examples.DETAIL)},
    refuses=[*REFUSES, "ingen_aendring", "er_aendret", "if_match_mangler"],
)  # fmt: skip
move_one = calling(
    "flyt", scope=WRITE, summary=_("Flyt en institution"),
    description=_("Til en anden overordnet i samme administrative kommune; det, der står under den, følger med."),
    path=NUMBER, headers=[idempotency("flyt-2026-17")],
    body=_body({"til": "D10042", "gaelderFra": "2026-08-01"}, READ_MOVE, "til"),
    answer={(200, JSON): BECAME},
    refuses=[*REFUSES, "forkert_overordnet", "overordnet_mangler", "overordnet_i_anden_kommune"],
)  # fmt: skip
close_one = calling(
    "nedlaeg", scope=WRITE, summary=_("Nedlæg en institution"),
    description=_("Dagen er den første uden. Det, der står under den, skal nedlægges eller flyttes først."),
    path=NUMBER, headers=[idempotency("nedlaeg-2026-17")],
    body=_body(
        {"aarsag": "sammenlagt", "efterfoelgere": ["G23219"], "gaelderFra": "2026-08-01", "begrundelse": "Lagt sammen"},
        {**READ_CLOSE, "efterfoelgere": None},
    ),
    answer={(200, JSON): BECAME}, refuses=[*REFUSES, "har_aabne_underenheder"],
)  # fmt: skip
reopen_one = calling(
    "genaabn", scope=WRITE, summary=_("Genåbn en institution"),
    description=_("Fortsætter, som den var, da den blev nedlagt."),
    path=NUMBER, headers=[idempotency("genaabn-2026-17")],
    body=_body({"gaelderFra": "2026-08-01", "begrundelse": "Nedlagt ved en fejl"}, READ_ACT),
    answer={(200, JSON): BECAME}, refuses=[*REFUSES, "er_aaben", "overordnet_mangler"],
)  # fmt: skip

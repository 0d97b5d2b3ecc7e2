"""Refusals: one exception, and one catalogue of the codes that it may carry.

Every edge turns a refusal into its own form in one place: the admin into a message,
the API into problem+json (RFC 9457), a command into a CommandError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal: its stable code, a title, what to do about it, its HTTP status."""

    code: str
    title: str | Promise
    remedy: str | Promise
    status: int = 422


class Refused(Exception):  # noqa: N818 - the domain's own word for it
    """A rule's refusal. Nothing has been changed.

    `code` is stable and in the catalogue; `detail` is a Danish sentence that a registrar can
    act on; `field` is the name of the argument at fault, `value` what it was, and
    `suggestions` what would have been accepted.
    """

    def __init__(
        self,
        code: str,
        detail: str | Promise,
        *,
        field: str = "",
        value: object = None,
        suggestions: Iterable[str] = (),
    ) -> None:
        super().__init__(code, detail)
        self.problem = CATALOGUE[code]
        self.code = code
        self.detail = str(detail)
        self.field = field
        self.value = value
        self.suggestions = tuple(suggestions)

    def __str__(self) -> str:
        return self.detail


CATALOGUE: dict[str, Problem] = {}


def register(problems: Iterable[Problem]) -> None:
    """Add an app's problems to the catalogue; a code can be given once only."""
    for problem in problems:
        if problem.code in CATALOGUE:
            message = f"The problem code {problem.code} is registered twice."
            raise ValueError(message)
        CATALOGUE[problem.code] = problem


def catalogue() -> Mapping[str, Problem]:
    """Every problem by its code."""
    return CATALOGUE


register(
    [
        Problem("ugyldig_forespoergsel", _("Forespørgslen kan ikke læses"),
                _("Ret det felt, som svaret peger på, og send igen."), 400),
        Problem("ukendt_parameter", _("Parameteren findes ikke"),
                _("Se dokumentationen for adressens parametre."), 400),
        Problem("ugyldig_parameter", _("Parameteren har en forkert værdi"),
                _("Ret værdien, eller udelad parameteren."), 400),
        Problem("ikke_fundet", _("Findes ikke"), _("Kontrollér adressen eller nummeret."), 404),
        Problem("ikke_tilladt", _("Ikke tilladt"),
                _("Log ind som en, der har ret til det, eller bed STIL om hjælp."), 403),
        Problem("ikke_logget_ind", _("Ikke logget ind"), _("Log ind, eller send et gyldigt token."), 401),
        Problem("ugyldigt_token", _("Tokenet gælder ikke"),
                _("Hent et nyt på /o/token/ med systemets nøgle."), 401),
        Problem("mangler_scope", _("Tokenet må ikke bruges til det"),
                _("Bed om et token med det scope, eller bed STIL om en nøgle, der har det."), 403),
        Problem("ukendt_system", _("Systemet findes ikke"), _("Brug koden fra tilslutningsaftalen.")),
        Problem("noeglen_er_ophoert", _("Nøglen gælder ikke længere"), _("Udsted en ny."), 409),
        Problem("forkert_metode", _("Metoden findes ikke her"), _("Se dokumentationen."), 405),
        Problem("forkert_format", _("Formatet kan ikke leveres"),
                _("Bed om et af de formater, som dokumentationen nævner."), 406),
        Problem("for_stort_indhold", _("Indholdet er for stort"), _("Del det i flere."), 413),
        Problem("forkert_medietype", _("Indholdet er i et forkert format"),
                _("Send indholdet som JSON, med Content-Type: application/json."), 415),
        Problem("ugyldig_adresse", _("Dér kan registeret ikke kalde"),
                _("Brug en https-adresse på port 443, som kan nås fra internettet.")),
        Problem("webhook_findes", _("Systemet har allerede den webhook"), _("Brug den, der er."), 409),
        Problem("for_mange_webhooks", _("For mange webhooks"), _("Afslut en, der ikke bruges."), 409),
        Problem("webhook_venter", _("Kaldet kan ikke gentages nu"), _("Vent, til det ventende kald er afgjort."), 409),
        Problem("for_mange_kald", _("For mange kald"), _("Vent, til Retry-After er gået."), 429),
        Problem("intern_fejl", _("Fejl hos os"), _("Prøv igen senere. Fejlen er skrevet ned."), 500),
        # Background work
        Problem("ingen_raekker", _("Der er ingen rækker"), _("Vælg mindst én række.")),
        Problem("opgave_ikke_i_gang", _("Opgaven er ikke i gang"),
                _("Kun en opgave, der venter eller er i gang, kan stoppes."), 409),
        Problem("opgave_ikke_stoppet", _("Opgaven er ikke stoppet"),
                _("Kun en opgave, der er stoppet, kan genoptages."), 409),
        Problem("kald_ikke_fejlet", _("Kaldet er ikke fejlet"), _("Se efter, om det allerede er udført."), 409),
        # Mail
        Problem("ugyldig_mailadresse", _("Mailadressen har ikke den rigtige form"), _("Ret adressen.")),
        Problem("ugyldig_post", _("Beskeden kan ikke sendes, som den er"), _("Ret det, der er nævnt.")),
        Problem("for_store_filer", _("Filerne er for store til en mail"), _("Del dem, eller send et link.")),
        Problem("besked_venter", _("Beskeden er ikke sendt endnu"),
                _("Vent, til den er sendt, eller se efter, om der er en arbejdsproces i gang."), 409),
        Problem("besked_ikke_mislykket", _("Beskeden er ikke blandt dem, der ikke nåede frem"),
                _("Genindlæs siden."), 409),
        Problem("ukendt_returpost", _("Returposten hører ikke til en besked herfra"),
                _("Se efter, om den er sendt til den rigtige adresse.")),
        # Files
        Problem("forkerte_kolonner", _("Filen har ikke de rigtige kolonner"), _("Brug kolonnenavnene fra et udtræk.")),
        Problem("ikke_csv", _("Filen er ikke en CSV-fil"), _("Gem som CSV, UTF-8, med semikolon.")),
        Problem("forkert_tegnsaet", _("Filen er ikke i UTF-8"), _("Gem filen som CSV UTF-8.")),
        Problem("tom_fil", _("Filen er tom"), _("Filen skal have en linje med kolonnenavne og mindst én række.")),
        Problem("forkert_praefiks", _("Nummeret hører til et andet niveau"),
                _("D-numre er daginstitutioner; G-numre er anvisningsenheder og alternative adresser.")),
        Problem("nummer_to_gange", _("Samme nummer står i flere rækker"), _("Behold én række pr. nummer.")),
        Problem("for_mange_raekker", _("Der er flere rækker, end filen har plads til"), _("Hent registeret som CSV.")),
        Problem("forkert_antal_felter", _("Rækken har ikke lige så mange felter som overskriften"),
                _("Sæt tekst med semikolon i anførselstegn.")),
    ]
)  # fmt: skip

"""Refusals: one exception, and one catalogue of the codes that it may carry.

Every edge turns a refusal into its own form in one place: the admin into a message,
the API into problem+json (RFC 9457), a command into a CommandError.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Example:
    """A refusal, invented: the call that met it (none where no system can), what it says, and what would have done.

    `filled` goes into the placeholders of `detail`. `under` is the code of the whole answer where this one can only
    stand among its errors; `more` has the members that such an answer has beside the usual ones.
    """

    call: str
    detail: str | Promise = ""
    filled: Mapping[str, object] | tuple[str, ...] = ()
    field: str = ""
    value: object = None
    suggestions: tuple[str, ...] = ()
    under: str = ""
    more: Mapping[str, object] = dataclasses.field(default_factory=dict)
    right: str = ""

    def refused(self, code: str) -> Refused:
        """The refusal itself, in the language of the moment."""
        detail = str(self.detail) % self.filled if self.filled else str(self.detail)
        detail = detail.strip() or str(CATALOGUE[code].remedy)
        return Refused(code, detail, field=self.field, value=self.value, suggestions=self.suggestions)


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of refusal: its stable code, a title, what to do about it, its HTTP status, why it comes, an example."""

    code: str
    title: str | Promise
    remedy: str | Promise
    status: int = 422
    cause: str | Promise = dataclasses.field(kw_only=True)
    example: Example = dataclasses.field(kw_only=True)


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
                _("Ret det felt, som svaret peger på, og send igen."), 400,
                cause=_("Indholdet eller adressens parametre har ikke den form, som kaldet kræver. Alt, hvad der er "
                        "galt, står i errors på én gang."),
                example=Example("POST /api/v1/opslag/",
                                _("Indholdet skal være en JSON-liste af numre, fx [»A10001«, »G23218«] i "
                                  "almindelige gåseøjne."), right='["G23218", "A10001"]')),
        Problem("ukendt_parameter", _("Parameteren findes ikke"), _("Se dokumentationen for adressens parametre."), 400,
                cause=_("Adressen har ingen parameter med det navn. En parameter, der overses, ville give forkerte "
                        "data uden at nogen så det."),
                example=Example("GET /api/v1/institutioner/?kommune=751", _("Parameteren »%(name)s« findes ikke her."),
                                {"name": "kommune"}, field="kommune", value="751", suggestions=("kommuneKode",),
                                under="ugyldig_forespoergsel", right="kommuneKode=751")),
        Problem("ugyldig_parameter", _("Parameteren har en forkert værdi"), _("Ret værdien, eller udelad parameteren."),
                400,
                cause=_("Parameteren findes, men dens værdi kan ikke læses: den er tom, står to gange, eller er ikke "
                        "blandt de mulige."),
                example=Example("GET /api/v1/institutioner/?antal=5000",
                                _("»%(value)s« er ikke et helt tal fra %(least)s til %(most)s."),
                                {"value": "5000", "least": 1, "most": 1000}, field="antal", value="5000",
                                suggestions=("1", "1000"), under="ugyldig_forespoergsel", right="antal=1000")),
        Problem("ikke_fundet", _("Findes ikke"), _("Kontrollér adressen eller nummeret."), 404,
                cause=_("Der er intet på adressen, eller det, som den nævner, findes ikke for den, der spørger."),
                example=Example("GET /api/v1/skoler/", _("Der er intet på %(path)s."), {"path": "/api/v1/skoler/"},
                                right="/api/v1/institutioner/")),
        Problem("ikke_tilladt", _("Ikke tilladt"), _("Log ind som en, der har ret til det, eller bed STIL om hjælp."),
                403,
                cause=_("Den, der spørger, er kendt, men må ikke det, der spørges om."),
                example=Example("", _("Det kan kun STILs medarbejdere."))),
        Problem("ikke_logget_ind", _("Ikke logget ind"), _("Log ind, eller send et gyldigt token."), 401,
                cause=_("Kaldet er ikke for alle, og der fulgte intet token med."),
                example=Example("GET /api/v1/mig/status/", right="Authorization: Bearer …")),
        Problem("ugyldigt_token", _("Tokenet gælder ikke"), _("Hent et nyt på /o/token/ med systemets nøgle."), 401,
                cause=_("Tokenet er ukendt, det er løbet ud (efter en time), eller nøglen bag det er ophørt."),
                example=Example("GET /api/v1/mig/status/", right="POST /o/token/ grant_type=client_credentials")),
        Problem("mangler_scope", _("Tokenet må ikke bruges til det"),
                _("Bed om et token med det scope, eller bed STIL om en nøgle, der har det."), 403,
                cause=_("Tokenet gælder, men er ikke bedt om eller udstedt med det scope, som kaldet kræver."),
                example=Example("POST /api/v1/indberetninger/", right="scope=skriv")),
        Problem("ukendt_system", _("Systemet findes ikke"), _("Brug koden fra tilslutningsaftalen."),
                cause=_("Koden står ikke i registeret over udbydersystemer. En kode er to bogstaver og seks cifre."),
                example=Example("", _("Der er intet system med koden »%(code)s«."), {"code": "SH00101"},
                                right="SH000101")),
        Problem("noeglen_er_ophoert", _("Nøglen gælder ikke længere"), _("Udsted en ny."), 409,
                cause=_("Nøglen er afsluttet eller skiftet, og en nøgle, der er ophørt, kan ikke tages i brug igen."),
                example=Example("", _("Nøglen %(key)s gælder ikke længere."), {"key": "3kTq9…"})),
        Problem("forkert_metode", _("Metoden findes ikke her"), _("Se dokumentationen."), 405,
                cause=_("Adressen findes, men ikke med den metode. Svarets hoved Allow har dem, der er."),
                example=Example("DELETE /api/v1/kommuner/", right="GET /api/v1/kommuner/")),
        Problem("forkert_format", _("Formatet kan ikke leveres"),
                _("Bed om et af de formater, som dokumentationen nævner."), 406,
                cause=_("Accept nævner kun formater, som adressen ikke har."),
                example=Example("GET /api/v1/kommuner/", right="Accept: application/json")),
        Problem("for_stort_indhold", _("Indholdet er for stort"), _("Del det i flere."), 413,
                cause=_("Der er en grænse for, hvor meget ét kald kan have med, så ét kald ikke optager alle."),
                example=Example("POST /api/v1/indberetninger/", _("Indholdet er større end %(most)s MB."),
                                {"most": 20})),
        Problem("forkert_medietype", _("Indholdet er i et forkert format"),
                _("Send indholdet som JSON, med Content-Type: application/json."), 415,
                cause=_("Content-Type siger noget andet end det, som kaldet kan læse."),
                example=Example("POST /api/v1/indberetninger/", right="Content-Type: application/json")),
        Problem("ugyldig_adresse", _("Dér kan registeret ikke kalde"),
                _("Brug en https-adresse på port 443, som kan nås fra internettet."),
                cause=_("En webhook kaldes fra registeret. Adresser uden kryptering, på andre porte eller i lukkede "
                        "net kaldes ikke."),
                example=Example("POST /api/v1/mig/webhooks/",
                                _("Adressen skal begynde med https:// og have et værtsnavn."), field="url",
                                value="http://modtager.example/dagtilbud", right="https://modtager.example/dagtilbud")),
        Problem("webhook_findes", _("Systemet har allerede den webhook"), _("Brug den, der er."), 409,
                cause=_("Systemet har en webhook, der er i brug, til samme adresse."),
                example=Example("POST /api/v1/mig/webhooks/", _("Systemet har allerede en webhook dér."), field="url",
                                value="https://modtager.example/dagtilbud")),
        Problem("for_mange_webhooks", _("For mange webhooks"), _("Afslut en, der ikke bruges."), 409,
                cause=_("Et system kan have et lille antal webhooks i brug ad gangen."),
                example=Example("POST /api/v1/mig/webhooks/", _("Systemet har %(most)s webhooks; afslut en først."),
                                {"most": 5}, right="DELETE /api/v1/mig/webhooks/7/")),
        Problem("webhook_venter", _("Kaldet kan ikke gentages nu"), _("Vent, til det ventende kald er afgjort."), 409,
                cause=_("Webhooken er afsluttet, eller der venter allerede et kald til den."),
                example=Example("POST /api/v1/mig/webhooks/7/kald/msg_5b0c/igen/",
                                _("Webhooken er afsluttet, eller et kald til den venter allerede."))),
        Problem("for_mange_kald", _("For mange kald"), _("Vent, til Retry-After er gået."), 429,
                cause=_("Der er kaldt oftere, end der er plads til: 600 gange i minuttet fra en adresse, 3.000 for et"
                        " system med token."),
                example=Example("GET /api/v1/institutioner/", right="Retry-After: 12")),
        Problem("intern_fejl", _("Fejl hos os"), _("Prøv igen senere. Fejlen er skrevet ned."), 500,
                cause=_("Noget gik galt i registeret, ikke i kaldet."),
                example=Example("GET /api/v1/institutioner/")),
        # Background work
        Problem("ingen_raekker", _("Der er ingen rækker"), _("Vælg mindst én række."),
                cause=_("Der er bedt om at udføre eller indberette noget, men listen er tom."),
                example=Example("POST /api/v1/indberetninger/", _("Indberetningen har ingen rækker."), field="raekker",
                                right='{"raekker": [{"institutionsNummer": "G23218", "navn": "Solstrålen"}]}')),
        Problem("opgave_ikke_i_gang", _("Opgaven er ikke i gang"),
                _("Kun en opgave, der venter eller er i gang, kan stoppes."), 409,
                cause=_("Opgaven er færdig, stoppet eller opgivet, så der er intet at stoppe."),
                example=Example("", _("Opgaven er %s og kan ikke stoppes."), ("udført",))),
        Problem("opgave_ikke_stoppet", _("Opgaven er ikke stoppet"),
                _("Kun en opgave, der er stoppet, kan genoptages."), 409,
                cause=_("Opgaven venter, er i gang eller er færdig, så der er intet at genoptage."),
                example=Example("", _("Opgaven er %s og kan ikke genoptages."), ("udført",))),
        Problem("kald_ikke_fejlet", _("Kaldet er ikke fejlet"), _("Se efter, om det allerede er udført."), 409,
                cause=_("Kun et kald, der er fejlet, kan sættes i gang igen; dette er udført eller venter."),
                example=Example("", _("Kaldet er ikke fejlet og kan ikke sættes i gang igen."))),
        # Mail
        Problem("ugyldig_mailadresse", _("Mailadressen har ikke den rigtige form"), _("Ret adressen."),
                cause=_("Adressen mangler en del, eller har tegn, som en mailserver ikke kan sende til."),
                example=Example("", right="dagtilbud@kommune.example")),
        Problem("ugyldig_post", _("Beskeden kan ikke sendes, som den er"), _("Ret det, der er nævnt."),
                cause=_("Beskeden mangler noget, der skal være der, fx emne eller tekst."),
                example=Example("", _("En besked skal have emne, tekst og noget, den handler om."))),
        Problem("for_store_filer", _("Filerne er for store til en mail"), _("Del dem, eller send et link."),
                cause=_("Mange mailservere afviser beskeder over 10 MB."),
                example=Example("", _("Filerne fylder tilsammen over 10 MB."))),
        Problem("besked_venter", _("Beskeden er ikke sendt endnu"),
                _("Vent, til den er sendt, eller se efter, om der er en arbejdsproces i gang."), 409,
                cause=_("Beskeden ligger i køen og sendes, når det bliver dens tur."),
                example=Example("", _("Beskeden er ikke sendt endnu og venter allerede på det."))),
        Problem("besked_ikke_mislykket", _("Beskeden er ikke blandt dem, der ikke nåede frem"), _("Genindlæs siden."),
                409,
                cause=_("Beskeden er nået frem, eller en anden har allerede gjort sagen færdig."),
                example=Example("", _("Kun en besked, der ikke nåede frem, kan afsluttes, og kun én gang."))),
        Problem("ukendt_returpost", _("Returposten hører ikke til en besked herfra"),
                _("Se efter, om den er sendt til den rigtige adresse."),
                cause=_("Returposten nævner ikke en besked, som registeret har sendt, eller er for stor til at læses."),
                example=Example("", _("Returposten er ikke svar på en besked herfra."))),
        # Files
        Problem("forkerte_kolonner", _("Filen har ikke de rigtige kolonner"), _("Brug kolonnenavnene fra et udtræk."),
                cause=_("En kolonne, der skal være der, mangler, eller en kolonne står to gange."),
                example=Example("", _("Kolonnen %(twice)s står to gange."), {"twice": "pNummer"})),
        Problem("ikke_csv", _("Filen er ikke en CSV-fil"), _("Gem som CSV, UTF-8, med semikolon."),
                cause=_("Filen er et regneark, et billede eller andet, som ikke er tekst, eller dens anførselstegn "
                        "går ikke op."),
                example=Example("", _("Filen er ikke CSV: den har tegn, som ikke er tekst."))),
        Problem("forkert_tegnsaet", _("Filen er ikke i UTF-8"), _("Gem filen som CSV UTF-8."),
                cause=_("Filen er gemt i et andet tegnsæt, så æ, ø og å ville blive forkerte."),
                example=Example("", _("Filen er ikke i UTF-8 (linje %(line)s). Gem den som »CSV UTF-8«."),
                                {"line": 12})),
        Problem("tom_fil", _("Filen er tom"), _("Filen skal have en linje med kolonnenavne og mindst én række."),
                cause=_("Filen har ingen rækker, eller slet intet indhold."),
                example=Example("", _("Filen har kolonnenavne, men ingen rækker."))),
        Problem("forkert_praefiks", _("Nummeret hører til et andet niveau"),
                _("D-numre er daginstitutioner; G-numre er anvisningsenheder og alternative adresser."),
                cause=_("Nummerets bogstav passer ikke til det niveau, som rækken siger."),
                example=Example("", _("Linje %(line)s: %(number)s er ikke et A-nummer."),
                                {"line": 7, "number": "G23218"}, right="A10001")),
        Problem("nummer_to_gange", _("Samme nummer står i flere rækker"), _("Behold én række pr. nummer."),
                cause=_("To rækker i samme fil eller indberetning gælder den samme, og det kan ikke afgøres, hvilken "
                        "der er ment."),
                example=Example("POST /api/v1/indberetninger/", _("%(number)s står i flere rækker (linje %(lines)s)."),
                                {"number": "G23218", "lines": "2, 9"}, value="G23218")),
        Problem("for_mange_raekker", _("Der er flere rækker, end filen har plads til"), _("Hent registeret som CSV."),
                cause=_("Et regneark og en indberetning har plads til et bestemt antal rækker."),
                example=Example("POST /api/v1/indberetninger/",
                                _("Der er %(count)s rækker; der er plads til %(most)s."), {"count": 7200, "most": 5000},
                                field="raekker")),
        Problem("forkert_antal_felter", _("Rækken har ikke lige så mange felter som overskriften"),
                _("Sæt tekst med semikolon i anførselstegn."),
                cause=_("Der er flere eller færre semikolon i rækken end i linjen med kolonnenavne."),
                example=Example("", right='G23218;"Solstrålen; afdeling 2"')),
    ]
)  # fmt: skip

"""Every level of evidence: its code, the sign that its weight may have, and what is said of it in Danish.

Agreement never counts against a pair and conflict never for it, whatever the data that the weights are fitted on.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise


class Sign(IntEnum):
    """Which way a level may count."""

    AGAINST = -1
    FOR = 1


class Level(NamedTuple):
    """A level of evidence. `text` may name `%(count)s`: how many in the register share the value."""

    sign: Sign
    text: _StrPromise


FOR, AGAINST = Sign.FOR, Sign.AGAINST
START = "start"
RIVALS = "rivals"
LEVELS: Mapping[str, Level] = {
    # The name, by how many of the register have it.
    "name.same.1": Level(FOR, _("samme navn, som ingen andre har")),
    "name.same.3": Level(FOR, _("samme navn; det deles af %(count)s i registret")),
    "name.same.10": Level(FOR, _("samme navn; det deles af %(count)s i registret")),
    "name.same.many": Level(FOR, _("samme navn; det deles af %(count)s i registret")),
    "name.placed.rare": Level(FOR, _("samme navn bortset fra stedet, med et sjældent ord")),
    "name.placed.common": Level(FOR, _("samme navn bortset fra stedet")),
    "name.segment.of.rare": Level(FOR, _("navnet er et led af registrets navn, med et sjældent ord")),
    "name.segment.of.common": Level(FOR, _("navnet er et led af registrets navn")),
    "name.segment.with.rare": Level(FOR, _("registrets navn er et led af navnet, med et sjældent ord")),
    "name.segment.with.common": Level(FOR, _("registrets navn er et led af navnet")),
    "name.near.rare": Level(FOR, _("næsten samme navn med et sjældent ord")),
    "name.near.common": Level(FOR, _("næsten samme navn af almindelige ord")),
    "name.alike.rare": Level(FOR, _("navnene ligner og deler et sjældent ord")),
    "name.alike.common": Level(FOR, _("navnene ligner")),
    "name.within.rare": Level(FOR, _("hele navnet står i registrets navn, med et sjældent ord")),
    "name.within.common": Level(FOR, _("hele navnet står i registrets navn")),
    "name.around.rare": Level(FOR, _("registrets navn står helt i navnet, med et sjældent ord")),
    "name.around.common": Level(FOR, _("registrets navn står helt i navnet")),
    "name.street": Level(FOR, _("navnet er vejens")),
    "name.part": Level(FOR, _("et led af navnet er det samme")),
    "name.little.renamed": Level(AGAINST, _("navnet ligner kun lidt, men adresse og kontakt er de samme")),
    "name.little.there": Level(AGAINST, _("navnet ligner kun lidt, på samme adresse")),
    "name.little": Level(AGAINST, _("navnet ligner kun lidt")),
    "name.other.renamed": Level(AGAINST, _("et andet navn, men adresse og kontakt er de samme")),
    "name.other.there": Level(AGAINST, _("et andet navn på samme adresse")),
    "name.other": Level(AGAINST, _("et andet navn")),
    "name.parent": Level(AGAINST, _("navnet er kun daginstitutionens")),
    "parent.both": Level(FOR, _("navnet nævner både daginstitutionen og enheden")),
    "parent.there": Level(FOR, _("navnet er daginstitutionens, på enhedens adresse")),
    "parent.named": Level(FOR, _("navnet nævner daginstitutionen")),
    "numeral.same": Level(FOR, _("samme tal i navnet")),
    "numeral.other": Level(AGAINST, _("et andet tal i navnet")),
    "numeral.first": Level(AGAINST, _("et tal i navnet, som registret ikke har")),
    "numeral.second": Level(AGAINST, _("registrets navn har et tal, som mangler her")),
    # What it is.
    "kind.word": Level(FOR, _("samme ord for, hvad det er")),
    "kind.unsaid": Level(FOR, _("ingen af navnene siger, hvad det er")),
    "kind.silent": Level(FOR, _("navnet siger ikke, hvad det er")),
    "kind.same.word": Level(FOR, _("samme type, sagt med samme ord")),
    "kind.same": Level(FOR, _("samme type")),
    "kind.grown": Level(FOR, _("typen kan være blevet den integrerede")),
    "kind.wide": Level(AGAINST, _("integreret her, kun den ene del i registret")),
    "kind.other.known": Level(AGAINST, _("en anden type, men samme kontakt")),
    "kind.other": Level(AGAINST, _("en anden type (vuggestue og børnehave)")),
    "kind.odd": Level(AGAINST, _("en helt anden type")),
    "kind.childminding": Level(AGAINST, _("dagpleje er det ikke i registret")),
    "kind.foreign": Level(AGAINST, _("navnet siger, at det ikke er et dagtilbud")),
    "level.parent.said": Level(AGAINST, _("daginstitution, som navnet også siger")),
    "level.parent.same": Level(AGAINST, _("daginstitution, men med præcis det navn")),
    "level.parent.more": Level(AGAINST, _("daginstitution, men navnet nævner også en enhed")),
    "level.parent.kind": Level(AGAINST, _("daginstitution, men navnet siger en enheds type")),
    "level.parent": Level(AGAINST, _("daginstitution; et A-nummer er oftest en enhed")),
    "level.unit": Level(AGAINST, _("navnet siger dagtilbud, men dette er en enhed")),
    "level.alternative": Level(AGAINST, _("alternativ adresse; et A-nummer er oftest en enhed")),
    # Where it is.
    "address.same": Level(FOR, _("samme vej og husnummer")),
    "address.same.named": Level(FOR, _("samme vej og husnummer, og navnet passer")),
    "address.range": Level(FOR, _("samme vej, og husnummeret ligger i rækken")),
    "address.range.named": Level(FOR, _("samme vej, husnummeret ligger i rækken, og navnet passer")),
    "address.letter": Level(FOR, _("samme vej og husnummer, et andet bogstav")),
    "address.letter.named": Level(FOR, _("samme vej og husnummer, et andet bogstav, og navnet passer")),
    "address.no_number": Level(FOR, _("samme vej, intet husnummer")),
    "address.no_number.named": Level(FOR, _("samme vej, intet husnummer, og navnet passer")),
    "address.near": Level(FOR, _("samme vej, et husnummer tæt ved")),
    "address.number": Level(FOR, _("samme husnummer og postnummer, et andet vejnavn")),
    "address.other.moved": Level(AGAINST, _("en anden adresse, men navn og kontakt er de samme: kan være flyttet")),
    "address.street": Level(AGAINST, _("samme vej, men langt derfra")),
    "address.other": Level(AGAINST, _("en anden adresse")),
    "place.postcode": Level(FOR, _("samme postnummer")),
    "place.municipality": Level(FOR, _("samme kommune")),
    "place.town": Level(FOR, _("samme by")),
    "place.other_postcode": Level(AGAINST, _("et andet postnummer")),
    "place.other": Level(AGAINST, _("en anden kommune")),
    # Contact and keys.
    "phone.same": Level(FOR, _("samme telefonnummer, som ingen andre har")),
    "phone.few": Level(FOR, _("samme telefonnummer; det deles af %(count)s i registret")),
    "phone.shared": Level(FOR, _("samme telefonnummer; det deles af %(count)s i registret")),
    "phone.near": Level(FOR, _("telefonnumre med et ciffer til forskel")),
    "phone.other.there": Level(AGAINST, _("et andet telefonnummer på samme adresse")),
    "phone.other": Level(AGAINST, _("et andet telefonnummer")),
    "phone.taken": Level(AGAINST, _("telefonnummeret er en andens i registret")),
    "phone.switchboard": Level(AGAINST, _("et andet telefonnummer, som er en omstillings")),
    "mail.same": Level(FOR, _("samme e-mail, som ingen andre har")),
    "mail.few": Level(FOR, _("samme e-mail; den deles af %(count)s i registret")),
    "mail.shared": Level(FOR, _("samme e-mail; den deles af %(count)s i registret")),
    "mail.user": Level(FOR, _("samme navn før @ i e-mailen")),
    "mail.near": Level(FOR, _("næsten samme e-mail")),
    "mail.name": Level(FOR, _("e-mailen siger registrets navn")),
    "mail.general": Level(AGAINST, _("en anden, fælles e-mail")),
    "mail.other.there": Level(AGAINST, _("en anden e-mail på samme adresse")),
    "mail.other": Level(AGAINST, _("en anden e-mail")),
    "p_number.same": Level(FOR, _("samme P-nummer, som ingen andre har")),
    "p_number.few": Level(FOR, _("samme P-nummer; det deles af %(count)s i registret")),
    "p_number.shared": Level(FOR, _("samme P-nummer; det deles af %(count)s i registret")),
    "p_number.near": Level(FOR, _("P-numre med et ciffer til forskel")),
    "p_number.other.there": Level(AGAINST, _("et andet P-nummer på samme adresse")),
    "p_number.other": Level(AGAINST, _("et andet P-nummer")),
    "p_number.taken": Level(AGAINST, _("P-nummeret er en andens i registret")),
    "cvr.same": Level(FOR, _("samme CVR-nummer, som næsten ingen andre har")),
    "cvr.few": Level(FOR, _("samme CVR-nummer; det deles af %(count)s i registret")),
    "cvr.shared": Level(FOR, _("samme CVR-nummer; det deles af %(count)s i registret")),
    "cvr.taken": Level(AGAINST, _("CVR-nummeret er en andens i registret")),
    "cvr.other": Level(AGAINST, _("et andet CVR-nummer")),
    "all.alone": Level(FOR, _("navnet passer, og intet taler imod")),
    "all.moved": Level(AGAINST, _("kun navnet passer; det ligger et andet sted")),
    # The two that are no comparison.
    START: Level(AGAINST, _("udgangspunkt: de fleste par er ikke den samme")),
    RIVALS: Level(AGAINST, _("andre kandidater passer også")),
}

"""The register's own names: columns of its files, fields of its JSON, and what they are in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from institutions.models import Level, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

# The combined file's columns, in their order (docs/formats.md).
COLUMNS = (
    "dagtilbudsType", "daginstitutionsNummer", "anvisningsenhedsNummer", "alternativAdresseNummer",
    "dagtilbudsNavn", "aktivitetsstatus", "instType3", "instType3_Tekst", "ejerformKode", "ejerformKode_Tekst",
    "lovgrundlagKode", "lovgrundlagKode_Tekst", "admKommuneKode", "admKommuneKode_Tekst", "kommuneKode",
    "kommuneKode_Tekst", "vejNavn", "husNummer", "postNummer", "byNavn", "supplerendeBynavn", "dawaId",
    "geoBredde", "geoLaengde", "cvrNummer", "pNummer", "email", "telefonNummer", "gyldigFra", "gyldigTil",
)  # fmt: skip
# The columns of the A-number file: free text but for the number.
LEGACY_COLUMNS = (
    "institutionsNummer", "navn", "adresse", "postNummer", "byNavn", "kommune", "cvrNummer", "pNummer",
    "telefonNummer", "email",
)  # fmt: skip

# Facts of Version by the register's name. Municipalities are three-digit codes there, rows here.
FACTS: dict[str, str] = {
    "dagtilbudsNavn": "name",
    "instType3": "institution_type",
    "ejerformKode": "ownership",
    "lovgrundlagKode": "legal_ground",
    "admKommuneKode": "administrative_municipality",
    "kommuneKode": "municipality",
    "vejNavn": "street",
    "husNummer": "house_number",
    "postNummer": "postcode",
    "byNavn": "town",
    "supplerendeBynavn": "supplementary_town",
    "dawaId": "dar_id",
    "geoBredde": "latitude",
    "geoLaengde": "longitude",
    "cvrNummer": "cvr_number",
    "pNummer": "p_number",
    "email": "email",
    "telefonNummer": "phone",
}
# Floor and door have no column in the register's files; systems send them.
MORE_FACTS: dict[str, str] = {"etage": "floor", "doer": "door"}
# In JSON the name is `navn` at every level.
JSON_FACTS: Mapping[str, str] = {
    "navn": "name",
    **{column: name for column, name in FACTS.items() if column != "dagtilbudsNavn"},
    **MORE_FACTS,
}
LEGACY_FACTS: Mapping[str, str] = {
    "navn": "name",
    "adresse": "street",
    "postNummer": "postcode",
    "byNavn": "town",
    "kommune": "municipality_text",
    "cvrNummer": "cvr_number",
    "pNummer": "p_number",
    "telefonNummer": "phone",
    "email": "email",
}
NAMES: Mapping[str, str] = {name: column for column, name in JSON_FACTS.items()}

# The column that holds a row's own number, by level; those above it hold its parents'.
NUMBERS: Mapping[str, str] = {
    Level.DAGINSTITUTION: "daginstitutionsNummer",
    Level.ANVISNINGSENHED: "anvisningsenhedsNummer",
    Level.ALTERNATIV_ADRESSE: "alternativAdresseNummer",
}
TEXTS: Mapping[str, Table] = {
    "instType3_Tekst": Table.INSTITUTION_TYPE,
    "ejerformKode_Tekst": Table.OWNERSHIP,
    "lovgrundlagKode_Tekst": Table.LEGAL_GROUND,
}
ACTIVE, CLOSED, COMING = "Aktiv", "Nedlagt", "Kommende"

# What people say of two that may be one; nobody outside is told.
VERDICT_NAMES: Mapping[str, str] = {
    "duplicate.same": "to er ens",
    "duplicate.different": "to er forskellige",
    "duplicate.unsure": "usikkert, om to er ens",
    "duplicate.take_back": "afgørelse om to taget tilbage",
}

# What the ledger calls a change, and what outsiders are told.
EVENT_NAMES: Mapping[str, str] = {
    "lifecycle.open": "oprettet",
    "lifecycle.correct": "rettet",
    "lifecycle.move": "flyttet",
    "lifecycle.close": "nedlagt",
    "lifecycle.reopen": "genåbnet",
    "lifecycle.withdraw": "trukket tilbage",
    "lifecycle.take_effect": "trådt i kraft",
    "consolidation.execute": "konsolideret",
    "consolidation.absorb": "har optaget",
    "consolidation.undo": "konsolidering fortrudt",
    "consolidation.release": "har afgivet",
}

# The events that outsiders are told of. Agreements have lines of their own in a consolidation; they are between a data
# owner and a vendor.
PUBLIC = Q(action__in=list(EVENT_NAMES)) & ~Q(subject__startswith="aftale:")

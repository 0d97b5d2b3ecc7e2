"""A row of the register as the cells of its files, and as a JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from institutions import asof
from institutions.columns import CLOSED, COLUMNS, FACTS, JSON_FACTS, NUMBERS
from institutions.models import Level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from institutions.asof import Row

TEXTS: Mapping[str, str] = {
    "instType3": "institution_type_text",
    "ejerformKode": "ownership_text",
    "lovgrundlagKode": "legal_ground_text",
    "admKommuneKode": "administrative_municipality_name",
    "kommuneKode": "municipality_name",
}
NUMBER_FIELDS: Mapping[str, str] = {
    NUMBERS[Level.DAGINSTITUTION]: "daginstitution",
    NUMBERS[Level.ANVISNINGSENHED]: "anvisningsenhed",
    NUMBERS[Level.ALTERNATIV_ADRESSE]: "alternativ_adresse",
}
COORDINATES = frozenset({"latitude", "longitude"})
# What is no text in JSON.
BARE = frozenset({"geoBredde", "geoLaengde", "lovgrundlagUdledt"})
_FIELDS: Mapping[str, str] = {
    "dagtilbudsType": "level",
    "aktivitetsstatus": "status",
    "gyldigFra": "valid_from",
    "gyldigTil": "valid_to",
    **NUMBER_FIELDS,
    **FACTS,
    **{f"{column}_Tekst": name for column, name in TEXTS.items()},
}
# Each column of the files, in order, and what it is called in a row of `asof`.
FIELDS: Mapping[str, str] = {column: _FIELDS[column] for column in COLUMNS}


def cells(row: Row) -> list[Any]:
    """The row's cells in the order of the files' columns; None and the empty text are empty cells."""
    return [getattr(row, name) for name in FIELDS.values()]


def as_json(row: Row) -> dict[str, Any]:
    """The row in the register's own names, flat; what is empty is null."""
    told: dict[str, Any] = {
        "institutionsNummer": row.number,
        "niveau": row.level,
        "status": row.status,
        "aarsag": row.closing_cause or None if row.status == CLOSED else None,
        **{outside: getattr(row, name) for outside, name in NUMBER_FIELDS.items()},
        "overordnetNummer": row.parent,
    }
    for outside, name in JSON_FACTS.items():
        value = getattr(row, name)
        told[outside] = None if value == "" else value
        if outside in TEXTS:
            told[f"{outside}_Tekst"] = getattr(row, TEXTS[outside]) or None
    told["lovgrundlagUdledt"] = row.legal_ground_derived
    told["gyldigFra"] = row.valid_from.isoformat() if row.valid_from else None
    told["gyldigTil"] = row.valid_to.isoformat() if row.valid_to else None
    return told


def objects() -> dict[str, str]:
    """`as_json` in SQL: each name, and what it says in a SELECT of `asof`."""
    told = {
        "institutionsNummer": asof.expression("number"),
        "niveau": asof.expression("level"),
        "status": asof.expression("status"),
        "aarsag": f"CASE WHEN {asof.expression('status')} = '{CLOSED}' THEN {_text('closing_cause')} END",
        **{outside: asof.expression(name) for outside, name in NUMBER_FIELDS.items()},
        "overordnetNummer": asof.expression("parent"),
    }
    for outside, name in JSON_FACTS.items():
        told[outside] = asof.expression(name) if name in COORDINATES else _text(name)
        if outside in TEXTS:
            told[f"{outside}_Tekst"] = _text(TEXTS[outside])
    return told | {
        "lovgrundlagUdledt": f"{asof.expression('legal_ground_derived')}::text",
        "gyldigFra": asof.expression("valid_from"),
        "gyldigTil": asof.expression("valid_to"),
    }


def _text(name: str) -> str:
    return f"nullif({asof.expression(name)}, '')"

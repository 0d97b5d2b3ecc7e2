"""An institution's whole state in the register's own names: what it is, and every version of it, ahead too.

E-mail and telephone of an institution outside the register are never told: those free-typed records may
hold private people's.
"""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from django.db import connection, transaction

from institutions.columns import NAMES
from institutions.models import Level
from institutions.wording import CONTACT
from registry import prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

# What a state says beside the facts.
MORE_NAMES: Mapping[str, str] = {
    "parent": "overordnetNummer",
    "legal_ground_derived": "lovgrundlagUdledt",
    "municipality_text": "kommuneTekst",
    "from": "gyldigFra",
    "to": "gyldigTil",
    "closing_cause": "aarsag",
}
OUTSIDE: Mapping[str, str] = {**NAMES, **MORE_NAMES}
FACTS: Mapping[str, str] = {name: outside for name, outside in OUTSIDE.items() if name not in {"from", "to"}}
UNHIDDEN: Mapping[str, str] = {name: outside for name, outside in FACTS.items() if name not in CONTACT}
# One institution's, likewise.
LAST = """
SELECT data -> 'after' FROM registry_event
WHERE subject = %(number)s AND seq <= %(seq)s AND data -> 'after' ? 'versions'
ORDER BY seq DESC LIMIT 1
"""
NOW = 2**62  # after every event
BATCH = 500  # states: of a kilobyte or two each
# Every institution as the ledger told of it last, up to an event. The ledger is never changed: asked again for the
# same event it says the same, whoever writes meanwhile.
KNOWN = """
SELECT last.state FROM institutions_institution i CROSS JOIN LATERAL (
    SELECT data -> 'after' AS state FROM registry_event
    WHERE subject = i.number AND seq <= %s AND data -> 'after' ? 'versions'
    ORDER BY seq DESC LIMIT 1
) last ORDER BY i.number
"""


def state(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An institution's whole state, as the ledger holds it, in outside names."""
    if not given:
        return None
    level = given.get("level", "")
    return {
        "institutionsNummer": given.get("number"),
        "niveau": level,
        "konsolideretTil": given.get("absorbed_into"),
        "efterfoelgere": given.get("successors", []),
        "versioner": [version(one, level) for one in given.get("versions", ())],
    }


def last(number: str, seq: int | None = None) -> dict[str, Any] | None:
    """An institution's whole state in outside names, now or as known at an event; None where it was not known."""
    told = prepared.rows(LAST, {"number": number, "seq": NOW if seq is None else seq})
    return state(json.loads(told[0][0])) if told else None


def version(given: Mapping[str, Any], level: str) -> dict[str, Any]:
    """What held in a period; what is empty is left out, but for the period's ends."""
    told: dict[str, Any] = {"gyldigFra": given.get("from"), "gyldigTil": given.get("to")}
    shown = UNHIDDEN if level == Level.UDENFOR else FACTS
    return told | {outside: given[name] for name, outside in shown.items() if name in given}


def known(seq: int) -> Iterator[dict[str, Any]]:
    """The state of every institution, outside the register too, as known at an event, in order of number."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(KNOWN, [seq])
        while batch := cursor.fetchmany(BATCH):
            for (given,) in batch:
                yield state(json.loads(given)) or {}


def in_schema(given: Mapping[str, Any] | None, newer: Mapping[str, Collection[str]]) -> dict[str, Any] | None:
    """A state in outside names without the versions that have codes of a newer schema; None where none is left."""
    if not given:
        return None
    kept = [
        one for one in given["versioner"] if not any(one.get(table) in codes for table, codes in newer.items())
    ]  # fmt: skip
    return {**given, "versioner": kept} if kept else None


def write(out: IO[bytes], seq: int, newer: Mapping[str, Collection[str]] | None = None) -> Iterator[int]:
    """Write every state as known at an event, one JSON object a line; yields the number of rows so far.

    With `newer`, without what has codes of a newer schema.
    """
    count = 0
    wanted = known(seq) if newer is None else filter(None, (in_schema(one, newer) for one in known(seq)))
    for count, one in enumerate(wanted, start=1):
        out.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
        if count % BATCH == 0:
            yield count
    yield count

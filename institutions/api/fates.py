"""What became of numbers, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from institutions import asof, numbers, timelines
from institutions.api import told
from institutions.api.lookup import link
from institutions.asof import Filters
from institutions.columns import CLOSED, COMING
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from institutions.asof import Row
    from institutions.numbers import Resolved

NOTHING: dict[str, Any] = {
    "institutionsNummer": None,
    "niveau": None,
    "nytNummer": None,
    "konsolideret": False,
    "trin": [],
    "status": None,
    "aarsag": None,
    "navn": None,
    "efterfoelgere": [],
    "url": None,
}


def of_all(texts: Sequence[str]) -> list[dict[str, Any]]:
    """For each text in its place what became of the number, or in `fejl` why it is none. Four queries or so."""
    cleaned = [_clean(text) for text in texts]
    found = numbers.resolve_many(one for one in cleaned if isinstance(one, str))
    fates = of(found.values())
    answers = []
    for text, one in zip(texts, cleaned, strict=True):
        if isinstance(one, str) and one in fates:
            answers.append({"nummer": text, **fates[one], "fejl": None})
            continue
        refused = one if isinstance(one, Refused) else numbers.unknown(one)
        answers.append({"nummer": text, **NOTHING, "fejl": {"code": refused.code, "detail": refused.detail}})
    return answers


def of(resolved: Iterable[Resolved]) -> dict[str, dict[str, Any]]:
    """What became of each number, by the number."""
    resolved = list(resolved)
    todays = {one.today.number: one.today for one in resolved}
    rows: dict[str, Row] = {}
    if todays:
        filters = Filters(levels=(), numbers=tuple(todays))
        rows = {one.number: one for one in asof.rows(periods.today(), filters=filters, limit=len(todays))}
    following = timelines.successors(todays.values())
    return {
        one.asked.number: _fate(one, rows.get(one.today.number), following.get(one.today.pk, [])) for one in resolved
    }


def _fate(resolved: Resolved, row: Row | None, following: Sequence[str]) -> dict[str, Any]:
    return {
        "institutionsNummer": resolved.asked.number,
        "niveau": resolved.asked.level,
        "nytNummer": resolved.today.number,
        "konsolideret": resolved.asked != resolved.today,
        "trin": [one.number for one in resolved.steps],
        "status": row.status if row else COMING,
        "aarsag": row.closing_cause or None if row and row.status == CLOSED else None,
        "navn": row.name if row else None,
        "efterfoelgere": [link(one) for one in sorted(following)],
        "url": told.address(resolved.today.number),
    }


def _clean(text: str) -> str | Refused:
    try:
        return numbers.clean(text)
    except Refused as refused:
        return refused

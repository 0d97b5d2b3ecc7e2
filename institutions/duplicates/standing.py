"""What people have decided of pairs, as it stands: who is set apart, and which fields have changed since."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institutions.duplicates import blocking, evidence, keys, records, scoring, stored
from institutions.duplicates.levels import RIVALS, START
from institutions.duplicates.sides import COUNTED, weigh
from institutions.models import Answer, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import Promise

    from institutions.duplicates.records import Record

# What a record says of itself: what it is called, and which evidence (by the start of its code) rests on it.
FIELDS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "name": (_("navn"), ("name.", "numeral.", "kind.", "level.", "parent.", "all.", "mail.name", "inside.")),
    "line": (_("adresse"), ("address.", "all.", "name.other.there", "name.little.there")),
    "postcode": (_("postnummer"), ("place.", "address.number")),
    "town": (_("by"), ("place.town", "place.other")),
    "municipality": (_("kommune"), ("place.municipality", "place.other")),
    "cvr": (_("CVR-nummer"), ("cvr.",)),
    "p_number": (_("P-nummer"), ("p_number.",)),
    "phone": (_("telefon"), ("phone.",)),
    "mail": (_("e-mail"), ("mail.",)),
    "institution_type": (_("institutionstype"), ("kind.", "inside.type")),
    "above": (_("den overordnedes navn"), ("parent.", "name.parent", "level.")),
}


def apart(ids: Collection[int] | None = None) -> frozenset[tuple[int, int]]:
    """The pairs of primary keys that stand as different, in either order: all, or those with one of these."""
    found = of(ids).filter(answer=Answer.DIFFERENT, changed=[]).values_list("first", "second")
    return frozenset(pair for one, two in found for pair in ((one, two), (two, one)))


def of(ids: Collection[int] | None = None) -> QuerySet[Verdict]:
    """The verdicts that stand: all, or those on one of these institutions."""
    verdicts = Verdict.objects.exclude(answer="")
    return verdicts if ids is None else verdicts.filter(Q(first__in=ids) | Q(second__in=ids))


def review(ids: Collection[int] | None = None) -> None:
    """Write on each verdict which of the fields that mattered have changed since it was given, on either side."""
    verdicts = list(of(ids).select_related("first", "second"))
    said = dict(stored.texts(sorted({key for one in verdicts for key in (one.first_id, one.second_id)})))
    read = {key: records.build(**texts) for key, texts in said.items()}
    moved = []
    for one in verdicts:
        if one.first_id in said and one.second_id in said:
            changed = _changed(one, {text["number"]: text for text in (said[one.first_id], said[one.second_id])},
                               read[one.first_id], read[one.second_id])  # fmt: skip
            if changed != one.changed:
                one.changed = changed
                moved.append(one)
    Verdict.objects.bulk_update(moved, ["changed"], batch_size=500)


def _changed(
    verdict: Verdict, now: Mapping[str, dict[str, str]], first: Record, second: Record
) -> list[dict[str, Any]]:
    differing = [
        (number, name, before.get(name, ""), now[number].get(name, ""))
        for number, before in sorted(verdict.seen.items())
        for name in FIELDS
        if before.get(name, "") != now[number].get(name, "")
    ]
    found = [one for one in differing if _heard(one[1], one[2]) != _heard(one[1], one[3])]
    weighing = _weighing({*verdict.codes, *_codes(first, second)}) if found else frozenset()
    return [
        {"nummer": number, "felt": name, "foer": before, "nu": after}
        for number, name, before, after in found
        if any(code.startswith(FIELDS[name][1]) for code in weighing)
    ]


def _heard(name: str, text: str) -> Record:
    """What a field says, whatever its spelling: a new way to write the same is no change."""
    return records.build(**{"number": "", "name": "", name: text})


def _codes(first: Record, second: Record) -> list[str]:
    values = {value for record in (first, second) for kind, value in keys.of(record) if kind in COUNTED}
    counts = blocking.frequencies_of(values)
    return evidence.compare(weigh(first, counts), weigh(second, counts))


def _weighing(codes: Iterable[str]) -> frozenset[str]:
    points = scoring.weights().points
    return frozenset(code for code in codes if points.get(code, 1) and code not in {START, RIVALS})


def by_band(least: Sequence[float]) -> list[tuple[int, ...]]:
    """How many pairs people have said are same, different or cannot be told, by the score that each had then.

    `least`: the lower ends of the bands, highest first.
    """
    said = of().values_list("score", "answer")
    counts = Counter((next((one for one in least if score >= one), None), answer) for score, answer in said)
    return [tuple(counts[one, answer] for answer in Answer.values) for one in least]

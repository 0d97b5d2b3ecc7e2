"""What must be said of an institution at each level, and in which shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions.models import Level, Table, Version
from institutions.timeline import FACTS
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from django.utils.functional import Promise

    from institutions.codes import Codes
    from institutions.lawful import Lawful

# Required at each level (service documentation, the register's fields).
REQUIRED: Mapping[str, tuple[str, ...]] = {
    Level.DAGINSTITUTION: ("name", "ownership", "legal_ground", "administrative_municipality"),
    Level.ANVISNINGSENHED: (
        "name", "institution_type", "ownership", "legal_ground", "administrative_municipality",
        "street", "house_number", "postcode", "town", "p_number",
    ),
    Level.ALTERNATIV_ADRESSE: (
        "name", "administrative_municipality", "street", "house_number", "postcode", "town",
    ),
    Level.UDENFOR: ("name",),
}  # fmt: skip
FOREIGN: Mapping[str, tuple[str, ...]] = {
    Level.DAGINSTITUTION: ("institution_type",),
    Level.ANVISNINGSENHED: (),
    Level.ALTERNATIV_ADRESSE: ("institution_type", "ownership", "legal_ground"),
    Level.UDENFOR: (),
}
# The levels of which ownership and legal ground are said.
COMBINED = frozenset({Level.DAGINSTITUTION, Level.ANVISNINGSENHED})
INHERITED = ("ownership", "legal_ground", "administrative_municipality")
SHAPES: Mapping[str, tuple[re.Pattern[str], str | Promise]] = {
    "postcode": (re.compile(r"[0-9]{4}"), gettext_lazy("4 cifre")),
    "cvr_number": (re.compile(r"[0-9]{8}"), gettext_lazy("8 cifre")),
    "p_number": (re.compile(r"[0-9]{10}"), gettext_lazy("10 cifre")),
    "email": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+"), gettext_lazy("navn@domæne.dk")),
}
# PostgreSQL holds no NUL, UTF-8 no half of a surrogate pair, and XML (feeds, workbooks) no other control characters.
UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CODED: Mapping[str, Table] = {
    "institution_type": Table.INSTITUTION_TYPE,
    "ownership": Table.OWNERSHIP,
    "legal_ground": Table.LEGAL_GROUND,
}
# Denmark with Bornholm, WGS84.
BOUNDS: Mapping[str, tuple[float, float]] = {"latitude": (54.4, 57.9), "longitude": (7.9, 15.3)}
_TEXTS = {name: Version._meta.get_field(name) for name in FACTS}
LENGTHS: Mapping[str, int] = {
    name: length for name, field in _TEXTS.items() if (length := getattr(field, "max_length", None))
}
LABELS: Mapping[str, Any] = {name: getattr(field, "verbose_name", name) for name, field in _TEXTS.items()}
EMPTY: Mapping[str, Any] = {
    name: False if name == "legal_ground_derived" else "" if name in LENGTHS else None for name in FACTS
}


def complete(facts: Mapping[str, Any], *, level: str, parent_at: Version | None) -> dict[str, Any]:
    """Every fact of a new version: those given, those that a unit takes from its parent, empty for the rest."""
    given = {**EMPTY, **_without_none(facts)}
    if parent_at:
        for name in INHERITED:
            if name not in FOREIGN[level]:
                given[name] = given[name] or getattr(parent_at, name)
    given["municipality"] = given["municipality"] or given["administrative_municipality"]
    return given


def settle(facts: Mapping[str, Any], version: Version) -> dict[str, Any]:
    """The facts of a correction. A legal ground that is said anew is no longer a derived one."""
    settled = _without_none(facts)
    if unknown := settled.keys() - EMPTY.keys():
        message = f"Version has no {', '.join(sorted(unknown))}."
        raise TypeError(message)
    if settled.get("legal_ground", version.legal_ground) != version.legal_ground:
        settled.setdefault("legal_ground_derived", False)
    return settled


def _without_none(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing said of a text is an empty text."""
    return {name: EMPTY.get(name) if value is None else value for name, value in facts.items()}


def problems(
    *,
    level: str,
    facts: Mapping[str, Any],
    tables: Codes,
    combinations: Lawful,
    unasked: Collection[str] = (),
) -> Iterator[Refused]:
    """Everything that is wrong with the facts of a level on a day, shape before meaning.

    `unasked` are required facts that are not missed here.
    """
    if level == Level.UDENFOR:
        # All is free text there but the number.
        yield from too_long(facts)
        yield from unstorable(facts)
        yield from missing(level=level, facts=facts)
        return
    shaped = list(shape_problems(facts, tables=tables))
    yield from shaped
    yield from missing(level=level, facts=facts, unasked=unasked)
    for name in FOREIGN[level]:
        if facts[name]:
            yield Refused("felt_paa_forkert_niveau", _("%(field)s hører ikke til på en %(level)s.")
                          % {"field": LABELS[name], "level": level}, field=name, value=facts[name])  # fmt: skip
    if not shaped and level in COMBINED and facts["ownership"] and facts["legal_ground"]:
        try:
            combinations.check(
                ownership=facts["ownership"],
                legal_ground=facts["legal_ground"],
                institution_type=facts["institution_type"] if level == Level.ANVISNINGSENHED else "",
            )
        except Refused as refused:
            yield refused


def missing(*, level: str, facts: Mapping[str, Any], unasked: Collection[str] = ()) -> Iterator[Refused]:
    """The required facts that are empty."""
    for name in REQUIRED[level]:
        if name not in unasked and _empty(facts[name]):
            yield Refused("mangler", _("%(field)s skal udfyldes for en %(level)s.")
                          % {"field": LABELS[name], "level": level}, field=name)  # fmt: skip


def _empty(value: object) -> bool:
    return not value or (isinstance(value, str) and value.isspace())


def too_long(facts: Mapping[str, Any]) -> Iterator[Refused]:
    """Texts that have no room."""
    for name, length in LENGTHS.items():
        if facts[name] and len(facts[name]) > length:
            yield Refused("for_lang", _("%(field)s har %(count)s tegn; der er plads til %(length)s.")
                          % {"field": LABELS[name], "count": len(facts[name]), "length": length},
                          field=name, value=facts[name])  # fmt: skip


def unstorable(facts: Mapping[str, Any]) -> Iterator[Refused]:
    """Texts with characters that the database or a feed cannot hold."""
    for name in LENGTHS:
        if facts[name] and UNSTORABLE.search(facts[name]):
            yield Refused("ugyldig_vaerdi", _("%(field)s indeholder tegn, som ikke kan gemmes.")
                          % {"field": LABELS[name]}, field=name, value=facts[name])  # fmt: skip


def shape_problems(facts: Mapping[str, Any], *, tables: Codes) -> Iterator[Refused]:
    """Texts that are too long or misshapen, codes that no table has, coordinates outside Denmark."""
    yield from too_long(facts)
    yield from unstorable(facts)
    for name, (pattern, example) in SHAPES.items():
        if facts[name] and not pattern.fullmatch(facts[name]):
            yield Refused("ugyldig_vaerdi", _("%(field)s er »%(value)s«; der skal stå %(example)s.")
                          % {"field": LABELS[name], "value": facts[name], "example": example},
                          field=name, value=facts[name])  # fmt: skip
    for name, table in CODED.items():
        if facts[name]:
            try:
                tables.check(table, facts[name], field=name)
            except Refused as refused:
                yield refused
    for name, (least, most) in BOUNDS.items():
        if facts[name] is not None and not least <= facts[name] <= most:
            yield Refused("ugyldig_vaerdi", _("%(field)s er %(value)s; i Danmark mellem %(least)s og %(most)s.")
                          % {"field": LABELS[name], "value": facts[name], "least": least, "most": most},
                          field=name, value=facts[name])  # fmt: skip

"""A municipality's whole organisation, and the list of the 98."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from institutions import access, codes, facts, fates, lawful, wording
from institutions.models import Level, Membership, Table, Version
from institutions.timeline import facts_of
from institutions.views import notes, tree
from institutions.views.pages import asked_day, public
from registry import periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from institutions.codes import Codes
    from institutions.models import Municipality
    from institutions.views.tree import Node

CHILDMINDING = "6013"
MUNICIPAL = "1"  # goes without saying on a municipality's page
FEW = 60  # daginstitutioner
DANISH = str.maketrans("{|}", "æøå")  # as they stand in a sort key


@public
def municipalities(request: HttpRequest) -> HttpResponse:
    """The 98, by region, with how many units each has."""
    day, _form = asked_day(request)
    tables = codes.as_of(day)
    units = access.versions(day).filter(institution__level=Level.ANVISNINGSENHED).order_by()
    counts = dict(units.values_list("administrative_municipality").annotate(Count("pk")))
    rows = Membership.objects.filter(period__contains=day).select_related("municipality")
    listed = sorted(
        ((tables.text(Table.REGION, one.region), one.municipality) for one in rows),
        key=lambda pair: (pair[0], pair[1].sort_key),
    )
    regions = [
        (region, [(one, counts.get(one.pk, 0)) for _region, one in members])
        for region, members in groupby(listed, key=lambda pair: pair[0])
    ]
    return render(request, "institutions/municipalities.html", {"regions": regions})


@public
def municipality(request: HttpRequest, kode: str) -> HttpResponse:
    """The daginstitutioner with units and alternative addresses on a day. A fixed number of queries."""
    day, day_form = asked_day(request)
    tables = codes.as_of(day)
    one = tables.municipalities.get(codes.short(kode))
    if one is None:
        raise Refused("ikke_fundet", _("»%(code)s« er ikke en af de 98 kommunekoder.") % {"code": kode}, field="kode")
    if one.code != kode:
        return redirect("institutions:municipality", kode=one.code, permanent=True)
    versions = of(one, on=day)
    with_closed = request.GET.get("nedlagte") == "1"
    closed = Version.objects.filter(fates.standing(day)["closed"], administrative_municipality=one)
    shown = {
        "municipality": one, "day": day, "day_form": day_form, "is_today": day == periods.today(),
        **organisation(versions, tables), "notes": notes.make(request, one),
        "types": _types(versions, tables),
        "regions": _regions(one, on=day), "lacking": _lacking(versions, tables, on=day),
        "size": len(versions),
        "closed_count": closed.count(), "with_closed": with_closed,
        "closed": closed.select_related("institution").order_by("sort_key") if with_closed else [],
    }  # fmt: skip
    return render(request, "institutions/municipality.html", shown)


def of(municipality: Municipality, *, on: date) -> list[Version]:
    """What the municipality's organisation is made of on a day, in Danish order."""
    own = access.versions(on).filter(administrative_municipality=municipality)
    return list(own.order_by("sort_key", "institution__number"))


def organisation(versions: list[Version], tables: Codes) -> Mapping[str, Any]:
    """What `_organisation.html` shows: the trees by letter, dagpleje apart, and how many there are of each level."""
    roots = tree.grow(versions)
    return {
        "letters": _by_letter([_branch(node, tables) for node in roots if not _is_childminding(node)]),
        "childminding": [_branch(node, tables) for node in roots if _is_childminding(node)],
        "counts": _counts(versions),
    }


def _branch(node: Node, tables: Codes) -> Mapping[str, Any]:
    """A node as the page shows it: with texts for its codes, and its address on one line."""
    version = node.version
    kind = tables.text(Table.INSTITUTION_TYPE, version.institution_type) or version.institution.get_level_display()
    owner = tables.text(Table.OWNERSHIP, version.ownership) if version.ownership != MUNICIPAL else ""
    return {
        "number": node.number,
        "name": version.name,
        "about": " · ".join(filter(None, (node.number, kind, owner, wording.address(vars(version))))),
        "children": [_branch(child, tables) for child in node.children],
        # A daginstitution of one unit of the same name is told in one line with it.
        "alone": len(node.children) == 1 and node.children[0].version.name == version.name,
        "letter": _letter(version),
    }


def _by_letter(branches: list[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The branches by their first letter; all in one where they are few enough to look through."""
    if len(branches) <= FEW:
        return [("", branches)] if branches else []
    return [(letter, list(group)) for letter, group in groupby(branches, key=lambda branch: str(branch["letter"]))]


def _letter(version: Version) -> str:
    """The letter under which a name stands: Aa under Å; digits and signs under #."""
    first = version.sort_key[:1].translate(DANISH).upper()
    return first if first.isalpha() else "#"


def _is_childminding(node: Node) -> bool:
    """Whether it is a dagpleje group, or a daginstitution of nothing else."""
    own = node.version.institution_type
    return own == CHILDMINDING or bool(node.children and all(_is_childminding(child) for child in node.children))


def _counts(versions: list[Version]) -> Mapping[str, int]:
    counts = Counter(one.institution.level for one in versions)
    return {
        "houses": counts[Level.DAGINSTITUTION],
        "units": counts[Level.ANVISNINGSENHED],
        "addresses": counts[Level.ALTERNATIV_ADRESSE],
    }


def _types(versions: list[Version], tables: Codes) -> list[tuple[str, str, int]]:
    """How many units there are of each type: code, text, count."""
    counts = Counter(one.institution_type for one in versions if one.institution_type)
    return [(code, tables.text(Table.INSTITUTION_TYPE, code) or code, counts[code]) for code in sorted(counts)]


def _regions(municipality: Municipality, *, on: date) -> list[tuple[str, date | None]]:
    """The region on the day, and those to come, with the first day of each."""
    words = wording.load()
    rows = Membership.objects.filter(municipality=municipality).order_by("period")
    return [
        (
            words.code(Table.REGION, one.region, on=max(on, one.period.lower or on)),
            None if periods.contains(one.period, on) else one.period.lower,
        )
        for one in rows
        if periods.ends_after(one.period, on)
    ]


def _lacking(versions: list[Version], tables: Codes, *, on: date) -> Mapping[str, int]:
    """How many are incomplete, and how many unlawful: old rows that were taken over as they were."""
    combinations = lawful.as_of(on)
    codes_of = [
        {
            problem.code
            for problem in facts.problems(
                level=one.institution.level, facts=facts_of(one), tables=tables, combinations=combinations
            )
        }
        for one in versions
    ]
    return {
        "incomplete": sum("mangler" in found for found in codes_of),
        "unlawful": sum("ulovlig_kombination" in found for found in codes_of),
    }

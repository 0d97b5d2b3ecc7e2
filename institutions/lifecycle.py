"""Open, correct, move, close, reopen: the rules that every edge calls.

Each may be dated ahead. Each locks what it touches, in number order, and writes the ledger last.
A refusal has changed nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from institutions import facts as checks
from institutions import hierarchy, numbers, timelines
from institutions.models import Cause, Institution, Level, Succession
from institutions.timeline import Timeline, facts_of
from registry import ledger, periods
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from institutions.models import Version
    from registry.ledger import Actor


@transaction.atomic
def open(  # noqa: A001 - the verb of the field: lifecycle.open
    *, level: str, on: date, actor: Actor, reason: str = "", parent: Institution | None = None, **facts: Any  # noqa: ANN401
) -> Institution:
    """Issue a number and let the institution begin on a day.

    `facts` are the columns of Version. A unit takes ownership, legal ground and administrative
    municipality from its parent where they are not given. Raises Refused.
    """
    refuse_outside(level)
    above = timelines.load_one(parent, lock=True) if parent else None
    given = checks.complete({**facts, "parent": parent}, level=level, parent_at=above and above.at(on))
    check(level=level, facts=given, on=on, above=above)
    line = timelines.create([(numbers.issue(level)[0], level)])[0]
    line.open(on, given)
    _save([line], before={}, action="lifecycle.open", actor=actor, reason=reason, on=on)
    return line.institution


@transaction.atomic
def correct(institution: Institution, *, on: date, actor: Actor, reason: str = "", **facts: Any) -> bool:  # noqa: ANN401
    """Let facts hold from a day on. False, and no event, where they did already.

    A new administrative municipality is given to a daginstitution, and what stands under it follows.
    Raises Refused; a new parent is `move`.
    """
    refuse_outside(institution.level)
    refuse_move(facts)
    takes_along = "administrative_municipality" in facts and institution.level == Level.DAGINSTITUTION
    below = hierarchy.subtree(institution, on=on) if takes_along else []
    lines = _load_with_parent(institution, *below)
    line = lines[institution.pk]
    before = timelines.states(lines.values())
    facts = checks.settle(facts, line.open_on(on))
    if not line.change(on, facts):
        return False
    for one in below:
        lines[one.pk].change(on, {"administrative_municipality": facts["administrative_municipality"]})
    touched = [one for one in lines.values() if one.touched]
    if not takes_along:
        _check_ahead(line, on=on, lines=lines)
    else:
        for one in touched:
            _check_ahead(one, on=on, lines=lines)
    _save(touched, before=before, action="lifecycle.correct", actor=actor, reason=reason, on=on)
    return True


@transaction.atomic
def move(institution: Institution, *, to: Institution, on: date, actor: Actor, reason: str = "") -> bool:
    """Let a unit stand under another daginstitution, or an alternative address under another unit.

    Inside the same administrative municipality only; a unit's alternative addresses follow it, since
    they stand under the unit. False where it stands there already. Raises Refused.
    """
    refuse_outside(institution.level)
    lines = _load_with_parent(institution, to)
    line = lines[institution.pk]
    before = timelines.states([line])
    line.open_on(on)
    if not line.change(on, {"parent": to}):
        return False
    _check_ahead(line, on=on, lines=lines)
    hierarchy.check_stays_open(to, on=on, versions=lines[to.pk].versions)
    _save([line], before=before, action="lifecycle.move", actor=actor, reason=reason, on=on)
    return True


@transaction.atomic
def close(
    institution: Institution,
    *,
    on: date,
    actor: Actor,
    reason: str,
    cause: str = Cause.CLOSED,
    successors: Sequence[Institution] = (),
) -> None:
    """The last day is the day before `on`. Children must be closed first; agreements are not touched.

    `successors` are the institutions that take over. Raises Refused.
    """
    line = timelines.load_one(institution, lock=True)
    refuse_absorbed(line.institution)
    before = timelines.states([line])
    hierarchy.check_no_children(institution, on=on)
    line.close(on, cause)
    refuse_successors(institution, successors)
    Succession.objects.bulk_create(
        [Succession(institution=institution, successor=one, kind=cause, on=on) for one in successors],
        ignore_conflicts=True,
    )
    _save([line], before=before, action="lifecycle.close", actor=actor, reason=reason, on=on)


@transaction.atomic
def reopen(institution: Institution, *, on: date, actor: Actor, reason: str) -> None:
    """Go on from a day as the institution was when it closed. Its parent must be open. Raises Refused."""
    refuse_outside(institution.level)
    lines = _load_with_parent(institution)
    line = lines[institution.pk]
    refuse_absorbed(line.institution)
    before = timelines.states([line])
    version = line.reopen(on)
    check(level=institution.level, facts=facts_of(version), on=on, above=_above(version, lines))
    Succession.objects.filter(institution=institution).delete()
    _save([line], before=before, action="lifecycle.reopen", actor=actor, reason=reason, on=on)


def check(*, level: str, facts: Mapping[str, Any], on: date, above: Timeline | None) -> None:
    """Whether a version with these facts may begin on a day under `above`. Raises Refused."""
    checks.check(level=level, facts=facts, on=on)
    hierarchy.check_parent(
        level=level, parent=facts["parent"], parent_at=above and above.at(on),
        municipality=facts["administrative_municipality"],
    )  # fmt: skip
    if above:
        hierarchy.check_stays_open(above.institution, on=on, versions=above.versions)


def refuse_outside(level: str) -> None:
    """Raise Refused `kun_i_registeret` for an institution outside the register."""
    if level == Level.UDENFOR:
        raise Refused("kun_i_registeret", _("Et A-nummer rettes ikke her: konsolidér det, eller indlæs det igen."))


def refuse_move(facts: Mapping[str, Any]) -> None:
    """Raise Refused `forkert_overordnet` where a correction names a parent: that is a move."""
    if "parent" in facts:
        raise Refused("forkert_overordnet", _("En ny overordnet er en flytning, ikke en rettelse."), field="parent")


def refuse_absorbed(institution: Institution) -> None:
    """Raise Refused `er_konsolideret` for an institution that lives on in another."""
    if institution.absorbed_into:
        raise Refused(
            "er_konsolideret",
            _("%(number)s er konsolideret ind i %(survivor)s.")
            % {"number": institution.number, "survivor": institution.absorbed_into.number},
        )


def refuse_successors(institution: Institution, successors: Sequence[Institution]) -> None:
    """Raise Refused `ugyldig_vaerdi` where an institution is named as its own successor."""
    if institution in successors:
        raise Refused(
            "ugyldig_vaerdi",
            _("%(number)s kan ikke være sin egen efterfølger.") % {"number": institution.number},
            field="successors",
            value=institution.number,
        )


def _load_with_parent(*institutions: Institution) -> dict[int, Timeline]:
    """Lock institutions and every parent that they have had or will have, all in number order."""
    keys = [one.pk for one in institutions]
    parents = Institution.objects.filter(child_versions__institution__in=keys).distinct()
    return timelines.load([*institutions, *parents], lock=True)


def _above(version: Version, lines: Mapping[int, Timeline]) -> Timeline | None:
    return lines.get(version.parent_id) if version.parent_id else None


def _check_ahead(line: Timeline, *, on: date, lines: Mapping[int, Timeline]) -> None:
    """Check every version that holds on a day or later, each on the first day that it holds then."""
    for version in line.versions:
        if not periods.ends_after(version.period, on):
            continue
        first = max(on, version.period.lower or on)
        above = _above(version, lines)
        checks.check(level=line.institution.level, facts=facts_of(version), on=first)
        hierarchy.check_parent(
            level=line.institution.level, parent=version.parent, parent_at=above and above.at(first),
            municipality=version.administrative_municipality,
        )  # fmt: skip


def _save(
    lines: Sequence[Timeline],
    *,
    before: Mapping[int, dict[str, Any]],
    action: str,
    actor: Actor,
    reason: str,
    on: date,
) -> None:
    timelines.save(lines)
    ledger.record(
        timelines.entries(lines, before=before, action=action, reason=reason, more={"on": on.isoformat()}),
        actor=actor,
    )

"""Request, approve, refuse, set back, delete a data agreement: the rules that every edge calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from agreements.models import ConnectionAgreement, DataAgreement
from agreements.states import LIVE, TRANSITIONS, Status
from institutions import timelines
from institutions.models import Institution, Level, Version
from registry import ledger, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from agreements.models import Service, System
    from registry.ledger import Actor

SEQUENCE = "agreements_number"
# More than are issued between two statements; fewer than take long to draw.
SLACK = 1000


@transaction.atomic
def request(
    institution: Institution, *, system: System, service: Service, actor: Actor, comment: str = ""
) -> DataAgreement:
    """A system asks for an institution's data through a service; the data owner is to decide.

    The number must be that of an anvisningsenhed or an alternativ adresse. An A-number is refused from
    the day of A_NUMBER_PHASE_OUT. Raises Refused.
    """
    institution = _hold(institution)
    check_request(institution, system=system, service=service, on=periods.today())
    agreement = DataAgreement.objects.create(
        number=take_number(), system=system, service=service, institution=institution, created_on=periods.today()
    )
    _record("agreement.request", agreement, before=None, actor=actor, comment=comment)
    return agreement


def approve(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """VENTER → GODKENDT. Raises Refused `ulovlig_overgang`."""
    _decide(agreement, Status.GODKENDT, action="agreement.approve", actor=actor, comment=comment)


def refuse(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """VENTER → AFVIST. Raises Refused `ulovlig_overgang`."""
    _decide(agreement, Status.AFVIST, action="agreement.refuse", actor=actor, comment=comment)


def set_back(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """GODKENDT or AFVIST → VENTER. Raises Refused `ulovlig_overgang`."""
    _decide(agreement, Status.VENTER, action="agreement.set_back", actor=actor, comment=comment)


def delete(agreement: DataAgreement, *, actor: Actor, comment: str = "") -> None:
    """Anything → SLETTET, which is final; the row stays. Raises Refused `ulovlig_overgang`."""
    _decide(agreement, Status.SLETTET, action="agreement.delete", actor=actor, comment=comment)


def check_request(institution: Institution, *, system: System, service: Service, on: date) -> None:
    """Raise Refused where a new agreement may not be asked for."""
    check_number(institution)
    if institution.level == Level.UDENFOR and (institution.absorbed_into or on >= settings.A_NUMBER_PHASE_OUT):
        right = institution.absorbed_into.number if institution.absorbed_into else ""
        raise Refused(
            "aftale_paa_a_nummer",
            _("%(number)s er et A-nummer. Brug %(right)s.")
            % {"number": institution.number, "right": right or _("institutionens G-nummer")},
            field="institution",
            value=institution.number,
            suggestions=[right] if right else [],
        )
    if not Version.objects.filter(institution=institution, period__contains=on).exists():
        raise Refused("ikke_aaben", _("%(number)s er ikke åben den %(on)s.")
                      % {"number": institution.number, "on": f"{on:%d.%m.%Y}"},
                      field="institution", value=institution.number)  # fmt: skip
    if system.passive:
        raise Refused("passivt_system", _("%(system)s er passivt.") % {"system": system}, field="system")
    if not ConnectionAgreement.objects.filter(system=system, service=service).exists():
        raise Refused(
            "ingen_tilslutningsaftale",
            _("%(system)s har ingen tilslutningsaftale om %(service)s.") % {"system": system, "service": service.code},
            field="service",
        )
    check_alone(institution, system=system, service=service)


def check_alone(institution: Institution, *, system: System, service: Service) -> None:
    """Raise Refused `aftale_findes` where the system has a live agreement on the service already."""
    if DataAgreement.objects.filter(system=system, service=service, institution=institution, status__in=LIVE).exists():
        raise Refused(
            "aftale_findes",
            _("%(system)s har allerede en aftale om %(service)s med %(number)s.")
            % {"system": system, "service": service.code, "number": institution.number},
            field="institution",
        )


def check_number(institution: Institution) -> None:
    """Raise Refused `aftale_paa_daginstitution` for a number that agreements cannot rest on."""
    if institution.level == Level.DAGINSTITUTION:
        raise Refused(
            "aftale_paa_daginstitution",
            _("%(number)s er en daginstitution; aftaler hviler på dens enheder.") % {"number": institution.number},
            field="institution",
            value=institution.number,
        )


def check_transition(agreement: DataAgreement, to: str) -> None:
    """Raise Refused `ulovlig_overgang` where the status may not become another."""
    if to not in TRANSITIONS[agreement.status]:
        lawful = sorted(TRANSITIONS[agreement.status])
        raise Refused(
            "ulovlig_overgang",
            _("Aftale %(number)s er %(status)s og kan ikke blive %(to)s.")
            % {"number": agreement.number, "status": agreement.status, "to": to},
            field="status",
            value=to,
            suggestions=lawful,
        )


def check_revival(agreement: DataAgreement, institution: Institution) -> None:
    """Raise Refused `er_konsolideret` or `aftale_findes` where an agreement cannot be live again."""
    if institution.absorbed_into:
        raise Refused(
            "er_konsolideret",
            _("%(number)s er konsolideret ind i %(survivor)s.")
            % {"number": institution.number, "survivor": institution.absorbed_into.number},
        )
    check_alone(institution, system=agreement.system, service=agreement.service)


def take_number() -> int:
    """The next agreement number; never used again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [SEQUENCE])
        return int(cursor.fetchone()[0])


def continue_after(number: int) -> None:
    """Let agreement numbers go on after this one; they never go back."""
    with connection.cursor() as cursor:
        # Only ever ahead, and by drawing at the end: setval alone could take back what is issued meanwhile.
        ahead = f"FROM {SEQUENCE} WHERE last_value < %s"
        cursor.execute(f"SELECT setval(%s, %s) {ahead}", [SEQUENCE, max(1, number - SLACK), number - SLACK])
        cursor.execute(
            f"SELECT count(nextval(%s)) FROM generate_series((SELECT last_value FROM {SEQUENCE}) + 1, %s)",  # noqa: S608
            [SEQUENCE, number],
        )


def state(agreement: DataAgreement) -> dict[str, Any]:
    """An agreement's whole state as JSON, for the ledger."""
    told = {
        "number": agreement.number,
        "system": agreement.system.code,
        "service": agreement.service.code,
        "institution": agreement.institution.number,
        "status": str(agreement.status),
        "created_on": agreement.created_on.isoformat(),
    }
    return told | ({"ended_on": agreement.ended_on.isoformat()} if agreement.ended_on else {})


def hold(institutions: Iterable[Institution]) -> None:
    """Lock institutions in number order until commit: before several rules in one transaction.

    The first rule takes the ledger's lock; an institution that is locked after it could wait for a rule that waits
    for the ledger.
    """
    wanted = Institution.objects.filter(pk__in={one.pk for one in institutions}).order_by("number")
    list(wanted.select_for_update(no_key=True).values_list("pk"))


def _hold(institution: Institution) -> Institution:
    """Lock an institution, before its agreements: the order in which a consolidation does."""
    return timelines.load_one(institution, lock=True).institution


@transaction.atomic
def _decide(agreement: DataAgreement, to: Status, *, action: str, actor: Actor, comment: str) -> None:
    institution = _hold(agreement.institution)
    locked = DataAgreement.objects.select_for_update(of=("self",)).select_related("system", "service", "institution")
    fresh = locked.get(pk=agreement.pk)
    check_transition(fresh, to)
    if to in LIVE and fresh.status not in LIVE:
        check_revival(fresh, institution)
    before = state(fresh)
    fresh.status = agreement.status = to
    fresh.ended_on = agreement.ended_on = periods.today() if to == Status.SLETTET else None
    fresh.save(update_fields=["status", "ended_on"])
    _record(action, fresh, before=before, actor=actor, comment=comment)


def _record(
    action: str, agreement: DataAgreement, *, before: dict[str, Any] | None, actor: Actor, comment: str
) -> Sequence[Any]:
    entry = Entry(action, agreement.subject, {"before": before, "after": state(agreement)}, comment)
    return ledger.record([entry], actor=actor)

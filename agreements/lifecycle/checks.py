"""What must hold before an agreement is asked for or decided; each raises Refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from agreements.states import TRANSITIONS, Status
from institutions.models import Level
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Collection

    from agreements.lifecycle.rows import Place
    from agreements.models import DataAgreement, Service, System
    from institutions.models import Institution


# A data owner's answer to a request.
DECIDED = (Status.GODKENDT, Status.AFVIST)


def check_number(institution: Institution) -> None:
    """Raise Refused `aftale_paa_daginstitution` for a number that agreements cannot rest on."""
    if institution.level == Level.DAGINSTITUTION:
        raise Refused(
            "aftale_paa_daginstitution",
            _("%(number)s er en daginstitution; aftaler hviler på dens enheder.") % {"number": institution.number},
            field="institution",
            value=institution.number,
        )


def taken(institution: Institution, *, system: System, service: Service) -> Refused:
    """The refusal of a second live agreement."""
    return Refused(
        "aftale_findes",
        _("%(system)s har allerede en aftale om %(service)s med %(number)s.")
        % {"system": system, "service": service.code, "number": institution.number},
        field="institution",
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


def check_revival(agreement: DataAgreement, *, live: Collection[Place]) -> None:
    """Raise Refused `er_konsolideret` or `aftale_findes` where an agreement cannot be live again."""
    institution = agreement.institution
    if institution.absorbed_into:
        raise Refused(
            "er_konsolideret",
            _("%(number)s er konsolideret ind i %(survivor)s.")
            % {"number": institution.number, "survivor": institution.absorbed_into.number},
        )
    if (agreement.system_id, agreement.service_id, agreement.institution_id) in live:
        raise taken(institution, system=agreement.system, service=agreement.service)


def check_reason(to: str, comment: str, *, ends: Collection[DataAgreement]) -> None:
    """Raise Refused `begrundelse_mangler` where a refusal takes an approved agreement away without saying why."""
    approved = [str(one.number) for one in ends if one.status == Status.GODKENDT]
    if to == Status.AFVIST and approved and not comment.strip():
        raise Refused(
            "begrundelse_mangler",
            _("Afvises den, ophører aftale %(numbers)s, som gælder i dag. Skriv hvorfor.")
            % {"numbers": ", ".join(approved)},
            field="comment",
        )

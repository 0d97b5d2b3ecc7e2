"""A system asks for institutions' data: one number or thousands through the same function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agreements import proposals
from agreements.lifecycle import rows
from agreements.lifecycle.checks import check_number, taken
from agreements.lifecycle.numbering import take_numbers
from agreements.models import ConnectionAgreement, DataAgreement
from agreements.states import Status
from institutions import numbers
from institutions.models import Level, Version
from registry import copying, periods
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agreements.lifecycle.rows import Place
    from agreements.models import Service, System
    from agreements.proposals import Proposal
    from institutions.models import Institution
    from registry.ledger import Actor


@dataclass(slots=True)
class Answer:
    """What became of a number that was asked for: the agreement, or why there is none; `remark` warns."""

    asked: str
    service: Service
    agreement: DataAgreement | None = None
    refused: Refused | None = None
    remark: Refused | None = None


def request(
    institution: Institution,
    *,
    system: System,
    service: Service,
    processor_agreement: bool,
    actor: Actor,
    comment: str = "",
) -> DataAgreement:
    """A system asks for an institution's data through a service; the data owner is to decide.

    `processor_agreement` states that a databehandleraftale exists. Raises Refused: see `request_many`.
    """
    (answer,) = request_many([institution.number], system=system, services=[service], actor=actor, comment=comment,
                             processor_agreement=processor_agreement)  # fmt: skip
    if answer.agreement is None:
        raise answer.refused or ValueError(answer)
    return answer.agreement


@transaction.atomic
def request_many(
    asked: Sequence[str],
    *,
    system: System,
    services: Sequence[Service],
    processor_agreement: bool,
    actor: Actor,
    comment: str = "",
    trial: bool = False,
) -> list[Answer]:
    """A system asks for many numbers through some services: an answer for each pair, number by number.

    A number must be that of an anvisningsenhed or an alternativ adresse that is open today. One on an A-number is
    warned against (`a_nummer_udfases`), and refused from the day of A_NUMBER_PHASE_OUT. A trial writes nothing.
    Raises Refused `databehandleraftale_mangler`, `passivt_system`: then nothing is asked for.
    """
    _check_system(system, processor_agreement=processor_agreement)
    desk = _Desk(asked, system)
    answers = [desk.answer(text, service) for text in dict.fromkeys(asked) for service in services]
    if not trial:
        _write(answers, processor_agreement=processor_agreement, actor=actor, comment=comment)
    return answers


class _Desk:
    """What is known of the numbers that are asked for; they are locked before they are looked at."""

    def __init__(self, asked: Sequence[str], system: System) -> None:
        self.system, self.today = system, periods.today()
        shaped = [number for text in asked if (number := _shaped(text))]
        rows.hold_keys(one.asked.pk for one in numbers.resolve_many(shaped).values())
        self.known = numbers.resolve_many(shaped)
        keys = [one.asked.pk for one in self.known.values()]
        current = Version.objects.filter(institution__in=keys, period__contains=self.today)
        self.open = set(current.values_list("institution_id", flat=True))
        connected = ConnectionAgreement.objects.filter(system=system, period__contains=self.today)
        self.connected = set(connected.values_list("service_id", flat=True))
        self.live: set[Place] = rows.live_places(keys)
        self.right: dict[int, list[Proposal]] = {}

    def answer(self, text: str, service: Service) -> Answer:
        """Decide one number and one service."""
        answer = Answer(text, service)
        try:
            institution = self._institution(text)
            self._check(institution, service)
        except Refused as refused:
            answer.refused = refused
            return answer
        if institution.level == Level.UDENFOR:
            answer.remark = self._phased_out("a_nummer_udfases", institution)
        answer.agreement = DataAgreement(
            # Its number is drawn when it is written.
            number=0,
            system=self.system,
            service=service,
            institution=institution,
            status=Status.VENTER,
            created_on=self.today,
        )
        self.live.add(rows.place_of(answer.agreement))
        return answer

    def _institution(self, text: str) -> Institution:
        number = numbers.clean(text)
        if number not in self.known:
            raise numbers.unknown(number)
        return self.known[number].asked

    def _check(self, institution: Institution, service: Service) -> None:
        check_number(institution)
        if institution.absorbed_into_id or self._is_over(institution):
            raise self._phased_out("aftale_paa_a_nummer", institution)
        if institution.pk not in self.open:
            raise Refused("ikke_aaben", _("%(number)s er ikke åben den %(on)s.")
                          % {"number": institution.number, "on": f"{self.today:%d.%m.%Y}"},
                          field="institution", value=institution.number)  # fmt: skip
        if service.pk not in self.connected:
            raise Refused(
                "ingen_tilslutningsaftale",
                _("%(system)s har ingen tilslutningsaftale om %(service)s.")
                % {"system": self.system, "service": service.code},
                field="service",
            )
        if (self.system.pk, service.pk, institution.pk) in self.live:
            raise taken(institution, system=self.system, service=service)

    def _is_over(self, institution: Institution) -> bool:
        return institution.level == Level.UDENFOR and self.today >= settings.A_NUMBER_PHASE_OUT

    def _phased_out(self, code: str, institution: Institution) -> Refused:
        """Names the right number, or the likely ones with their scores."""
        if institution.pk not in self.right:
            self.right[institution.pk] = proposals.right_numbers(institution)
        right = self.right[institution.pk]
        told = {"number": institution.number, "right": _(" eller ").join(map(str, right))}
        if right and right[0].score == 1:
            detail = _("%(number)s er et A-nummer. Brug %(right)s.")
        elif right:
            detail = _("%(number)s er et A-nummer. Det er sandsynligvis %(right)s i registeret.")
        else:
            detail = _("%(number)s er et A-nummer. Brug institutionens G-nummer.")
        return Refused(code, detail % told, field="institution", value=institution.number,
                       suggestions=[one.number for one in right])  # fmt: skip


def _shaped(text: str) -> str:
    try:
        return numbers.clean(text)
    except Refused:
        return ""


def _check_system(system: System, *, processor_agreement: bool) -> None:
    system.refresh_from_db(fields=["passive"])
    if system.passive:
        raise Refused("passivt_system", _("%(system)s er passivt.") % {"system": system}, field="system")
    if not processor_agreement:
        raise Refused(
            "databehandleraftale_mangler",
            _("En dataaftale kræver, at der findes en databehandleraftale med dataejeren."),
            field="processor_agreement",
        )


def _write(answers: Sequence[Answer], *, processor_agreement: bool, actor: Actor, comment: str) -> None:
    made = [one.agreement for one in answers if one.agreement]
    if not made:
        return
    pairs = zip(copying.take_keys(DataAgreement, len(made)), take_numbers(len(made)), strict=True)
    for agreement, (key, number) in zip(made, pairs, strict=True):
        agreement.pk, agreement.number, agreement.processor_agreement = key, number, processor_agreement
    copying.insert(DataAgreement, made)
    rows.insert_statuses((one, one.created_on) for one in made)
    rows.record([(_entry(one, comment), one.system.vendor.name) for one in made], actor=actor)


def _entry(agreement: DataAgreement, comment: str) -> Entry:
    return Entry("agreement.request", agreement.subject, {"before": None, "after": rows.state(agreement)}, comment)

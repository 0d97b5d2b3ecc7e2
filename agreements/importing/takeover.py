"""Tilslutning's own list of data agreements taken in: vendors, systems, services and agreements, row by row.

It is a migration: an agreement keeps its number, its status and its day. A row that is known already may
change its status, by a lawful transition; its system, service and institution never change.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from agreements import lifecycle
from agreements.models import ConnectionAgreement, DataAgreement, Service, System, Vendor
from agreements.states import LIVE, Status
from institutions import numbers
from institutions.importing.rows import day, refuse_twice
from registry import copying, ledger, periods, spreadsheets
from registry.ledger import Entry
from registry.problems import Refused
from registry.verdicts import Decision, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from registry.ledger import Actor
    from registry.spreadsheets import Row

COLUMNS = (
    "aftaleId", "institutionsNummer", "udbyderNavn", "udbyderCvr", "udbydersystemId", "udbydersystemNavn",
    "servicekode", "serviceNavn", "aftaleStatus", "oprettet",
)  # fmt: skip
REQUIRED = tuple([column] for column in COLUMNS if column not in {"udbyderNavn", "udbydersystemNavn", "serviceNavn"})
LENGTHS = {"udbyderNavn": 132, "udbyderCvr": 8, "udbydersystemNavn": 132, "servicekode": 20, "serviceNavn": 132}
# No leading zero: one number is written in one way. Not so long that one slip of a row uses up the sequence.
ID = re.compile(r"[1-9][0-9]{0,9}")
LOCK = 5_217_350_148


@transaction.atomic
def take_in(content: bytes, *, actor: Actor, trial: bool = False, reason: str = "") -> Report:
    """Decide every row of a file of data agreements and, unless it is a trial, apply what was decided.

    Raises Refused where the file is refused whole; then nothing is saved.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    sheet = spreadsheets.read(content, known=COLUMNS, required=REQUIRED)
    rows = [(row, {name: value.strip() for name, value in row.fields.items()}) for row in sheet.rows]
    refuse_twice((texts.get("aftaleId", ""), row.line) for row, texts in rows)
    load = _Load([texts for _row, texts in rows])
    report = Report([load.decide(row, texts) for row, texts in rows])
    if not trial:
        load.apply(actor=actor, reason=reason)
        report.applied = True
    return report


class _Load:
    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        rows = list(rows)
        wanted = {texts.get("institutionsNummer", "").upper() for texts in rows}
        shaped = [number for number in wanted if numbers.SHAPE.fullmatch(number)]
        # Locked before they are looked at: none is consolidated while a live agreement is laid on it.
        lifecycle.hold(one.asked for one in numbers.resolve_many(shaped).values())
        self.institutions = numbers.resolve_many(shaped)
        ids = [int(texts["aftaleId"]) for texts in rows if ID.fullmatch(texts.get("aftaleId", ""))]
        known = DataAgreement.objects.filter(number__in=ids).select_related("system", "service", "institution")
        self.known = {one.number: one for one in known.select_for_update(of=("self",))}
        self.live = set(
            DataAgreement.objects.filter(status__in=LIVE).values_list("system__code", "service__code", "institution_id")
        )
        self.vendors = {one.cvr_number: one for one in Vendor.objects.all()}
        self.systems = {one.code: one for one in System.objects.select_related("vendor")}
        self.services = {one.code: one for one in Service.objects.all()}
        self.made: list[Vendor | System | Service] = []
        self.new: list[DataAgreement] = []
        self.changed: list[tuple[DataAgreement, dict[str, Any], str]] = []

    def decide(self, row: Row, texts: Mapping[str, str]) -> Decision:
        name = " ".join(filter(None, (texts.get("institutionsNummer"), texts.get("udbydersystemId"))))
        try:
            row.check()
            number = _number(texts["aftaleId"])
            agreement = self._agreement(number, texts)
            known = self.known.get(number)
            verdict = self._decide_known(known, agreement) if known else self._decide_new(agreement)
        except Refused as refused:
            return Decision(row.line, texts.get("aftaleId", ""), name, Verdict.REFUSED, [refused])
        return Decision(row.line, str(number), name, verdict)

    def apply(self, *, actor: Actor, reason: str) -> None:
        """Write what the rows brought, the agreements by one COPY, and an event for each."""
        self._write_parties()
        for agreement, key in zip(self.new, copying.take_keys(DataAgreement, len(self.new)), strict=True):
            agreement.pk = key
            # Assigned anew: they had no keys yet when the agreement was made.
            agreement.system, agreement.service = agreement.system, agreement.service
        copying.insert(DataAgreement, self.new)
        lifecycle.insert_statuses((one, one.created_on) for one in self.new)
        changed = [one for one, _before, _act in self.changed]
        copying.update(DataAgreement, changed, ["status", "ended_on"])
        lifecycle.write_statuses(changed, on=periods.today())
        if self.new:
            lifecycle.continue_after(max(one.number for one in self.new))
        entries = [
            Entry("agreement.take_over", one.subject, {"before": None, "after": lifecycle.state(one)}, reason)
            for one in self.new
        ] + [
            Entry(act, one.subject, {"before": before, "after": lifecycle.state(one)}, reason)
            for one, before, act in self.changed
        ]
        ledger.record(entries, actor=actor)

    def _write_parties(self) -> None:
        # What only a refused row names is left out with it.
        used = {id(party) for one in self.new for party in (one.system.vendor, one.system, one.service)}
        for party in (one for one in self.made if id(one) in used):
            if isinstance(party, System):
                # Assigned anew: the vendor had no key yet when the system was made.
                party.vendor = party.vendor
            party.save()
        pairs = {(one.system.pk, one.service.pk) for one in self.new}
        ConnectionAgreement.objects.bulk_create(
            [ConnectionAgreement(system_id=system, service_id=service) for system, service in sorted(pairs)],
            ignore_conflicts=True,
        )

    def _agreement(self, number: int, texts: Mapping[str, str]) -> DataAgreement:
        for column, length in LENGTHS.items():
            if len(texts.get(column, "")) > length:
                raise Refused("for_lang", _("%(column)s har flere end %(length)s tegn.")
                              % {"column": column, "length": length}, field=column, value=texts[column])  # fmt: skip
        institution = self._institution(texts["institutionsNummer"])
        status = _status(texts["aftaleStatus"])
        created = day(texts["oprettet"], field="oprettet")
        if created is None:
            raise Refused("mangler", _("oprettet skal udfyldes."), field="oprettet")
        system, service = self._system(texts), self._service(texts)
        return DataAgreement(number=number, system=system, service=service, institution=institution.asked,
                             status=status, created_on=created)  # fmt: skip

    def _institution(self, text: str) -> numbers.Resolved:
        number = numbers.clean(text)
        found = self.institutions.get(number)
        if found is None:
            raise Refused("ukendt_nummer", _("%(number)s findes hverken i registeret eller uden for det.")
                          % {"number": number}, field="institutionsNummer", value=number)  # fmt: skip
        lifecycle.check_number(found.asked)
        return found

    def _system(self, texts: Mapping[str, str]) -> System:
        code, cvr = texts["udbydersystemId"], texts["udbyderCvr"]
        known = self.systems.get(code)
        if known:
            if known.vendor.cvr_number != cvr:
                raise Refused("andet_indhold", _("%(code)s hører til udbyderen %(vendor)s (CVR %(cvr)s).")
                              % {"code": code, "vendor": known.vendor.name, "cvr": known.vendor.cvr_number},
                              field="udbyderCvr", value=cvr)  # fmt: skip
            return known
        if not _shaped(code, letters=2, digits=6):
            raise Refused("ugyldig_vaerdi", _("»%(code)s« er ikke et systemid: to bogstaver og seks cifre.")
                          % {"code": code[:40]}, field="udbydersystemId", value=code)  # fmt: skip
        if not _shaped(cvr, letters=0, digits=8):
            raise Refused("ugyldig_vaerdi", _("»%(cvr)s« er ikke et CVR-nummer.") % {"cvr": cvr[:40]},
                          field="udbyderCvr", value=cvr)  # fmt: skip
        if cvr not in self.vendors:
            self.vendors[cvr] = Vendor(name=texts.get("udbyderNavn") or cvr, cvr_number=cvr)
            self.made.append(self.vendors[cvr])
        self.systems[code] = System(vendor=self.vendors[cvr], code=code, name=texts.get("udbydersystemNavn") or code)
        self.made.append(self.systems[code])
        return self.systems[code]

    def _service(self, texts: Mapping[str, str]) -> Service:
        code = texts["servicekode"]
        if not code:
            raise Refused("mangler", _("servicekode skal udfyldes."), field="servicekode")
        if code not in self.services:
            self.services[code] = Service(code=code, name=texts.get("serviceNavn") or code)
            self.made.append(self.services[code])
        return self.services[code]

    def _decide_new(self, agreement: DataAgreement) -> Verdict:
        if agreement.status in LIVE:
            self._check_live(agreement)
            self.live.add(_place(agreement))
        elif agreement.status == Status.SLETTET:
            agreement.ended_on = None
        self.new.append(agreement)
        return Verdict.NEW

    def _decide_known(self, known: DataAgreement, wanted: DataAgreement) -> Verdict:
        if _place(known) != _place(wanted):
            raise Refused(
                "andet_indhold",
                _("Aftale %(number)s gælder %(system)s, %(service)s og %(institution)s.")
                % {"number": known.number, "system": known.system.code, "service": known.service.code,
                   "institution": known.institution.number},
                field="aftaleId", value=str(known.number),
            )  # fmt: skip
        if known.status == wanted.status:
            return Verdict.UNCHANGED
        lifecycle.check_transition(known, wanted.status)
        if wanted.status in LIVE and known.status not in LIVE:
            self._check_live(wanted)
        self.live.discard(_place(known))
        if wanted.status in LIVE:
            self.live.add(_place(known))
        before = lifecycle.state(known)
        known.status = wanted.status
        known.ended_on = periods.today() if wanted.status == Status.SLETTET else None
        self.changed.append((known, before, lifecycle.ACTIONS[wanted.status]))
        return Verdict.CHANGED

    def _check_live(self, agreement: DataAgreement) -> None:
        institution = agreement.institution
        if institution.absorbed_into_id:
            right = self.institutions[institution.number].today.number
            raise Refused("aftale_paa_a_nummer", _("%(number)s er konsolideret; aftalen skal hvile på %(right)s.")
                          % {"number": institution.number, "right": right}, field="institutionsNummer",
                          value=institution.number, suggestions=[right])  # fmt: skip
        if _place(agreement) in self.live:
            raise Refused("aftale_findes", _("%(system)s har allerede en aftale om %(service)s med %(number)s.")
                          % {"system": agreement.system.code, "service": agreement.service.code,
                             "number": institution.number}, field="institutionsNummer")  # fmt: skip


def _place(agreement: DataAgreement) -> tuple[str, str, int]:
    return agreement.system.code, agreement.service.code, agreement.institution.pk


def _number(text: str) -> int:
    if not ID.fullmatch(text):
        raise Refused("ugyldig_vaerdi", _("»%(text)s« er ikke et aftale-id.") % {"text": text[:40]},
                      field="aftaleId", value=text)  # fmt: skip
    return int(text)


def _status(text: str) -> Status:
    if text not in Status.values:
        raise Refused("ukendt_kode", _("»%(text)s« er ikke en status.") % {"text": text[:40]},
                      field="aftaleStatus", value=text, suggestions=Status.values)  # fmt: skip
    return Status(text)


def _shaped(text: str, *, letters: int, digits: int) -> bool:
    return re.fullmatch(f"[A-Z]{{{letters}}}[0-9]{{{digits}}}", text) is not None

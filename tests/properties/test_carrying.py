"""Random agreements, cases and decisions: nobody loses a log-in that no named person took away with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from hypothesis import event as noted
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements import cases, lifecycle, parties
from agreements.carrying import Way, fates
from agreements.lifecycle import Wish
from agreements.models import Affiliation, Case, DataAgreement, StatusPeriod
from agreements.states import Status
from institutions.models import Institution, Version
from registry import periods
from registry.ledger import Actor
from registry.models import Event, User
from registry.problems import Refused
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from agreements.models import System

pytestmark = pytest.mark.django_db
OWNER = Actor("mette", "side")
WHY = "fordi"
CHANGING = (
    "institutions_institution", "institutions_version", "agreements_dataagreement", "agreements_statusperiod",
    "agreements_case", "agreements_choice",
)  # fmt: skip
BACK = (0, 0, 40)  # days ago from which a consolidation holds
TAKES_AWAY = ("agreement.refuse", "agreement.set_back", "agreement.delete", "agreement.end", "case.end_window")

olds = st.sampled_from([Status.GODKENDT, Status.GODKENDT, Status.GODKENDT, Status.VENTER, Status.AFVIST, None])
news = st.sampled_from([None, None, None, Status.VENTER, Status.GODKENDT, Status.SLETTET])
legacies = st.lists(
    st.fixed_dictionaries({"unit": st.integers(0, 1), "old": st.tuples(olds, olds),
                           "new": st.tuples(news, news)}),
    min_size=1, max_size=3,
)  # fmt: skip
kinds = st.sampled_from([
    "execute", "execute", "execute", "there and back", "undo", "undo", "choose", "ahead", "ahead", "end window",
    "reopen", "other unit", "approve", "approve", "approve", "refuse", "refuse unsaid", "set back", "delete",
])  # fmt: skip
doings = st.lists(st.tuples(kinds, st.integers(0, 30), st.sampled_from(BACK)), min_size=4, max_size=14)


class World:
    """Two units, some A-numbers with a ready case each, and two systems."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        mette = User.objects.get_or_create(username="mette")[0]
        if not Affiliation.objects.filter(user=mette).exists():
            parties.affiliate(mette, municipality=builders.municipality("101"), actor=ACTOR)
        self.systems = [builders.system(), builders.system()]
        self.units = [builders.unit(), builders.unit()]
        self.cases = []
        for place, row in enumerate(rows):
            absorbed, unit = builders.legacy(f"A1000{place}"), self.units[row["unit"]]
            for system, old, new in zip(self.systems, row["old"], row["new"], strict=True):
                self._agreement(absorbed, system, old)
                self._agreement(unit, system, new)
            self.cases.append(cases.open_case(absorbed, unit, actor=ACTOR))
        self._make_ready(self.cases)
        self.rights = self._rights()

    def _agreement(self, institution: Institution, system: System, status: Status | None) -> None:
        live = DataAgreement.objects.filter(institution=institution, system=system, status__in=["VENTER", "GODKENDT"])
        if status and not live.exists():
            builders.agreement(institution, status, by=system)

    def _make_ready(self, some: list[Case]) -> None:
        cases.make_ready(some, deadline=periods.today() + timedelta(days=30), actor=ACTOR)

    def _rights(self) -> list[tuple[DataAgreement, date]]:
        """Each approved agreement on an A-number, and since when it is."""
        rows = StatusPeriod.objects.filter(
            status="GODKENDT", period__endswith=None, agreement__status="GODKENDT",
            agreement__institution__number__startswith="A",
        )  # fmt: skip
        return [(row.agreement, row.period.lower) for row in rows.select_related("agreement__institution")]

    def do(self, what: str, place: int, ago: int) -> None:
        """One act; raises Refused."""
        case = self.cases[place % len(self.cases)]
        case.refresh_from_db()
        on = periods.today() - timedelta(days=ago)
        if what == "execute":
            cases.execute(case, fingerprint=cases.preview(case, on=on).fingerprint, actor=ACTOR, on=on)
        elif what == "there and back":
            before = builders.dump()
            self.do("execute", place, ago)
            cases.undo(case, actor=ACTOR, reason=WHY)
            assert builders.dump() == before
        elif what == "undo":
            cases.undo(case, actor=ACTOR, reason=WHY)
        elif what == "reopen":
            cases.reopen([case], actor=ACTOR)
            self._make_ready([case])
        elif what == "other unit":
            cases.change_survivor(case, self.units[place % 2], actor=ACTOR)
            self._make_ready([case])
        elif what == "end window":
            cases.end_window(case, actor=ACTOR, reason=WHY)
        elif what in {"choose", "ahead"}:
            self._say(case, what, place)
        else:
            self._decide(what, place)

    def _say(self, case: Case, what: str, place: int) -> None:
        told = fates(case.survivor, case.absorbed)
        if not told:
            return
        row = told[place % len(told)].row
        if what == "ahead":
            cases.approve_ahead(case, [row], actor=OWNER)
        else:
            cases.choose(case, row, Way.END, actor=ACTOR, reason=WHY)

    def _decide(self, what: str, place: int) -> None:
        rows = list(DataAgreement.objects.order_by("pk"))
        # Those that were made by a consolidation more often than others.
        rows += [one for one in rows if one.carries.exists()] * 3
        to = {"approve": "GODKENDT", "refuse": "AFVIST", "refuse unsaid": "AFVIST", "set back": "VENTER",
              "delete": "SLETTET"}[what]  # fmt: skip
        comment = "" if what in {"approve", "refuse unsaid"} else WHY
        if rows:
            (outcome,) = lifecycle.decide([Wish(rows[place % len(rows)].pk, to, comment)], actor=OWNER)
            if outcome.refused:
                raise outcome.refused


def locked_out(world: World) -> list[str]:
    """Who could log in by an agreement, and cannot on some day, though nobody took it away with a reason."""
    today = periods.today()
    found = []
    for right, since in world.rights:
        days = {since, today - timedelta(days=41), today - timedelta(days=40), today - timedelta(days=1), today,
                today + timedelta(days=1), today + timedelta(days=999)}  # fmt: skip
        lost = [day for day in sorted(days) if day >= since and not may_log_in(right, day)]
        if lost and not taken_away(right):
            found.append(f"{right} {lost}")
    return found


def may_log_in(right: DataAgreement, day: date) -> bool:
    """Whether the same system has an agreement in force on the day whose number is open then, or leads to one."""
    number = Institution.objects.get(pk=right.institution_id)
    places = {number.pk, number.absorbed_into_id}
    rows = StatusPeriod.objects.filter(status="GODKENDT", period__contains=day, agreement__system=right.system_id,
                                       agreement__institution__in=places - {None})  # fmt: skip
    return any(
        (row.agreement.ended_on is None or day < row.agreement.ended_on) and has_key(row.agreement.institution, day)
        for row in rows.select_related("agreement__institution")
    )


def has_key(institution: Institution, day: date) -> bool:
    keys = {institution.pk, institution.absorbed_into_id} - {None}
    return Version.objects.filter(institution__in=keys, period__contains=day).exists()


def taken_away(right: DataAgreement) -> bool:
    """Whether a named person has taken away the system's right here, or there, with a reason."""
    number = Institution.objects.get(pk=right.institution_id)
    rows = DataAgreement.objects.filter(system=right.system_id, institution__in={number.pk, number.absorbed_into_id})
    subjects = [one.subject for one in rows]
    decisions = Event.objects.filter(subject__in=subjects, action__in=TAKES_AWAY).exclude(reason="")
    chosen = Event.objects.filter(subject=f"sag:{number.number}", action="case.choose").exclude(reason="")
    ended = [one["agreement"] for event in chosen for one in event.data["after"].get("choices", ()) if one.get("way")]
    return decisions.exclude(actor="").exists() or right.number in ended


@given(rows=legacies, acts=doings)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_on_no_day_is_an_approved_agreement_without_a_key_unless_a_named_person_decided_so(
    rows: list[dict[str, Any]], acts: list[Any]
) -> None:
    with transaction.atomic():
        world = World(rows)
        assert locked_out(world) == []
        for what, place, ago in acts:
            before = builders.dump(*CHANGING)
            try:
                with transaction.atomic():
                    world.do(what, place, ago)
            except Refused as refused:
                noted(f"refused: {what}: {refused.code}")
                assert builders.dump(*CHANGING) == before
            else:
                noted(f"let through: {what}")
            assert locked_out(world) == []
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)

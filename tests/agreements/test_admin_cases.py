"""The consolidation desk: the list of cases, a case's page, what may be done there and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements import cases, lifecycle
from agreements.cases import State
from agreements.models import Case, Choice, DataAgreement
from agreements.states import Status
from institutions.duplicates import verdicts
from institutions.models import Answer, Candidate, Verdict
from registry import ledger, periods
from registry.models import Event
from tests import builders
from tests.builders import ACTOR

if TYPE_CHECKING:
    from datetime import date

    from django.test import Client

    from registry.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/agreements/case/"


@pytest.fixture
def desk(client: Client, kirsten: User) -> Client:
    """Kirsten, signed in."""
    client.force_login(kirsten)
    return client


@pytest.fixture
def deadline() -> date:
    return periods.today() + timedelta(days=60)


@pytest.fixture
def case() -> Case:
    return cases.open_case(builders.legacy(), builders.unit(), actor=ACTOR)


@pytest.fixture
def ready(case: Case, deadline: date) -> Case:
    return cases.make_ready([case], deadline=deadline, actor=ACTOR)[0]


def opened(number: str) -> Case:
    return cases.open_case(builders.legacy(number), builders.unit(), actor=ACTOR)


def state(case: Case) -> State:
    return cases.states([case])[case.pk]


def listed(desk: Client, **asked: str) -> list[str]:
    answer = desk.get(LIST, asked)
    assert answer.status_code == 200
    return [one.absorbed.number for one in answer.context["cl"].result_list]


def press(desk: Client, address: str, **given: Any) -> Any:  # noqa: ANN401 - Django's answer
    """Open the page of an act, and press its button with what the page holds and what is given."""
    form = desk.get(address).context["form"]
    held = {name: form[name].value() or "" for name in form.fields if name in {"seen", "fingerprint"}}
    return desk.post(address, {**held, **given}, follow=True)


def said(answer: Any) -> str:  # noqa: ANN401 - Django's answer
    return " ".join(str(one) for one in answer.context["messages"])


def test_nobody_but_staff_comes_in(client: Client, mads: User, ready: Case) -> None:
    client.force_login(mads)
    rooms = ("", f"{ready.pk}/change/", f"{ready.pk}/udfoer/", "tavle/", "tavle/aftaler/", "opret/", "opret-mange/",
             f"forhaandsvis/?sag={ready.pk}", f"handling/klar/?sag={ready.pk}")  # fmt: skip
    assert {client.get(f"{LIST}{room}").status_code for room in rooms} == {302}
    assert (
        client.post(f"{LIST}{ready.pk}/udfoer/", {"fingerprint": cases.preview(ready).fingerprint}).status_code == 302
    )
    assert state(ready) == State.READY


def test_the_list_shows_what_is_being_prepared_and_filters(desk: Client, deadline: date) -> None:
    a, b, c = (opened(f"A1000{each}") for each in range(1, 4))
    old = builders.agreement(b.absorbed)
    cases.make_ready([b], deadline=deadline, actor=ACTOR)
    cases.drop([c], actor=ACTOR, reason="nej")
    assert listed(desk) == ["A10002", "A10001"]  # the nearest deadline first
    assert listed(desk, tilstand="klar") == ["A10002"]
    assert listed(desk, tilstand="opgivet") == ["A10003"]
    assert listed(desk, tilstand="alle") == ["A10002", "A10001", "A10003"]
    assert listed(desk, udbyder=str(old.system.vendor_id)) == ["A10002"]
    assert listed(desk, udbyder="x") == []
    assert listed(desk, kommune="101") == ["A10002", "A10001"]
    assert listed(desk, kommune="751") == []
    assert listed(desk, frist="ingen") == ["A10001"]
    for words in ("a10001", a.survivor.number):
        assert listed(desk, q=words) == ["A10001"]
    assert sorted(listed(desk, q="lærke reden")) == ["A10001", "A10002"]


def test_a_deadline_that_has_passed_is_seen(desk: Client, ready: Case) -> None:
    builders.agreement(ready.absorbed)
    assert listed(desk, frist="overskredet") == []
    Case.objects.update(deadline=periods.today() - timedelta(days=1))
    assert listed(desk, frist="overskredet") == ["A10001"]
    cases.execute(ready, fingerprint=cases.preview(ready).fingerprint, actor=ACTOR)
    assert listed(desk, tilstand="alle", frist="overskredet") == ["A10001"]
    assert listed(desk, tilstand="uafgjort") == ["A10001"]
    assert "Fristen gik den" in desk.get(f"{LIST}{ready.pk}/change/").content.decode()
    lifecycle.approve(DataAgreement.objects.get(carries__isnull=False), actor=ACTOR)
    assert listed(desk, tilstand="alle", frist="overskredet") == []


def test_the_list_counts_and_takes_as_many_queries_for_three_cases_as_for_one(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            listed(desk)
        return len(captured)

    opened("A10001")
    listed(desk)
    one = queries()
    opened("A10002")
    opened("A10003")
    assert queries() == one
    told = dict(desk.get(LIST).context["states"])
    assert (told[State.PROPOSED], told[State.EXECUTED]) == (3, 0)


def test_an_empty_list_says_how_a_case_begins(desk: Client) -> None:
    assert "En sag oprettes for et par" in desk.get(LIST).content.decode()


def test_a_case_shows_both_the_reasons_and_every_agreement(desk: Client, case: Case) -> None:
    rows = {status: builders.agreement(case.absorbed, status) for status in Status}
    covered = builders.agreement(case.absorbed)
    there = builders.agreement(case.survivor, by=covered.system)
    verdicts.give(case.absorbed, case.survivor, answer=Answer.SAME, actor=ACTOR, reason="samme hus")
    answer = desk.get(f"{LIST}{case.pk}/change/")
    told = {line.fate.row.number: (line.what, line.there) for line in answer.context["fates"]}
    assert told == {
        rows[Status.GODKENDT].number: ("føres over: gælder, til dataejeren har afgjort den nye", ""),
        rows[Status.VENTER].number: ("anmodningen flytter med", ""),
        rows[Status.AFVIST].number: ("bliver, som den er", ""),
        rows[Status.SLETTET].number: ("bliver, som den er", ""),
        covered.number: (f"ophører: dækket af aftale {there.number}", f"aftale {there.number}, godkendt"),
    }
    assert answer.context["verdict"] == Verdict.objects.get()
    assert answer.context["terms"] != []
    assert {line.verdict for line in answer.context["lines"]} >= {"same", "differs"}


def test_one_goes_from_case_to_case_in_the_list_as_it_was_chosen(desk: Client) -> None:
    first, second, third = (opened(f"A1000{each}") for each in range(1, 4))
    cases.drop([second], actor=ACTOR, reason="nej")
    answer = desk.get(f"{LIST}{first.pk}/change/?kommune=101")
    assert (answer.context["place"], answer.context["total"]) == (1, 2)
    assert answer.context["previous"] == ""
    assert answer.context["following"] == f"{LIST}{third.pk}/change/?kommune=101"


def test_a_case_is_told_made_ready_previewed_executed_and_undone(desk: Client, case: Case, deadline: date) -> None:
    old = builders.agreement(case.absorbed)
    told = press(desk, f"{LIST}handling/varsl/?sag={case.pk}", on="2026-03-02", reason="brev")
    assert (state(case), "1 sag er varslet." in said(told)) == (State.NOTIFIED, True)
    press(desk, f"{LIST}handling/klar/?sag={case.pk}", deadline=deadline.isoformat())
    seen = desk.get(f"{LIST}{case.pk}/udfoer/")
    assert f"Ny aftale for {old.system.name}" in seen.content.decode()
    assert state(case) == State.READY
    done = press(desk, f"{LIST}{case.pk}/udfoer/", reason="samme hus")
    assert state(case) == State.EXECUTED
    assert "A10001 er konsolideret ind i" in said(done)
    assert done.context["waits"] == 1
    undone = press(desk, f"{LIST}{case.pk}/fortryd/", reason="nabohuset")
    assert (state(case), "alt er, som det var" in said(undone)) == (State.UNDONE, True)
    again = press(desk, f"{LIST}handling/genaabn/?sag={case.pk}")
    assert (state(case), "1 sag er genåbnet." in said(again)) == (State.NOTIFIED, True)


def test_what_was_not_previewed_is_not_executed_and_is_shown_anew(desk: Client, ready: Case) -> None:
    page = f"{LIST}{ready.pk}/udfoer/"
    form = desk.get(page).context["form"]
    seen, print_then = form["seen"].value(), form["fingerprint"].value()
    builders.agreement(ready.absorbed)
    refused = desk.post(page, {"seen": seen, "fingerprint": print_then})
    assert (refused.status_code, state(ready)) == (422, State.READY)
    assert "er ændret, siden konsolideringen" in refused.content.decode()
    again = refused.context["form"]
    assert again["fingerprint"].value() not in {"", print_then}
    desk.post(page, {"seen": seen, "fingerprint": again["fingerprint"].value()})
    assert state(ready) == State.EXECUTED


def test_the_second_click_is_told_who_was_first(desk: Client, ready: Case) -> None:
    page = f"{LIST}{ready.pk}/udfoer/"
    form = desk.get(page).context["form"]
    held = {name: form[name].value() for name in ("seen", "fingerprint")}
    desk.post(page, held)
    second = desk.post(page, held, follow=True)
    assert "er allerede konsolideret" in said(second)
    assert "af kirsten" in said(second)
    assert Event.objects.filter(action="consolidation.execute", subject="A10001").count() == 1


def test_a_case_that_is_not_ready_has_no_button(desk: Client, case: Case) -> None:
    page = f"{LIST}{case.pk}/udfoer/"
    assert '<button type="submit" class="primary">' not in desk.get(page).content.decode()
    desk.post(page, {"fingerprint": cases.preview(case).fingerprint})
    assert state(case) == State.PROPOSED


def test_undoing_names_what_has_moved(desk: Client, ready: Case) -> None:
    old = builders.agreement(ready.absorbed)
    cases.execute(ready, fingerprint=cases.preview(ready).fingerprint, actor=ACTOR)
    lifecycle.approve(DataAgreement.objects.get(carries=old), actor=ACTOR)
    refused = press(desk, f"{LIST}{ready.pk}/fortryd/", reason="en fejl")
    assert (refused.status_code, state(ready)) == (422, State.EXECUTED)
    assert f"({old.subject}) er ændret siden" in refused.content.decode()


def test_the_g_number_is_changed_and_a_daginstitution_refused_on_its_field(desk: Client, ready: Case) -> None:
    other, top = builders.unit(), builders.daginstitution()
    assert press(desk, f"{LIST}{ready.pk}/g-nummer/", survivor=top.number).status_code == 422
    press(desk, f"{LIST}{ready.pk}/g-nummer/", survivor=f"{other.number} Lærkereden")
    ready.refresh_from_db()
    assert (ready.survivor, state(ready)) == (other, State.PROPOSED)


def test_the_units_that_it_may_be_are_proposed(desk: Client, case: Case) -> None:
    other, top = builders.unit(), builders.daginstitution()
    for staying, score in ((case.survivor, 0.9), (other, 0.8), (top, 0.7)):
        Candidate.objects.update_or_create(leaving=case.absorbed, staying=staying, defaults={"score": score})
    change = desk.get(f"{LIST}{case.pk}/g-nummer/").context["likely"]
    assert [(address, number) for address, number, _name, _score in change] == [(f"?til={other.number}", other.number)]
    assert desk.get(f"{LIST}{case.pk}/g-nummer/?til={other.number}").context["form"]["survivor"].value() == other.number
    cases.drop([case], actor=ACTOR, reason="nej")
    opening = desk.get(f"{LIST}opret/?a=A10001").context["likely"]
    assert [address for address, *_rest in opening] == [
        f"?a=A10001&g={case.survivor.number}", f"?a=A10001&g={other.number}",
    ]  # fmt: skip


def test_another_way_is_chosen_with_a_reason(desk: Client, case: Case) -> None:
    old = builders.agreement(case.absorbed)
    page = f"{LIST}{case.pk}/aftale/{old.number}/"
    assert "reason" in press(desk, page, way="ophører").context["form"].errors
    press(desk, page, way="ophører", reason="bruges ikke mere")
    shown = desk.get(f"{LIST}{case.pk}/change/")
    assert [line.said for line in shown.context["fates"]] == ["kirsten: bruges ikke mere"]
    assert "mister adgang" in shown.content.decode()
    assert desk.get(f"{LIST}{case.pk}/aftale/1/").status_code == 404


def test_stil_notes_the_data_owner_s_yes_and_takes_it_back(desk: Client, case: Case) -> None:
    one, other = builders.agreement(case.absorbed), builders.agreement(case.absorbed)
    page = f"{LIST}{case.pk}/godkend/"
    assert "reason" in press(desk, page, agreements=[one.number]).context["form"].errors
    press(desk, page, agreements=[one.number], reason="mail af 3. marts")
    assert [(choice.agreement, choice.approved_by) for choice in Choice.objects.all()] == [(one, "kirsten")]
    press(desk, page, agreements=[other.number], reason="den anden")
    assert [choice.agreement for choice in Choice.objects.all()] == [other]
    event = ledger.history(case.subject).order_by("-seq")[0]
    assert (event.on_behalf_of, event.data["in_place_of_owner"]) == ("Københavns Kommune", True)


def test_the_window_is_closed_with_a_reason(desk: Client, ready: Case) -> None:
    old = builders.agreement(ready.absorbed)
    cases.execute(ready, fingerprint=cases.preview(ready).fingerprint, actor=ACTOR)
    page = f"{LIST}{ready.pk}/luk-vindue/"
    assert "reason" in press(desk, page).context["form"].errors
    assert "1 aftale er ophørt." in said(press(desk, page, reason="udbyderen svarer ikke"))
    old.refresh_from_db()
    assert old.status == Status.SLETTET


def test_two_at_one_case_the_second_is_told(desk: Client, case: Case, deadline: date) -> None:
    page = f"{LIST}handling/klar/?sag={case.pk}"
    seen = desk.get(page).context["form"]["seen"].value()
    cases.drop([case], actor=ACTOR, reason="nej")
    answer = desk.post(page, {"seen": seen, "deadline": deadline.isoformat()})
    assert answer.status_code == 422
    assert "sag:A10001 er ændret, siden du åbnede siden" in answer.content.decode()


def test_what_is_not_there_is_not_found(desk: Client, case: Case) -> None:
    for address in ("99999/change/", "x/change/", "99999/udfoer/", "handling/sluk/?sag=1", "handling/klar/?sag=",
                    "handling/klar/?sag=99999", "forhaandsvis/"):  # fmt: skip
        assert desk.get(f"{LIST}{address}").status_code == 404, address
    assert state(case) == State.PROPOSED

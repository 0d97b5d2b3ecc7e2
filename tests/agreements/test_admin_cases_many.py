"""Many cases at the desk: opened for what people have said, previewed as one, executed behind the scenes; the board."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from agreements import cases, lifecycle, phasing
from agreements.admin.cases import opening, pictures
from agreements.cases import State
from agreements.models import Case, DataAgreement
from agreements.phasing import Phase, Point
from agreements.states import Status
from institutions.duplicates import verdicts
from institutions.models import Answer
from registry import jobs, periods
from registry.jobs import Progress
from registry.models import Job, JobRow
from tests import builders, working
from tests.builders import ACTOR

if TYPE_CHECKING:
    from django.test import Client

    from institutions.models import Institution
    from registry.models import User

pytestmark = pytest.mark.django_db
LIST = "/admin/agreements/case/"


@pytest.fixture
def desk(client: Client, kirsten: User) -> Client:
    """Kirsten, signed in."""
    client.force_login(kirsten)
    return client


def opened(number: str, unit: Institution | None = None) -> Case:
    place = builders.municipality("101")
    return cases.open_case(builders.legacy(number, municipality=place), unit or builders.unit(), actor=ACTOR)


def made_ready(*some: Case) -> list[Case]:
    return cases.make_ready(some, deadline=periods.today() + timedelta(days=60), actor=ACTOR)


def address(*some: Case) -> str:
    return f"{LIST}forhaandsvis/?sag={','.join(str(one.pk) for one in some)}"


def execute(desk: Client, *some: Case, tick: list[Case] | None = None) -> Any:  # noqa: ANN401 - Django's answer
    """See the preview, and press the button with what is ticked there, or with some others."""
    context = desk.get(address(*some)).context
    ticked = [row.preview.case.pk for row in (*context["first"], *context["rest"]) if row.ticked]
    given = {"fingerprint": context["form"]["fingerprint"].value(), "seen": "0",
             "sag": [one.pk for one in tick] if tick is not None else ticked}  # fmt: skip
    return desk.post(address(*some), given, follow=True)


def test_the_list_leads_to_one_preview_of_those_that_are_marked(desk: Client) -> None:
    some = made_ready(*(opened(f"A1000{each}") for each in range(3)))
    marked = {"action": "forhaandsvis", "_selected_action": [one.pk for one in some]}
    answer = desk.post(LIST, marked)
    assert (answer.status_code, answer.headers["Location"]) == (302, address(*some))


def test_the_preview_has_totals_and_shows_those_to_look_at_first(desk: Client) -> None:
    plain, losing, unready = (opened(f"A1000{each}") for each in range(3))
    carried, old = builders.agreement(plain.absorbed), builders.agreement(losing.absorbed)
    cases.choose(losing, old, "ophører", actor=ACTOR, reason="bruges ikke mere")
    made_ready(plain, losing)
    context = desk.get(address(plain, losing, unready)).context
    assert [(row.preview.case.absorbed.number, row.possible, row.ticked) for row in context["first"]] == [
        ("A10001", True, False), ("A10002", False, False),
    ]  # fmt: skip
    assert [(row.preview.case, row.ticked, row.ways) for row in context["rest"]] == [
        (plain, True, [("føres over", 1)])
    ]  # fmt: skip
    totals = context["totals"]
    assert (totals.cases, context["possible"], totals.losing) == (3, 2, 1)
    assert context["unready"].endswith(f"/klar/?sag={unready.pk}")
    assert carried.status == Status.GODKENDT


def test_they_are_executed_behind_the_scenes_and_one_that_fails_stops_no_other(desk: Client) -> None:
    some = made_ready(*(opened(f"A1000{each}") for each in range(3)))
    answer = execute(desk, *some)
    job = Job.objects.get()
    assert answer.redirect_chain[-1][0] == f"/admin/registry/job/{job.pk}/change/"
    assert "3 konsolideringssager" in answer.content.decode()
    builders.agreement(some[1].absorbed)
    working.work_off()
    assert jobs.progress([job])[job.pk] == Progress(2, 1, 0)
    by = cases.states(some)
    assert [by[one.pk] for one in some] == [State.EXECUTED, State.READY, State.EXECUTED]
    refused = JobRow.objects.get(state=JobRow.State.FAILED)
    assert (refused.subject, refused.code) == (str(some[1]), "ikke_det_forhaandsviste")
    shown = desk.get(f"/admin/registry/job/{job.pk}/change/").content.decode()
    assert refused.told in shown
    assert f'<a href="{LIST}{some[1].pk}/change/">{some[1]}</a>' in shown


def test_a_case_s_history_is_the_ledger_s(desk: Client) -> None:
    (case,) = made_ready(opened("A10001"))
    told = desk.get(f"{LIST}{case.pk}/history/").context["events"]
    assert [one.action for one in told] == ["case.ready", "case.open"]


def test_only_what_is_ticked_is_executed_and_nothing_is_no_choice(desk: Client) -> None:
    some = made_ready(opened("A10001"), opened("A10002"))
    assert execute(desk, *some, tick=[]).status_code == 409
    assert not Job.objects.exists()
    execute(desk, *some, tick=[some[1]])
    working.work_off()
    by = cases.states(some)
    assert [by[one.pk] for one in some] == [State.READY, State.EXECUTED]


def test_what_is_changed_meanwhile_is_shown_anew(desk: Client) -> None:
    case = made_ready(opened("A10001"))[0]
    seen = desk.get(address(case)).context["form"]["fingerprint"].value()
    builders.agreement(case.absorbed)
    answer = desk.post(address(case), {"fingerprint": seen, "sag": [case.pk], "seen": "0"})
    assert answer.status_code == 409
    assert "Noget er ændret" in answer.content.decode()
    assert answer.context["form"]["fingerprint"].value() != seen
    assert not Job.objects.exists()


def test_the_second_click_is_led_to_the_first_one_s_job(desk: Client) -> None:
    case = made_ready(opened("A10001"))[0]
    given = {"fingerprint": desk.get(address(case)).context["form"]["fingerprint"].value(), "sag": [case.pk]}
    desk.post(address(case), given)
    second = desk.post(address(case), given, follow=True)
    job = Job.objects.get()
    assert second.redirect_chain[-1][0] == f"/admin/registry/job/{job.pk}/change/"
    assert "udføres allerede af opgave" in " ".join(str(one) for one in second.context["messages"])
    assert "Sagen er ved at blive udført" in desk.get(f"{LIST}{case.pk}/change/").content.decode()


def test_many_are_made_ready_and_dropped_at_once_or_none(desk: Client) -> None:
    some = [opened("A10001"), opened("A10002")]
    keys = ",".join(str(one.pk) for one in some)
    day = (periods.today() + timedelta(days=9)).isoformat()
    desk.post(f"{LIST}handling/klar/?sag={keys}", {"deadline": day, "seen": "0"})
    assert set(cases.states(some).values()) == {State.READY}
    cases.drop(some[:1], actor=ACTOR, reason="nej")
    refused = desk.post(f"{LIST}handling/opgiv/?sag={keys}", {"reason": "nej", "seen": "0"})
    assert refused.status_code == 422
    assert cases.states(some)[some[1].pk] == State.READY


def test_cases_are_opened_for_all_that_was_said_to_be_one(desk: Client) -> None:
    pairs = [(builders.legacy(f"A1000{each}"), builders.unit()) for each in range(3)]
    for legacy, unit in pairs:
        verdicts.give(legacy, unit, answer=Answer.SAME, actor=ACTOR)
    page = f"{LIST}opret-mange/"
    proposed = desk.get(page).context["pairs"]
    assert [pair.first.number for pair, _a, _g in proposed] == ["A10000", "A10001", "A10002"]
    assert desk.post(page, {}).status_code == 422
    ticked = [pair.pk for pair, _a, _g in proposed[:2]]
    answer = desk.post(page, {"par": ticked, "seen": "0"}, follow=True)
    assert "2 sager er oprettet." in [str(one) for one in answer.context["messages"]]
    assert [case.absorbed.number for case in Case.objects.all()] == ["A10000", "A10001"]
    assert [pair.first.number for pair, _a, _g in desk.get(page).context["pairs"]] == ["A10002"]
    # A second click: those have cases by now.
    assert desk.post(page, {"par": ticked, "seen": "0"}).status_code == 422


def test_more_pairs_than_a_form_may_hold_come_a_page_at_a_time(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST", 2)
    for each in range(3):
        verdicts.give(builders.legacy(f"A1000{each}"), builders.unit(), answer=Answer.SAME, actor=ACTOR)
    page = f"{LIST}opret-mange/"
    shown = desk.get(page)
    assert ([pair.first.number for pair, _a, _g in shown.context["pairs"]], shown.context["more"]) == (
        ["A10000", "A10001"], 1,
    )  # fmt: skip
    assert "Og 1 par til" in shown.text
    desk.post(page, {"par": [pair.pk for pair, _a, _g in shown.context["pairs"]], "seen": "0"})
    rest = desk.get(page)
    assert ([pair.first.number for pair, _a, _g in rest.context["pairs"]], rest.context["more"]) == (["A10002"], 0)
    assert "par til" not in rest.text


def test_a_search_that_finds_none_under_preparation_leads_to_all(desk: Client) -> None:
    case = cases.open_case(builders.legacy(), builders.unit(), actor=ACTOR)
    cases.drop([case], actor=ACTOR, reason="ikke den samme")
    told = "tilstand=alle&amp;q=A10001"
    assert told in desk.get(LIST, {"q": "A10001"}).text
    assert told not in desk.get(LIST, {"tilstand": "klar", "q": "A10001"}).text
    assert [one.pk for one in desk.get(LIST, {"tilstand": "alle", "q": "A10001"}).context["cl"].result_list] == [
        case.pk
    ]


def test_one_is_opened_from_the_institution_s_page(desk: Client) -> None:
    legacy, unit = builders.legacy(), builders.unit()
    verdicts.give(legacy, unit, answer=Answer.SAME, actor=ACTOR)
    way = f"{LIST}opret/?a=A10001&amp;g={unit.number}"
    assert way in desk.get("/admin/institutions/institution/A10001/change/").content.decode()
    assert way in desk.get(f"/admin/institutions/candidate/par/A10001/{unit.number}/").content.decode()
    desk.post(f"{LIST}opret/", {"absorbed": "A10001", "survivor": unit.number, "seen": "0"})
    case = Case.objects.get()
    for number in ("A10001", unit.number):
        shown = desk.get(f"/admin/institutions/institution/{number}/change/").content.decode()
        assert f'href="{LIST}{case.pk}/change/"' in shown
    assert desk.get(f"{LIST}opret/?a=A10001").headers["Location"] == f"{LIST}{case.pk}/change/"
    again = desk.post(f"{LIST}opret/", {"absorbed": "A10001", "survivor": unit.number, "seen": "0"})
    assert again.status_code == 422


def test_the_start_page_tells_how_many_there_are_once_there_are_any(desk: Client) -> None:
    address = f"{LIST}?tilstand=klar"
    assert address not in desk.get("/admin/").content.decode()
    made_ready(opened("A10001"))
    assert f'<a href="{address}"><strong>1</strong>' in desk.get("/admin/").content.decode()


def test_the_board_counts_and_leads_to_the_agreements(desk: Client) -> None:
    case = opened("A10001")
    one, other = builders.agreement(case.absorbed), builders.agreement(case.absorbed, by=builders.system())
    nowhere = builders.agreement(builders.legacy("A10002"), by=one.system)
    builders.agreement(case.survivor, Status.VENTER, by=other.system)
    rows = desk.get(f"{LIST}tavle/").context["rows"]
    assert [(row.municipality, row.counts) for row in rows] == [
        ("Københavns Kommune", {Phase.NOT_TOLD: 1, Phase.ASKED: 1}), ("Uden kendt kommune", {Phase.NOT_TOLD: 1}),
    ]  # fmt: skip
    by_vendor = desk.get(f"{LIST}tavle/?kommune=101").context["rows"]
    assert {row.vendor: row.counts for row in by_vendor} == {
        one.system.vendor.name: {Phase.NOT_TOLD: 1}, other.system.vendor.name: {Phase.ASKED: 1},
    }  # fmt: skip
    found = []
    for row in rows:
        for count, to, _words in row.cells:
            if count:
                found += [line.agreement for line in desk.get(to).context["rows"]]
    assert found == [one.number, other.number, nowhere.number]
    for nonsense in ("kommune=9x", "udbyder=x", "fase=x"):
        assert desk.get(f"{LIST}tavle/aftaler/?{nonsense}").context["rows"] == []


def test_a_picture_goes_in_steps_and_its_lines_are_round() -> None:
    first = date(2026, 1, 1)
    points = [Point(first, 90, 0), Point(date(2026, 2, 1), 50, 12), Point(date(2026, 3, 2), 7, 40)]
    drawn = pictures.draw(points)
    assert [tick.text for tick in drawn.across] == ["0", "50", "100", "150", "200"]
    assert [tick.text for tick in drawn.below] == ["01.01.2026", "31.01.2026", "02.03.2026"]
    assert drawn.live.startswith(f"M{float(drawn.left)} ")
    assert drawn.live.count("H") == drawn.live.count("V") == 3
    nothing = pictures.draw([Point(first, 0, 0)])
    assert [tick.text for tick in nothing.across] == ["0", "1", "2", "3", "4"]
    assert (
        nothing.live
        == nothing.consolidated
        == f"M{drawn.left} {float(drawn.bottom)}H{float(drawn.right)}V{float(drawn.bottom)}"
    )


def test_the_board_s_picture_follows_the_ledger(desk: Client) -> None:
    ready = made_ready(opened("A10001"))[0]
    carried, waiting = builders.agreement(ready.absorbed), builders.agreement(ready.absorbed, Status.VENTER)
    assert (phasing.history()[-1].live, phasing.history()[-1].consolidated) == (2, 0)
    cases.execute(ready, fingerprint=cases.preview(ready).fingerprint, actor=ACTOR)
    assert (phasing.history()[-1].live, phasing.history()[-1].consolidated) == (1, 1)
    lifecycle.approve(DataAgreement.objects.get(carries=carried), actor=ACTOR)
    answer = desk.get(f"{LIST}tavle/")
    assert [(point.live, point.consolidated) for point in answer.context["points"]] == [(0, 1)]
    assert waiting.status == Status.VENTER
    assert 'role="img"' in answer.content.decode()

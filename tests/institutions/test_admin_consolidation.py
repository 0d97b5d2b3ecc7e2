"""From a proposed pair to its consolidation and back, in the admin and by command."""

from __future__ import annotations

import math
from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.states import Status
from institutions import consolidation, lifecycle
from institutions.duplicates import candidates
from institutions.models import Candidate, Consolidation
from registry import periods
from registry.models import Event
from tests import builders

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client

    from institutions.models import Institution
    from registry.models import User

pytestmark = pytest.mark.django_db
DONE = "/admin/institutions/consolidation/"


@pytest.fixture
def desk(client: Client, kirsten: User) -> Client:
    """Kirsten, signed in."""
    client.force_login(kirsten)
    return client


@pytest.fixture
def pair() -> tuple[Institution, Institution]:
    """An A-number with a live agreement, and the unit that it is."""
    unit, legacy = builders.unit(), builders.legacy("A10001")
    builders.agreement(legacy)
    return legacy, unit


def preview(pair: tuple[Institution, Institution]) -> str:
    legacy, unit = pair
    return f"/admin/institutions/institution/{legacy.number}/konsolider/?ind_i={unit.number}"


def sent(desk: Client, url: str) -> dict[str, str]:
    form = desk.get(url).context["form"]
    return {"fingerprint": form["fingerprint"].value(), "on": periods.today().isoformat(), "reason": "Det er den samme"}


def execute(desk: Client, pair: tuple[Institution, Institution]) -> Consolidation:
    assert desk.post(preview(pair), sent(desk, preview(pair))).status_code == 302
    return Consolidation.objects.get()


def test_the_preview_tells_exactly_what_will_change_and_changes_nothing(
    desk: Client, pair: tuple[Institution, Institution]
) -> None:
    legacy, unit = pair
    before, seen = builders.dump(), Event.objects.count()
    answer = desk.get(preview(pair))
    told = answer.context["changes"]
    vendor = legacy.data_agreements.get().system.vendor.name
    assert told[0].startswith(f"A10001 er nu {unit.number}")
    old, new = legacy.data_agreements.get(), f"med {unit.number}: venter."
    assert told[2].startswith("Ny aftale for ")
    assert told[2].endswith(new)
    assert told[3].startswith(f"Aftale {old.number}, {vendor}: ")
    assert told[3].endswith(": gælder, til dataejeren har afgjort den nye.")
    assert len(told) == 4
    assert vendor in answer.context["notes"][0]
    verdicts = {line.label: line.verdict for line in answer.context["lines"]}
    assert (verdicts["Navn"], verdicts["Hører under"]) == ("same", "alone")
    assert {**builders.dump(), "django_session": before["django_session"]} == before
    assert Event.objects.count() == seen


def test_it_is_executed_and_undone(desk: Client, pair: tuple[Institution, Institution]) -> None:
    legacy, unit = pair
    before = builders.dump()
    done = execute(desk, pair)
    legacy.refresh_from_db()
    assert legacy.absorbed_into == unit
    page = desk.get(f"{DONE}{done.pk}/change/")
    assert "Står ved magt" in page.content.decode()
    refused = desk.post(f"{DONE}{done.pk}/fortryd/", {"reason": ""})
    assert list(refused.context["form"].errors) == ["reason"]
    undo = {"reason": "Det var ikke den samme", "seen": "0"}
    assert desk.post(f"{DONE}{done.pk}/fortryd/", undo).status_code == 302
    assert {**builders.dump(), "django_session": before["django_session"]} == before
    assert "Det var ikke den samme" in desk.get(f"{DONE}{done.pk}/change/").content.decode()
    again = desk.post(f"{DONE}{done.pk}/fortryd/", undo)
    assert "allerede fortrudt" in again.context["form"].non_field_errors()[0]


def test_it_is_refused_where_the_register_has_moved_and_shown_anew(
    desk: Client, pair: tuple[Institution, Institution]
) -> None:
    legacy, unit = pair
    data = sent(desk, preview(pair))
    builders.agreement(legacy, Status.VENTER)
    answer = desk.post(preview(pair), data)
    assert answer.status_code == 422
    assert "er ændret, siden" in answer.context["form"].non_field_errors()[0]
    told = answer.context["changes"]
    assert len(told) == 5
    assert told[4].endswith(f": anmodningen flytter med til {unit.number}.")
    fresh = answer.context["form"]["fingerprint"].value()
    assert fresh != data["fingerprint"]
    assert desk.post(preview(pair), {**data, "fingerprint": fresh}).status_code == 302


def test_a_second_submit_leads_to_what_was_done(desk: Client, pair: tuple[Institution, Institution]) -> None:
    data = sent(desk, preview(pair))
    done = execute(desk, pair)
    answer = desk.post(preview(pair), data)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{DONE}{done.pk}/change/")
    assert Consolidation.objects.count() == 1


def test_a_daginstitution_is_refused_in_words(desk: Client) -> None:
    pair = (builders.legacy("A10001"), builders.daginstitution())
    answer = desk.get(preview(pair))
    assert answer.status_code == 422
    assert "aftaler hviler på en anvisningsenhed" in answer.context["form"].non_field_errors()[0]


def test_the_list_takes_as_many_queries_for_three_as_for_one(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(DONE).status_code == 200
        return len(captured)

    def consolidate(number: str) -> None:
        plan = consolidation.plan(builders.unit(), builders.legacy(number))
        consolidation.execute(plan, fingerprint=plan.fingerprint, actor=builders.ACTOR)

    consolidate("A10001")
    desk.get(DONE)
    one = queries()
    consolidate("A10002")
    consolidate("A10003")
    assert queries() == one
    assert [row.data["absorbed"] for row in desk.get(DONE, {"tilstand": "staar"}).context["cl"].result_list] == [
        "A10003", "A10002", "A10001",
    ]  # fmt: skip
    assert not desk.get(DONE, {"tilstand": "fortrudt"}).context["cl"].result_list


def test_duplicates_are_proposed_with_reasons_that_sum_to_the_score(desk: Client) -> None:
    unit = builders.unit(name="Lærkereden", phone="33112233")
    builders.unit(name="Ugleboet", street="Egevej", house_number="100", p_number="1012345600")
    legacy = builders.legacy("A10001", name="LÆRKEREDEN", postcode="2400", phone="+45 33 11 22 33", p_number="")
    assert desk.post("/admin/institutions/candidate/opdater/").status_code == 302
    found = Candidate.objects.get()
    assert (found.leaving, found.staying) == (legacy, unit)
    assert found.score > 0.95
    assert {"samme vej og husnummer, og navnet passer", "samme telefonnummer, som ingen andre har"} <= {
        reason["tekst"] for reason in found.reasons
    }
    log_odds = round(sum(reason["vaegt"] for reason in found.reasons), 2)
    assert found.score == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-6)


def test_the_absorbed_and_the_closed_are_not_proposed(pair: tuple[Institution, Institution]) -> None:
    legacy, unit = pair
    builders.legacy("A10002", name="Lærkereden")
    closed = builders.unit(name="Lærkereden")
    lifecycle.close(closed, on=periods.today(), actor=builders.ACTOR, reason="slut")
    plan = consolidation.plan(unit, legacy)
    consolidation.execute(plan, fingerprint=plan.fingerprint, actor=builders.ACTOR)
    candidates.refresh()
    assert [(one.leaving.number, one.staying) for one in Candidate.objects.all()] == [("A10002", unit)]


def test_the_queue_is_the_same_each_time_and_takes_as_many_queries_for_three(desk: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get("/admin/institutions/candidate/").status_code == 200
        return len(captured)

    builders.unit()
    builders.legacy("A10001")
    candidates.refresh()
    desk.get("/admin/institutions/candidate/")
    one = queries()
    builders.legacy("A10002")
    builders.legacy("A10003")
    candidates.refresh()
    first = list(Candidate.objects.values_list("leaving", "staying", "score", "reasons"))
    candidates.refresh()
    assert list(Candidate.objects.values_list("leaving", "staying", "score", "reasons")) == first
    assert len(first) == 3
    assert queries() == one


def test_find_duplicates_exports_the_best_first(tmp_path: Path) -> None:
    unit = builders.unit()
    builders.legacy("A10001", name="Lærkerede", street="Lærkevej 9", postcode="2400")
    builders.legacy("A10002", postcode="2400")
    out = StringIO()
    call_command("find_duplicates", export=tmp_path / "par.csv", stdout=out)
    lines = (tmp_path / "par.csv").read_text().splitlines()
    assert [line.rsplit(",", 1)[0] for line in lines] == ["a_id,g_id", f"A10002,{unit.number}", f"A10001,{unit.number}"]
    assert out.getvalue().startswith("2 par er foreslået.\n")


def test_the_command_tries_consolidates_and_undoes(pair: tuple[Institution, Institution]) -> None:
    legacy, unit = pair
    before, out = builders.dump(), StringIO()
    call_command("consolidate", legacy.number, unit.number, trial=True, stdout=out)
    assert "Kun en prøve: intet er ændret." in out.getvalue()
    assert builders.dump() == before
    call_command("consolidate", legacy.number, unit.number, stdout=out)
    done = Consolidation.objects.get()
    assert done.door == "kommando"
    assert f"undo_consolidation {done.pk}" in out.getvalue()
    call_command("undo_consolidation", str(done.pk), stdout=out)
    assert builders.dump() == before


def test_a_refusal_is_a_sentence_at_the_terminal() -> None:
    unit = builders.unit()
    with pytest.raises(CommandError, match="er aldrig udstedt"):
        call_command("consolidate", "A10009", unit.number)
    with pytest.raises(CommandError, match="er ikke et A-nummer"):
        call_command("consolidate", unit.number, builders.unit().number)
    with pytest.raises(CommandError, match="ingen konsolidering med løbenummer 7"):
        call_command("undo_consolidation", "7")


def test_what_takes_effect_soon_stands_on_the_start_page(desk: Client) -> None:
    unit = builders.unit()
    lifecycle.close(unit, on=periods.today() + timedelta(days=10), actor=builders.ACTOR, reason="slut")
    panel = next(one for one in desk.get("/admin/").context["panels"] if "kraft" in str(one.title))
    assert [version.institution.number for _day, version, _what in panel.context["rows"]] == [unit.number]

"""Jobs: rows done behind the scenes, once each, watched, stopped and resumed."""

from __future__ import annotations

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from registry import jobs
from registry.jobs import Progress, Row, running
from registry.ledger import Actor
from registry.models import Event, Job, JobRow
from registry.problems import Refused
from tests import builders, working

pytestmark = pytest.mark.django_db

ACTOR = Actor("kirsten", "admin", "STIL")


def rows(count: int, **given: object) -> list[Row]:
    return [Row(f"R{number}", {"subject": f"R{number}", **given}) for number in range(1, count + 1)]


def begin(listed: list[Row]) -> Job:
    return jobs.start(working.note, what="Prøve", rows=listed, actor=ACTOR)


def progress(job: Job) -> Progress:
    return jobs.progress([job])[job.pk]


def notes() -> list[str]:
    return [subject for action, subject in builders.events() if action == "test.note"]


def test_every_row_is_done_in_order_by_whom_it_was_asked_of() -> None:
    job = begin(rows(3))
    assert (job.state, progress(job)) == (Job.State.WAITING, Progress(0, 0, 3))
    working.work_off()
    job.refresh_from_db()
    assert (job.state, progress(job)) == (Job.State.DONE, Progress(3, 0, 0))
    assert builders.events() == [
        ("job.start", f"opgave:{job.pk}"), ("test.note", "R1"), ("test.note", "R2"), ("test.note", "R3"),
        ("job.done", f"opgave:{job.pk}"),
    ]  # fmt: skip
    done = set(Event.objects.exclude(action="job.start").values_list("actor", "door", "on_behalf_of"))
    assert done == {("kirsten", "baggrund", "STIL")}


def test_a_row_that_fails_stops_no_other_and_leaves_nothing() -> None:
    job = begin([
        Row("R1", {"subject": "R1", "end": "refuse"}), Row("R2", {"subject": "R2", "end": "break"}),
        Row("R3", {}), *rows(1),
    ])  # fmt: skip
    working.work_off()
    assert list(JobRow.objects.order_by("position").values_list("state", "code", "told")) == [
        ("afvist", "ikke_fundet", "Findes ikke."),
        ("afvist", "intern_fejl", "Der skete en fejl hos os. Den er skrevet ned."),
        ("afvist", "intern_fejl", "Der skete en fejl hos os. Den er skrevet ned."),
        ("udfoert", "", "R1 er noteret."),
    ]
    assert notes() == ["R1"]
    assert Event.objects.get(action="job.done").data == {"done": 1, "failed": 3}
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_rows_are_done_in_lots_and_a_lot_that_breaks_row_by_row() -> None:
    refused, broken = Row("R5", {"subject": "R5", "end": "refuse"}), Row("R6", {"subject": "R6", "end": "break"})
    listed = [*rows(4), refused, broken, *(Row(one, {"subject": one}) for one in ("R7", "R8"))]
    job = jobs.start(working.note_together, what="Prøve", rows=listed, actor=ACTOR)
    working.work_off()
    assert list(JobRow.objects.order_by("position").values_list("subject", "state", "code", "told")) == [
        *((f"R{number}", "udfoert", "", "3 sammen") for number in (1, 2, 3)), ("R4", "udfoert", "", "1 sammen"),
        ("R5", "afvist", "ikke_fundet", "Findes ikke."),
        ("R6", "afvist", "intern_fejl", "Der skete en fejl hos os. Den er skrevet ned."),
        ("R7", "udfoert", "", "2 sammen"), ("R8", "udfoert", "", "2 sammen"),
    ]  # fmt: skip
    assert notes() == ["R1", "R2", "R3", "R4", "R7", "R8"]
    job.refresh_from_db()
    assert (job.state, progress(job)) == (Job.State.DONE, Progress(6, 2, 0))


def test_nothing_is_done_where_the_transaction_is_rolled_back() -> None:
    with transaction.atomic():
        begin(rows(1))
        transaction.set_rollback(True)
    assert (Job.objects.exists(), DBTaskResult.objects.exists()) == (False, False)


def test_a_job_without_rows_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        begin([])
    assert refused.value.code == "ingen_raekker"


def test_a_job_that_has_not_begun_is_stopped_at_once_and_resumed() -> None:
    job = jobs.stop(begin(rows(2)), actor=ACTOR)
    working.work_off()
    assert (job.state, notes()) == (Job.State.STOPPED, [])
    job = jobs.resume(job, actor=ACTOR)
    working.work_off()
    job.refresh_from_db()
    assert (job.state, notes()) == (Job.State.DONE, ["R1", "R2"])


def test_a_job_under_way_is_stopped_after_its_row() -> None:
    job = begin(rows(3))
    Job.objects.update(state=Job.State.RUNNING)
    assert running.do_next(job, working.note) is True
    job = jobs.stop(job, actor=ACTOR)
    assert job.state == Job.State.STOPPING
    assert running.do_next(job, working.note) is False
    working.work_off()
    job.refresh_from_db()
    assert (job.state, notes()) == (Job.State.STOPPED, ["R1"])
    jobs.resume(job, actor=ACTOR)
    working.work_off()
    job.refresh_from_db()
    assert (job.state, notes()) == (Job.State.DONE, ["R1", "R2", "R3"])


@pytest.mark.parametrize("state", [Job.State.DONE, Job.State.STOPPED, Job.State.STOPPING])
def test_what_does_not_go_on_cannot_be_stopped(state: str) -> None:
    job = begin(rows(1))
    Job.objects.update(state=state)
    with pytest.raises(Refused) as refused:
        jobs.stop(job, actor=ACTOR)
    assert refused.value.code == "opgave_ikke_i_gang"


@pytest.mark.parametrize("state", [Job.State.DONE, Job.State.WAITING, Job.State.RUNNING, Job.State.STOPPING])
def test_only_what_is_stopped_is_resumed(state: str) -> None:
    job = begin(rows(1))
    Job.objects.update(state=state)
    with pytest.raises(Refused) as refused:
        jobs.resume(job, actor=ACTOR)
    assert refused.value.code == "opgave_ikke_stoppet"


def test_a_long_job_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TURN", 0)
    begin(rows(2))
    jobs.start(working.note, what="Anden", rows=[Row("S1", {"subject": "S1"})], actor=ACTOR)
    working.work_off()
    assert notes() == ["R1", "S1", "R2"]


def test_a_job_whose_work_is_gone_stops_and_says_so() -> None:
    job = begin(rows(1))
    Job.objects.update(work="tests.working.gone")
    working.work_off()
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.STOPPED, "Arbejdet »tests.working.gone« findes ikke længere.")

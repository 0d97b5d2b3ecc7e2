"""Processes that do background work: seen to live, missed when killed; no row is done twice."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest
from django.db import connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from registry import jobs, ledger, workers
from registry.jobs import Progress, Row
from registry.ledger import Actor, Break
from registry.models import Job, JobRow, Worker
from registry.problems import Refused
from registry.workers import tending
from tests import builders, working

ACTOR = Actor("kirsten", "admin")


def begin(count: int, **given: object) -> Job:
    listed = [Row(f"R{number}", {"subject": f"R{number}", **given}) for number in range(1, count + 1)]
    return jobs.start(working.note, what="Prøve", rows=listed, actor=ACTOR)


def time_passes() -> None:
    """The lease of every process runs out."""
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=1))


def state(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


@pytest.mark.slow
def test_a_job_whose_process_is_killed_is_done_by_the_next_and_no_row_twice(own_database: str) -> None:
    job = begin(40, seconds=0.05)
    first = working.begin_process(database=own_database)
    try:
        working.until(lambda: JobRow.objects.filter(state=JobRow.State.DONE).count() > 3)
        assert workers.overview().alive == 1
    finally:
        first.kill()
        first.wait()
    connection.close()
    assert (state(job), DBTaskResult.objects.get().status) == (Job.State.RUNNING, TaskResultStatus.RUNNING)
    assert workers.tend() == 0  # it may still live
    time_passes()
    second = working.begin_process("--batch", database=own_database)
    assert second.wait(timeout=60) == 0
    connection.close()
    assert state(job) == Job.State.DONE
    assert jobs.progress([job])[job.pk] == Progress(40, 0, 0)
    noted = [subject for action, subject in builders.events() if action == "test.note"]
    assert noted == [f"R{number}" for number in range(1, 41)]
    assert [one for one in ledger.verify() if isinstance(one, Break)] == []


@pytest.mark.slow
def test_two_processes_share_a_job_s_rows(own_database: str) -> None:
    job = begin(30, seconds=0.02)
    jobs.running.run_job.enqueue(job.pk)
    both = [working.begin_process("--batch", database=own_database) for _each in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    connection.close()
    noted = sorted(subject for action, subject in builders.events() if action == "test.note")
    assert noted == sorted(f"R{number}" for number in range(1, 31))
    assert state(job) == Job.State.DONE


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_process_that_is_asked_to_end_does_its_turn_and_is_gone(own_database: str, how: signal.Signals) -> None:
    job = begin(10, seconds=0.05)
    process = working.begin_process(database=own_database)
    working.until(lambda: JobRow.objects.filter(state=JobRow.State.DONE).exists())
    process.send_signal(how)
    assert process.wait(timeout=30) == 0
    connection.close()
    assert (state(job), Worker.objects.count()) == (Job.State.DONE, 0)


@pytest.mark.slow
def test_a_process_ends_with_the_one_that_it_follows(own_database: str) -> None:
    process = working.begin_process("--follow", "1", database=own_database)
    assert process.wait(timeout=30) == 0
    connection.close()
    assert Worker.objects.count() == 0


@pytest.mark.usefixtures("own_database")
def test_a_job_that_lost_its_database_is_taken_up_again() -> None:
    job = begin(1, end="lose")
    working.work_off()
    assert (state(job), DBTaskResult.objects.get().status) == (Job.State.RUNNING, TaskResultStatus.FAILED)
    JobRow.objects.update(data={"subject": "R1"})
    workers.tend()
    working.work_off()
    assert state(job) == Job.State.DONE


@pytest.mark.django_db
def test_a_task_that_outlives_five_processes_is_given_up() -> None:
    begin(1)
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, worker_ids=["a", "b", "c", "d", "e"])
    Job.objects.update(state=Job.State.DONE)
    assert workers.tend() == 1
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


@pytest.mark.django_db
def test_a_failed_task_is_queued_again_by_a_person_once() -> None:
    begin(1)
    task = DBTaskResult.objects.get()
    with pytest.raises(Refused) as refused:
        workers.again(task, actor=ACTOR)
    assert refused.value.code == "kald_ikke_fejlet"
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED)
    assert workers.overview().failed == 1
    workers.again(task, actor=ACTOR)
    assert builders.events()[-1] == ("task.again", tending.subject(task))
    working.work_off()
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.django_db
def test_work_that_nobody_does_is_seen() -> None:
    begin(1)
    assert (workers.overview().due, workers.overview().stands_still) == (1, True)
    Worker.objects.create(pk="w", host="h", pid=1, started_at=timezone.now(), seen_at=timezone.now())
    assert workers.overview().stands_still is False
    time_passes()
    assert workers.overview().stands_still is True

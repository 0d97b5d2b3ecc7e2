"""Background work: how far each job is, a stop and a resume; the queue's own tasks, and whether anybody does them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.http import Http404, HttpResponseRedirect
from django.tasks import TaskResultStatus
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_tasks_db.models import DBTaskResult, get_date_max

from registry import jobs, ledger, workers
from registry.admin.base import RegistryAdmin
from registry.jobs import acts
from registry.jobs.progress import unfinished
from registry.models import Job, JobRow
from registry.site import links, names, panels
from registry.site.panels import Panel
from registry.workers import Call, tending

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

names.ACTIONS.update({
    "job.start": gettext_lazy("Opgave bestilt"), "job.stop": gettext_lazy("Opgave bedt om at stoppe"),
    "job.resume": gettext_lazy("Opgave genoptaget"), "job.done": gettext_lazy("Opgave færdig"),
    "job.stopped": gettext_lazy("Opgave stoppet"), "task.again": gettext_lazy("Kald sat i gang igen"),
})  # fmt: skip

GOING = frozenset({Job.State.WAITING, Job.State.RUNNING, Job.State.STOPPING})
STATES: dict[str, Any] = {
    TaskResultStatus.READY: gettext_lazy("venter"), TaskResultStatus.RUNNING: gettext_lazy("i gang"),
    TaskResultStatus.FAILED: gettext_lazy("fejlet"), TaskResultStatus.SUCCESSFUL: gettext_lazy("udført"),
}  # fmt: skip
MOST_ROWS = 500  # on one page, refused ones first


@admin.register(Job)
class JobAdmin(RegistryAdmin[Job]):
    """What was asked for, by whom, and how far it is."""

    list_display = ("what", "state", "how_far", "actor", "created_at", "ended_at")
    list_filter: ClassVar = ["state", "created_at"]
    search_fields: ClassVar = ["what", "actor"]
    sortable_by = ("created_at",)
    change_list_template = "admin/jobs.html"

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's own
        """The list, with the progress of all its rows in one query."""
        found = super().get_changelist_instance(request)
        progress = jobs.progress(found.result_list)
        for job in found.result_list:
            job.progress = progress[job.pk]
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and whether anybody works."""
        return super().changelist_view(request, {"overview": workers.overview(), **(extra_context or {})})

    @admin.display(description=gettext_lazy("udført"))
    def how_far(self, job: Any) -> str:  # noqa: ANN401 - with its progress
        """Rows decided, of all."""
        return _("%(decided)s af %(total)s") % {"decided": job.progress.decided, "total": job.total}

    def subjects(self, obj: Job) -> list[str]:
        """The job's name in the ledger."""
        return [acts.subject(obj)]

    def get_urls(self) -> list[URLPattern]:
        """And the two buttons."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/stop/", view(require_POST(self.stop_view)), name="registry_job_stop"),
            path("<int:pk>/genoptag/", view(require_POST(self.resume_view)), name="registry_job_resume"),
            *super().get_urls(),
        ]

    def _job(self, pk: int | str) -> Job:
        found = Job.objects.filter(pk=pk).first() if str(pk).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How far it is, and what came of each row. A script asks for it again while it goes on."""
        del form_url
        job = self._job(object_id)
        rows = JobRow.objects.filter(job=job)
        refused = list(rows.filter(state=JobRow.State.FAILED).order_by("position")[:MOST_ROWS])
        others = rows.exclude(state=JobRow.State.FAILED).order_by("position")[: MOST_ROWS - len(refused)]
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": job.what, "job": job,
            "progress": jobs.progress([job])[job.pk], "most": MOST_ROWS,
            "rows": [(row, links.of(job.work, row.data)) for row in (*refused, *others)],
            "goes_on": job.state in GOING, "may_stop": job.state in GOING - {Job.State.STOPPING},
            "may_resume": job.state == Job.State.STOPPED, "overview": workers.overview(), **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, "admin/job.html", context)

    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin no further row."""
        jobs.stop(self._job(pk), actor=ledger.person(request.user, door="admin"))
        messages.success(request, _("Opgaven stopper, når den igangværende række er udført."))
        return HttpResponseRedirect(reverse("admin:registry_job_change", args=[pk]))

    def resume_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Go on with the rows that wait."""
        jobs.resume(self._job(pk), actor=ledger.person(request.user, door="admin"))
        messages.success(request, _("Opgaven er genoptaget."))
        return HttpResponseRedirect(reverse("admin:registry_job_change", args=[pk]))


# The queue brings a page of its own, in English, that may be changed by whoever is a superuser.
if admin.site.is_registered(DBTaskResult):
    admin.site.unregister(DBTaskResult)


names.ROOMS[DBTaskResult._meta.app_label] = gettext_lazy("Baggrund")
names.PAGES[DBTaskResult._meta.label] = gettext_lazy("Kald i køen")


@admin.register(DBTaskResult)
class TaskAdmin(RegistryAdmin[Call]):
    """The queue's tasks: a failed one is queued again with a button."""

    list_display = ("what", "state", "queued", "begun", "ended", "trouble")
    list_filter: ClassVar = ["status"]
    ordering: ClassVar = ["-enqueued_at"]
    sortable_by = ("queued",)
    fields = ("what", "given", "state", "queued", "due", "begun", "ended", "traceback_told")
    change_form_template = "admin/task.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        """All of them, newest first."""
        found: QuerySet[Call] = DBTaskResult.objects.all()
        del request
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under a Danish name."""
        return super().changelist_view(request, {"title": _("Kald i køen"), **(extra_context or {})})

    @admin.display(description=gettext_lazy("kald"), ordering="task_path")
    def what(self, task: Call) -> str:
        """The function."""
        return task.task_path

    @admin.display(description=gettext_lazy("med"))
    def given(self, task: Call) -> str:
        """What it was given."""
        return ", ".join(map(str, [*task.args_kwargs["args"], *task.args_kwargs["kwargs"].items()]))

    @admin.display(description=gettext_lazy("tilstand"))
    def state(self, task: Call) -> str:
        """In Danish."""
        return str(STATES.get(task.status, task.status))

    @admin.display(description=gettext_lazy("bestilt"), ordering="enqueued_at")
    def queued(self, task: Call) -> datetime:
        """When it was queued."""
        return task.enqueued_at

    @admin.display(description=gettext_lazy("tidligst"))
    def due(self, task: Call) -> datetime | None:
        """Not before."""
        return None if task.run_after == get_date_max() else task.run_after

    @admin.display(description=gettext_lazy("begyndt"))
    def begun(self, task: Call) -> datetime | None:
        """When a process took it."""
        return task.started_at

    @admin.display(description=gettext_lazy("sluttet"))
    def ended(self, task: Call) -> datetime | None:
        """When it was done."""
        return task.finished_at

    @admin.display(description=gettext_lazy("fejlens vej"))
    def traceback_told(self, task: Call) -> SafeString:
        """What went wrong, for developers."""
        return format_html('<pre class="ledger-data" tabindex="0">{}</pre>', task.traceback)

    @admin.display(description=gettext_lazy("fejl"))
    def trouble(self, task: Call) -> str:
        """The last line of what went wrong."""
        lines = task.traceback.strip().splitlines()
        return lines[-1][:120] if lines else ""

    def subjects(self, obj: Call) -> list[str]:
        """The task's name in the ledger."""
        return [tending.subject(obj)]

    def get_urls(self) -> list[URLPattern]:
        """And the button."""
        view = self.admin_site.admin_view(require_POST(self.again_view))
        return [path("<uuid:pk>/igen/", view, name="registry_task_again"), *super().get_urls()]

    def again_view(self, request: HttpRequest, pk: Any) -> HttpResponse:  # noqa: ANN401 - a UUID
        """Queue it once more."""
        task = DBTaskResult.objects.filter(pk=pk).first()
        if task is None:
            raise Http404
        workers.again(task, actor=ledger.person(request.user, door="admin"))
        messages.success(request, _("Kaldet er sat i kø igen."))
        return HttpResponseRedirect(reverse("admin:django_tasks_database_dbtaskresult_changelist"))


@panels.add(order=50)
def background_work(request: HttpRequest) -> Panel:
    """Whether anybody works, what waits, which failed and why."""
    del request
    going = unfinished()[:5]
    progress = jobs.progress(going)
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")[:3]
    return Panel(
        title=gettext_lazy("Baggrundsarbejde"), template="admin/panels/work.html",
        context={
            "overview": workers.overview(), "jobs": [(one, progress[one.pk]) for one in going],
            "failed": [(one, one.traceback.strip().splitlines()[-1:]) for one in failed],
        },
        link="admin:registry_job_changelist", link_text=gettext_lazy("Alle baggrundsopgaver"),
    )  # fmt: skip

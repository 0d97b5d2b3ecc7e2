"""A page with a form over one rule: asked, refused on the right field, done once, told of.

Each page carries the ledger's position of its subject as the person saw it. A second submit of the same
page, or a change by a colleague in between, finds the subject moved on: the page is shown again, saying so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

    from registry.forms import ActForm
    from registry.models import Event

# The first key of a pair of advisory locks: it keeps acts apart from the ledger's own lock.
LOCK = 7_331
MOVED_ON = gettext_lazy(
    "%(subject)s er ændret, siden du åbnede siden (hændelse %(seq)s, af %(actor)s). "
    "Se efter, om det stadig skal gøres, og tryk igen."
)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an act: a sentence, which may be markup, and the page to go to.

    Or a page that is shown at once, and only once.
    """

    message: str
    go_to: str
    page: HttpResponse | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A page: whom it is about, what the button says, and the rule behind it.

    `latest` names the last event that matters to the act; where it changes, the person saw too little.
    """

    title: str
    button: str
    subject: str
    perform: Callable[[Mapping[str, Any]], Done]
    back: str
    latest: Callable[[], Event | None]
    template: str = "admin/act.html"
    context: Mapping[str, Any] = field(default_factory=dict)
    danger: bool = False
    moved_on: str | Promise = MOVED_ON


def serve(request: HttpRequest, act: Act, form: ActForm, *, site: AdminSite) -> HttpResponse:
    """Show the form, or do what it asks."""
    if request.method == "POST" and form.is_valid() and (done := _perform(act, form)):
        if done.page:
            return done.page
        messages.success(request, mark_safe(done.message))  # noqa: S308 - built by format_html
        return HttpResponseRedirect(done.go_to)
    if request.method != "POST" or "seen" not in form.data:
        latest = act.latest()
        form.initial["seen"] = latest.seq if latest else 0
    context = {
        **site.each_context(request), "title": act.title, "act": act, "form": form, **act.context,
    }  # fmt: skip
    return TemplateResponse(request, act.template, context, status=422 if form.errors else 200)


@transaction.atomic
def _perform(act: Act, form: ActForm) -> Done | None:
    with connection.cursor() as cursor:
        # Two submits at once: the second waits, and then finds the first one's event.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, act.subject])
    latest = act.latest()
    now = latest.seq if latest else 0
    if latest and now != form.cleaned_data["seen"]:
        form.data = _seen(form.data, now)
        form.add_error(None, act.moved_on % {"subject": latest.subject, "seq": latest.seq, "actor": latest.actor})
        return None
    try:
        with transaction.atomic():
            return act.perform(form.cleaned_data)
    except Refused as refused:
        form.refuse(refused)
        return None


def _seen(data: Any, now: int) -> Any:  # noqa: ANN401 - a QueryDict
    """What was posted, with what the person sees from now on."""
    fresh = data.copy()
    fresh["seen"] = str(now)
    return fresh

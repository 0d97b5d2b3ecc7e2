"""What is done to one case or many at once: told, made ready, given more time, dropped, reopened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements import access, cases
from agreements.admin.cases import page as pages
from agreements.forms.cases import DeadlineForm, DropForm, NotifyForm, ReasonForm
from registry import ledger, periods
from registry.admin import acts
from registry.admin.acts import Act, Done

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise

    from agreements.models import Case
    from registry.forms import ActForm
    from registry.ledger import Actor
    from registry.models import Event

# How long a data owner is given, unless somebody says otherwise.
TERM = timedelta(days=60)

type Do = Callable[[Sequence[Case], Actor, Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Verb:
    """An act: what the button says, what it asks for, the rule, and what is said afterwards."""

    text: str | Promise
    form: type[ActForm]
    do: Do
    told: str | Promise
    danger: bool = False


VERBS: Mapping[str, Verb] = {
    "varsl": Verb(
        gettext_lazy("Skriv, at de berørte er varslet"), NotifyForm,
        lambda some, actor, given: cases.notify(some, actor=actor, on=given["on"], reason=given["reason"]),
        gettext_lazy("varslet"),
    ),
    "klar": Verb(
        gettext_lazy("Gør klar"), DeadlineForm,
        lambda some, actor, given: cases.make_ready(some, actor=actor, deadline=given["deadline"],
                                                    reason=given["reason"]),
        gettext_lazy("klar til at blive udført"),
    ),
    "frist": Verb(
        gettext_lazy("Flyt fristen"), DeadlineForm,
        lambda some, actor, given: cases.extend(some, actor=actor, deadline=given["deadline"], reason=given["reason"]),
        gettext_lazy("givet en ny frist"),
    ),
    "opgiv": Verb(
        gettext_lazy("Opgiv"), DropForm,
        lambda some, actor, given: cases.drop(some, actor=actor, reason=given["reason"]),
        gettext_lazy("opgivet"), danger=True,
    ),
    "genaabn": Verb(
        gettext_lazy("Genåbn"), ReasonForm,
        lambda some, actor, given: cases.reopen(some, actor=actor, reason=given["reason"]),
        gettext_lazy("genåbnet"),
    ),
}  # fmt: skip


def url(slug: str, keys: Sequence[int]) -> str:
    """The page of an act on some cases."""
    name = f"admin:agreements_case_{slug.replace('-', '_')}"
    found = reverse("admin:agreements_case_act", args=[slug]) if slug in VERBS else reverse(name)
    return f"{found}?sag={','.join(map(str, keys))}"


def asked(request: HttpRequest) -> list[Any]:
    """The cases that an address names. Raises Http404 where there are none."""
    keys = [int(one) for one in request.GET.get("sag", "").split(",") if one.isascii() and one.isdecimal()]
    found = {one.pk: one for one in cases.listed(access.cases(request.user)).filter(pk__in=keys)}
    if not found:
        raise Http404
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def latest(case: Case) -> Event | None:
    """The last event that matters to who acts on a case: its own, and the consolidation of its A-number."""
    return ledger.history(case.subject, case.absorbed.number).order_by("-seq").first()


def page(request: HttpRequest, verb: str, *, site: AdminSite) -> HttpResponse:
    """Ask what is needed, and do it to all of them or none."""
    if verb not in VERBS:
        raise Http404
    chosen, what = asked(request), VERBS[verb]
    only = chosen[0] if len(chosen) == 1 else None
    actor = ledger.person(request.user, door="admin")
    back = pages.url(only) if only else reverse("admin:agreements_case_changelist")

    def perform(given: Mapping[str, Any]) -> Done:
        what.do(chosen, actor, given)
        told = ngettext("{} sag er {}.", "{} sager er {}.", len(chosen))
        return Done(format_html(told, len(chosen), what.told), back)

    act = Act(
        title=f"{what.text}: {pages.title(only)}" if only else
        ngettext("%(text)s: %(count)s sag", "%(text)s: %(count)s sager", len(chosen))
        % {"text": what.text, "count": len(chosen)},
        button=str(what.text), subject=only.subject if only else f"sager/{actor.name}", perform=perform, back=back,
        latest=(lambda: latest(only)) if only else (lambda: None), danger=what.danger, template="admin/case_act.html",
        context={"case": only, "chosen": [] if only else chosen, "summary": _summary(chosen)},
    )  # fmt: skip
    form = what.form(request.POST or None, initial={"deadline": periods.today() + TERM})
    return acts.serve(request, act, form, site=site)


def _summary(chosen: Sequence[Any]) -> str:
    live = sum(one.live for one in chosen)
    return ngettext(
        "Der hviler %s aftale, som gælder eller venter, på A-nummeret.",
        "Der hviler %s aftaler, som gælder eller venter, på A-numrene.", live,
    ) % live if live else _("Ingen aftaler, som gælder eller venter, hviler på A-numrene.")  # fmt: skip

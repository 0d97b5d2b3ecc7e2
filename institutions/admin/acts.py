"""Open, correct, move, close, reopen, withdraw: a page each, with a form over the rule."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import fates, lifecycle, prevention, timelines
from institutions.forms.lifecycle import CloseForm, CorrectForm, MoveForm, OpenForm, ReopenForm, WithdrawForm
from institutions.hierarchy import ABOVE
from institutions.models import Level
from institutions.timeline import facts_of
from registry import ledger, periods
from registry.admin.acts import Act, Done, serve
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.contrib.admin import AdminSite
    from django.http import HttpRequest, HttpResponse

    from institutions.models import Institution, Version
    from registry.ledger import Actor

BELOW: Mapping[str, str] = {above: level for level, above in ABOVE.items() if above}
OPENED_SINCE = gettext_lazy(
    "Du har oprettet %(subject)s, siden du åbnede siden. Tryk igen, hvis du vil oprette endnu en."
)


def open_top(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """A new daginstitution."""
    form = OpenForm(request.POST or None, level=Level.DAGINSTITUTION)
    back = reverse("admin:institutions_institution_changelist")
    return _open(request, form, level=Level.DAGINSTITUTION, back=back, site=site)


def open_under(request: HttpRequest, parent: Institution, *, site: AdminSite) -> HttpResponse:
    """A new institution of the level below."""
    level = BELOW.get(parent.level, Level.ANVISNINGSENHED)
    form = OpenForm(request.POST or None, level=level, initial={"parent": parent.number})
    return _open(request, form, level=level, back=_page(parent), site=site)


def _open(request: HttpRequest, form: OpenForm, *, level: str, back: str, site: AdminSite) -> HttpResponse:
    actor = _actor(request)

    def perform(given: Mapping[str, Any]) -> Done:
        parent = {"parent": given["parent"]} if "parent" in given else {}
        made = prevention.open(
            level=level, on=given["on"], actor=actor, reason=given["reason"], despite=given.get("despite", ""),
            **parent, **form.said(),
        )  # fmt: skip
        return _done(made, _("{} er oprettet og gælder fra den {}."), given["on"])

    act = Act(
        title=_("Opret %(level)s") % {"level": Level(level).label}, button=_("Opret"), subject=f"{actor.name}/opret",
        perform=perform, back=back, moved_on=OPENED_SINCE,
        template="admin/open.html",
        latest=lambda: Event.objects.filter(action="lifecycle.open", actor=actor.name).order_by("-seq").first(),
    )  # fmt: skip
    return serve(request, act, form, site=site)


def correct(request: HttpRequest, institution: Institution, *, site: AdminSite) -> HttpResponse:
    """New facts from a day on."""
    version = _shown(institution)
    present = facts_of(version) if version else {}
    form = CorrectForm(request.POST or None, level=institution.level, present=present)

    def perform(given: Mapping[str, Any]) -> Done:
        changed = lifecycle.correct(
            institution, on=given["on"], actor=_actor(request), reason=given["reason"], **form.said()
        )
        if not changed:
            return Done(format_html(_("Der var intet at rette på {}."), institution.number), _page(institution))
        return _done(institution, _("{} er rettet fra den {}."), given["on"])

    return _serve(request, institution, _("Ret"), perform, form, site=site)


def move(request: HttpRequest, institution: Institution, *, site: AdminSite) -> HttpResponse:
    """Under another parent."""
    form = MoveForm(request.POST or None, above=ABOVE[institution.level] or "")

    def perform(given: Mapping[str, Any]) -> Done:
        to = given["to"]
        moved = lifecycle.move(institution, to=to, on=given["on"], actor=_actor(request), reason=given["reason"])
        if not moved:
            return Done(format_html(_("{} står allerede under {}."), institution.number, to.number), _page(institution))
        return _done(institution, _("{} er flyttet fra den {}."), given["on"])

    return _serve(request, institution, _("Flyt"), perform, form, site=site)


def close(request: HttpRequest, institution: Institution, *, site: AdminSite) -> HttpResponse:
    """The end."""
    # From a pair that is one institution: why it closes and who takes over are known.
    known = {name: request.GET[name] for name in ("cause", "successors") if name in request.GET}
    form = CloseForm(request.POST or None, initial=known)

    def perform(given: Mapping[str, Any]) -> Done:
        lifecycle.close(institution, actor=_actor(request), **_given(given, "on", "reason", "cause", "successors"))
        return _done(institution, _("{} er nedlagt fra den {}."), given["on"])

    return _serve(request, institution, _("Nedlæg"), perform, form, site=site, danger=True)


def reopen(request: HttpRequest, institution: Institution, *, site: AdminSite) -> HttpResponse:
    """A new beginning."""
    form = ReopenForm(request.POST or None)

    def perform(given: Mapping[str, Any]) -> Done:
        lifecycle.reopen(institution, actor=_actor(request), **_given(given, "on", "reason"))
        return _done(institution, _("{} er genåbnet fra den {}."), given["on"])

    return _serve(request, institution, _("Genåbn"), perform, form, site=site)


def withdraw(request: HttpRequest, institution: Institution, *, site: AdminSite) -> HttpResponse:
    """What was dated ahead is taken back."""
    days = timelines.load_one(institution).ahead(periods.today())
    form = WithdrawForm(request.POST or None, days=days)

    def perform(given: Mapping[str, Any]) -> Done:
        lifecycle.withdraw(institution, actor=_actor(request), **_given(given, "on", "reason"))
        return _done(institution, _("{}: det, der skulle gælde fra den {}, er trukket tilbage."), given["on"])

    return _serve(request, institution, _("Træk tilbage"), perform, form, site=site)


PAGES: Mapping[str, Callable[..., HttpResponse]] = {
    "opret": open_under, "ret": correct, "flyt": move, "nedlaeg": close, "genaabn": reopen,
    "traek-tilbage": withdraw,
}  # fmt: skip


def _serve(
    request: HttpRequest,
    institution: Institution,
    verb: str,
    perform: Callable[[Mapping[str, Any]], Done],
    form: Any,  # noqa: ANN401
    *,
    site: AdminSite,
    danger: bool = False,
) -> HttpResponse:
    version = _shown(institution)
    name = version.name if version else ""
    act = Act(
        title=f"{verb} {institution.number} {name}".strip(), button=verb, subject=institution.number, perform=perform,
        back=_page(institution), latest=partial(_latest, institution), danger=danger,
        context={"institution": institution},
    )  # fmt: skip
    return serve(request, act, form, site=site)


def _latest(institution: Institution) -> Event | None:
    return ledger.history(institution.number).order_by("-seq").first()


def _shown(institution: Institution) -> Version | None:
    return fates.judge(timelines.load_one(institution), periods.today())[1]


def _given(given: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: given[name] for name in names}


def _actor(request: HttpRequest) -> Actor:
    return ledger.person(request.user, door="admin")


def _page(institution: Institution) -> str:
    return reverse("admin:institutions_institution_change", args=[institution.number])


def _done(institution: Institution, sentence: str, on: Any) -> Done:  # noqa: ANN401
    link = format_html('<a href="{}">{}</a>', _page(institution), institution.number)
    return Done(format_html(sentence, link, f"{on:%d.%m.%Y}"), _page(institution))

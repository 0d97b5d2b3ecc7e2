"""What the queue is filtered by, in the list and from one pair to the next; other apps add their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from institutions.duplicates import queue
from institutions.models import Municipality, Proposal, Version
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from institutions.access import Person
    from institutions.models import Candidate


class Choice(admin.SimpleListFilter):
    """A choice in the margin of a list that the way from one of it to the next keeps to as well."""

    # What holds while nothing is chosen.
    unchosen = ""

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those that fit the choice."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that fit what is chosen."""
        del request
        value = self.value() or self.unchosen
        return self.choose(queryset, value) if value else queryset


class StateFilter(Choice):
    """What has been said of it."""

    title = _("tilstand")
    parameter_name = "tilstand"
    unchosen = queue.WAITING

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Beside those that wait, which the list shows by itself."""
        del request, model_admin
        return [(queue.PARKED, _("Usikre")), (queue.AGREED, _("Ens: klar til næste skridt"))]

    def choices(self, changelist: Any) -> Any:  # noqa: ANN401
        """»All« are those that wait."""
        for place, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("Venter")} if place == 0 else choice

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those in the state."""
        return queue.in_state(found, value)


BANDS: Mapping[str, tuple[Any, float, float]] = {
    "sikker": (_("0,99 og op"), 0.99, 1.1),
    "staerk": (_("0,80–0,99"), 0.8, 0.99),
    "middel": (_("0,50–0,80"), 0.5, 0.8),
    "svag": (_("0,05–0,50"), queue.ASKED, 0.5),
    "naeppe": (_("under 0,05"), 0.0, queue.ASKED),
}


class ScoreFilter(Choice):
    """How likely."""

    title = _("score")
    parameter_name = "score"
    unchosen = "spurgt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """The bands; what is hardly likely is out of the way until it is asked for."""
        del request, model_admin
        return [(slug, text) for slug, (text, _least, _under) in BANDS.items()]

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those in the band."""
        if value not in BANDS:
            return found.filter(score__gte=queue.ASKED)
        _text, least, under = BANDS[value]
        return found.filter(score__gte=least, score__lt=under)


class KindFilter(Choice):
    """What it would become."""

    title = _("forslag")
    parameter_name = "forslag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Consolidation, merger, takeover."""
        del request, model_admin
        return [(value, str(label).capitalize()) for value, label in Proposal.choices]

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those of the kind."""
        return found.filter(kind=value)


class MunicipalityFilter(Choice):
    """Where the one that stays lies."""

    title = _("kommune")
    parameter_name = "kommune"
    template = "admin/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """All 98."""
        del request, model_admin
        return list(Municipality.objects.values_list("code", "name"))

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those of which either lies there."""
        here = Version.objects.filter(period__contains=periods.today()).filter(
            Q(administrative_municipality__code=value) | Q(municipality__code=value)
        )
        return found.filter(Q(staying__in=here.values("institution")) | Q(leaving__in=here.values("institution")))


FILTERS: list[type[Choice]] = [StateFilter, ScoreFilter, KindFilter, MunicipalityFilter]


def add(chosen: type[Choice]) -> type[Choice]:
    """Let the queue be filtered by something that another app knows."""
    FILTERS.append(chosen)
    return chosen


def names() -> list[str]:
    """The filters' names in an address."""
    return [str(one.parameter_name) for one in FILTERS]


def chosen(person: Person, given: Mapping[str, str]) -> QuerySet[Candidate]:
    """The queue as the list showed it, by the filters in its address. Raises Refused."""
    found = queue.pairs(person)
    for one in FILTERS:
        if value := given.get(str(one.parameter_name)) or one.unchosen:
            found = one.choose(found, value)
    return found

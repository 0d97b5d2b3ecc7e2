"""What the list of cases is filtered and searched by, and from one case to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agreements import access, cases
from agreements.admin import queue
from agreements.cases import OPEN, State
from institutions import search
from institutions.admin import choices
from institutions.admin.choices import Choice
from registry import periods

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from institutions.access import Person

ALL, UNDECIDED = "alle", "uafgjort"
LATE, NONE = "overskredet", "ingen"
# The nearest deadline first, then by number.
ORDER = (F("deadline").asc(nulls_last=True), "absorbed__number", "pk")


class StateFilter(Choice):
    """Where the case stands."""

    title = _("tilstand")
    parameter_name = "tilstand"
    unchosen = "aabne"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Beside those that are being prepared, which the list shows by itself."""
        del request, model_admin
        states = [(state.value, state.label.capitalize()) for state in State]
        return [*states, (UNDECIDED, _("Udført, aftaler uafgjort")), (ALL, _("Alle"))]

    def choices(self, changelist: Any) -> Any:  # noqa: ANN401
        """»All« are those that are being prepared."""
        for place, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("Under forberedelse")} if place == 0 else choice

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those in the state."""
        if value == ALL:
            return found
        if value == UNDECIDED:
            return found.filter(state=State.EXECUTED, undecided__gt=0)
        return found.filter(state=value) if value in State.values else found.filter(state__in=OPEN)


class DeadlineFilter(Choice):
    """By the deadline."""

    title = _("frist")
    parameter_name = "frist"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Past, and none."""
        del request, model_admin
        return [(LATE, _("Overskredet")), (NONE, _("Uden frist"))]

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those."""
        if value == LATE:
            return cases.late(found)
        return found.filter(deadline=None) if value == NONE else found


class MunicipalityFilter(choices.MunicipalityFilter):
    """Where either institution lies."""

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those of which either lies there."""
        return cases.of_municipality(found, value)


class VendorFilter(queue.VendorFilter):
    """Whose agreements are concerned."""

    @classmethod
    def choose(cls, found: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those on whose A-number the vendor has agreements."""
        return cases.of_vendor(found, int(value)) if value.isdecimal() else found.none()


FILTERS: list[type[Choice]] = [StateFilter, DeadlineFilter, MunicipalityFilter, VendorFilter]


def find(found: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By either number, or by words of either name."""
    if number := search.number(text):
        return found.filter(Q(absorbed__number=number) | Q(survivor__number=number))
    for word in text.split():
        found = found.filter(Q(absorbed_name__icontains=word) | Q(survivor_name__icontains=word))
    return found


def chosen(person: Person, given: Mapping[str, str]) -> QuerySet[Any]:
    """The cases as the list showed them, by the filters in its address. Raises Refused."""
    found = cases.listed(access.cases(person))
    for one in FILTERS:
        if value := given.get(str(one.parameter_name)) or one.unchosen:
            found = one.choose(found, value)
    return find(found, given.get("q", "")).order_by(*ORDER)


def is_late(case: Any) -> bool:  # noqa: ANN401 - annotated
    """Whether the deadline of a listed case has passed with something left to do."""
    waits = case.state in OPEN or (case.state == State.EXECUTED and case.undecided)
    return bool(case.deadline and case.deadline < periods.today() and waits)

"""The list of institutions: found by whatever a caller on the telephone can say, filtered, in Danish order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from institutions import quality, search
from institutions.admin import overview
from institutions.fates import Status
from institutions.models import CodeValue, Institution, Level, Municipality, Table, Version
from registry import periods

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


def find(institutions: QuerySet[Institution], text: str) -> QuerySet[Institution]:
    """By number, CVR- or P-number, else by every word of name and address, former ones too."""
    if number := search.number(text):
        return institutions.filter(number=number)
    places = list(Municipality.objects.all())
    held = Version.objects.filter(search.matching(text, places))
    return institutions.filter(pk__in=held.values("institution"))


class Filter(admin.SimpleListFilter):
    """A choice in the margin."""

    def choose(self, institutions: QuerySet[Institution], value: str) -> QuerySet[Institution]:
        """Those that fit the choice."""
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Institution]) -> QuerySet[Institution]:
        """All of them until something is chosen."""
        del request
        value = self.value()
        return self.choose(queryset, value) if value else queryset


class LevelFilter(Filter):
    """By level."""

    title = _("niveau")
    parameter_name = "niveau"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """The three levels, and what lies outside."""
        del request, model_admin
        return list(Level.choices)

    def choose(self, institutions: QuerySet[Institution], value: str) -> QuerySet[Institution]:
        """Those of the level."""
        return institutions.filter(level=value)


class StateFilter(Filter):
    """By state today."""

    title = _("tilstand")
    parameter_name = "tilstand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Open, coming, closed, consolidated, in error."""
        del request, model_admin
        return list(Status.choices)

    def choose(self, institutions: QuerySet[Institution], value: str) -> QuerySet[Institution]:
        """Those in the state."""
        return overview.in_status(institutions, value, periods.today())


class MunicipalityFilter(Filter):
    """By administrative municipality."""

    title = _("kommune")
    parameter_name = "kommune"
    template = "admin/filter_select.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """All 98."""
        del request, model_admin
        return list(Municipality.objects.values_list("code", "name"))

    def choose(self, institutions: QuerySet[Institution], value: str) -> QuerySet[Institution]:
        """Those of the municipality."""
        chosen = Municipality.objects.filter(code=value)
        return institutions.filter(shown_municipality__in=chosen.values("pk"))  # type: ignore[misc] # annotated


class CodeFilter(Filter):
    """By a code of the shown version."""

    table: Table
    column: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """The table's values, former ones too."""
        del request, model_admin
        found = CodeValue.objects.filter(table=self.table).order_by("code", "-period")
        return list({code: text for code, text in found.values_list("code", "text")}.items())  # noqa: C416

    def choose(self, institutions: QuerySet[Institution], value: str) -> QuerySet[Institution]:
        """Those with the code."""
        return institutions.filter(**{self.column: value})


class TypeFilter(CodeFilter):
    """By type."""

    title = _("type")
    parameter_name = "type"
    table = Table.INSTITUTION_TYPE
    column = "shown_type"


class OwnershipFilter(CodeFilter):
    """By ownership."""

    title = _("ejerform")
    parameter_name = "ejerform"
    table = Table.OWNERSHIP
    column = "shown_ownership"


class QualityFilter(Filter):
    """By what is missing or wrong."""

    title = _("kvalitet")
    parameter_name = "kvalitet"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Every item of the quality list."""
        del request, model_admin
        return [(check.slug, check.title) for check in quality.CHECKS]

    def choose(self, institutions: QuerySet[Institution], value: str) -> QuerySet[Institution]:
        """Those on the quality list."""
        check = next((one for one in quality.CHECKS if one.slug == value), None)
        if check is None:
            return institutions
        return institutions.filter(pk__in=check.versions(periods.today()).values("institution"))

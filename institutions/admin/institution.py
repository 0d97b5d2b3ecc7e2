"""The institutions: the list, each one's page, and the ways to the acts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from institutions import access, codes, search, stories
from institutions.admin import acts, consolidate, detail, listing, overview
from institutions.admin.spreadsheets import LegacyResource, RegisterResource
from institutions.models import Institution, Table, Version
from registry import periods
from registry.admin.spreadsheets import SpreadsheetAdmin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from registry.models import Event
    from registry.periods import Period

MOST_PROPOSED = 12  # rows in the box that proposes institutions
LONG_ENOUGH = 2  # letters before anything is proposed


class ByNumber(ChangeList):
    """Links to an institution's page by its number, which is what people know."""

    def url_for_result(self, result: Any) -> str:  # noqa: ANN401
        """The page of the institution."""
        return reverse("admin:institutions_institution_change", args=[result.number])


@admin.register(Institution)
class InstitutionAdmin(SpreadsheetAdmin[Institution]):
    """Institutions of all levels, and A-numbers."""

    resource_classes: ClassVar = [RegisterResource, LegacyResource]
    list_display = ("short_number", "name", "level_text", "municipality", "kind", "status")
    list_display_links = ("short_number", "name")
    list_filter: ClassVar = [
        listing.StateFilter, listing.LevelFilter, listing.MunicipalityFilter, listing.TypeFilter,
        listing.OwnershipFilter, listing.QualityFilter,
    ]  # fmt: skip
    search_fields: ClassVar = ["number"]
    search_help_text = _("Nummer, navn, adresse, kommune, CVR- eller P-nummer; også tidligere navne og adresser")
    sortable_by = ("short_number", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Institution]:
        """Every institution, with what the list shows."""
        del request
        return overview.listed(access.institutions(), periods.today())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Danish order."""
        del request
        return ("danish_name", "number")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Institution], search_term: str
    ) -> tuple[QuerySet[Institution], bool]:
        """One box for everything."""
        del request
        return (listing.find(queryset, search_term) if search_term.strip() else queryset), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ANN401
        """The list that links by number."""
        del request, kwargs
        return ByNumber

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Institution | None:
        """The institution of a number."""
        del request, from_field
        number = search.number(object_id)
        return access.institutions().filter(number=number).first() if number else None

    def has_add_permission(self, request: HttpRequest, obj: Institution | None = None) -> bool:
        """A daginstitution is opened here; what stands under one, from its page."""
        del obj
        return self.is_staff(request)

    def subjects(self, obj: Institution) -> list[str]:
        """Its number."""
        return [obj.number]

    def story(self, events: Sequence[Event]) -> Sequence[stories.Story]:
        """In sentences."""
        return stories.tell(events)

    def get_urls(self) -> list[URLPattern]:
        """The acts, by number, and the box that proposes institutions."""
        pages: dict[str, Callable[..., HttpResponse]] = {**acts.PAGES, "konsolider": consolidate.page}
        site = self.admin_site
        urls = [
            path(f"<str:number>/{slug}/", site.admin_view(self._about(page)), name=f"institutions_institution_{slug}")
            for slug, page in pages.items()
        ]
        propose = path("foreslag/", site.admin_view(self.propose), name="institutions_institution_propose")
        return [propose, *urls, *super().get_urls()]

    def _about(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def answer(request: HttpRequest, number: str) -> HttpResponse:
            return page(request, self._get(request, number), site=self.admin_site)

        return answer

    def _get(self, request: HttpRequest, number: str) -> Institution:
        found = self.get_object(request, number)
        if found is None:
            raise Http404
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; a whole number in the box leads straight to its page."""
        number = search.number(request.GET.get("q", ""))
        if number and Institution.objects.filter(number=number).exists():
            return HttpResponseRedirect(reverse("admin:institutions_institution_change", args=[number]))
        self._types = codes.as_of().texts[Table.INSTITUTION_TYPE]
        return super().changelist_view(request, {"add_text": _("Opret daginstitution"), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All there is to know about one institution."""
        del form_url
        institution = self._get(request, object_id)
        context = {**self.admin_site.each_context(request), "opts": self.opts, **(extra_context or {})}
        return TemplateResponse(request, "admin/institution.html", context | detail.page(request, institution))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new daginstitution."""
        del form_url, extra_context
        return acts.open_top(request, site=self.admin_site)

    def propose(self, request: HttpRequest) -> JsonResponse:
        """Open institutions for the box that one types in: their numbers, names and places."""
        text, levels = request.GET.get("q", "").strip(), request.GET.get("niveau", "")
        found = access.versions(periods.today()).order_by("sort_key", "institution__number")
        if levels:
            found = found.filter(institution__level__in=levels.split(","))
        if len(text) < LONG_ENOUGH:
            return JsonResponse({"forslag": []})
        keys = listing.find(Institution.objects.all(), text)
        return JsonResponse({"forslag": [_proposed(one) for one in found.filter(institution__in=keys)[:MOST_PROPOSED]]})

    @admin.display(description=_("nummer"), ordering="number")
    def short_number(self, institution: Institution) -> str:
        """The number, under a short heading."""
        return institution.number

    @admin.display(description=_("navn"), ordering="danish_name")
    def name(self, institution: Institution) -> str:
        """The name today, or the last one."""
        version = overview.judged(institution, periods.today())[1]
        return version.name if version else ""

    @admin.display(description=_("niveau"))
    def level_text(self, institution: Institution) -> str:
        """The level."""
        return institution.get_level_display()

    @admin.display(description=_("kommune"))
    def municipality(self, institution: Institution) -> str:
        """The administrative municipality."""
        version = overview.judged(institution, periods.today())[1]
        return str(version.administrative_municipality or version.municipality_text) if version else ""

    @admin.display(description=_("type"))
    def kind(self, institution: Institution) -> str:
        """The type's text."""
        version = overview.judged(institution, periods.today())[1]
        return self._types.get(version.institution_type, version.institution_type) if version else ""

    @admin.display(description=_("tilstand"))
    def status(self, institution: Institution) -> SafeString:
        """The status, with the day of its end where one is set."""
        status, version = overview.judged(institution, periods.today())
        when = _when(status.name, version.period if version else None)
        return format_html('<span class="status status-{}">{}{}</span>', status.name.lower(), status.label, when)


def _when(status: str, period: Period | None) -> str:
    if period and status == "OPEN" and period.upper:
        return f" til {period.upper:%d.%m.%Y}"
    if period and status == "COMING" and period.lower:
        return f" fra {period.lower:%d.%m.%Y}"
    return ""


def _proposed(version: Version) -> dict[str, str]:
    place = ", ".join(filter(None, [version.town, str(version.administrative_municipality or "")]))
    return {"nummer": version.institution.number, "tekst": f"{version.name} · {place}"}

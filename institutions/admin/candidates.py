"""The proposed pairs, best first, each with its reasons and the way to the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from institutions.admin import overview
from institutions.duplicates import candidates
from institutions.models import Candidate, Version
from registry import periods
from registry.admin.base import RegistryAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from institutions.models import Institution

STRONG, FAIR = 0.8, 0.5


class ScoreFilter(admin.SimpleListFilter):
    """How sure."""

    title = _("score")
    parameter_name = "score"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Strong, fair, weak."""
        del request, model_admin
        return [("staerk", _("Stærk (0,80 og op)")), ("middel", _("Middel (0,50–0,79)")), ("svag", _("Svag"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> QuerySet[Candidate]:
        """Those in the range."""
        del request
        ranges = {"staerk": {"score__gte": STRONG}, "middel": {"score__gte": FAIR, "score__lt": STRONG},
                  "svag": {"score__lt": FAIR}}  # fmt: skip
        return queryset.filter(**ranges.get(self.value() or "", {}))


@admin.register(Candidate)
class CandidateAdmin(RegistryAdmin[Candidate]):
    """The queue."""

    list_display = ("score_text", "legacy_text", "proposed_text", "why", "preview")
    list_display_links = None
    list_filter: ClassVar = [ScoreFilter]
    search_fields: ClassVar = ["legacy__number", "proposed__number", "legacy__versions__name"]
    search_help_text = _("A- eller G-nummer, eller A-nummerets navn")
    sortable_by = ("score_text",)
    change_list_template = "admin/candidates.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        """Each with what both are called today."""
        versions = Version.objects.select_related(*overview.RELATED).order_by("period")
        both = (Prefetch(f"{side}__versions", versions) for side in ("legacy", "proposed"))
        return candidates.waiting(request.user).prefetch_related(*both)

    def get_urls(self) -> list[URLPattern]:
        """And the way to refresh the queue."""
        view = self.admin_site.admin_view(self.refresh_view)
        return [path("opdater/", view, name="institutions_candidate_refresh"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A pair is looked at in its preview."""
        del form_url, extra_context
        pair = self.get_object(request, object_id)
        if pair is None:
            return HttpResponseRedirect(reverse("admin:institutions_candidate_changelist"))
        return HttpResponseRedirect(_preview(pair))

    def refresh_view(self, request: HttpRequest) -> HttpResponse:
        """Look for duplicates again."""
        return self._refresh(request)

    @staticmethod
    @require_POST
    def _refresh(request: HttpRequest) -> HttpResponse:
        count = candidates.refresh()
        told = ngettext("%s par er foreslået.", "%s par er foreslået.", count) % count
        messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:institutions_candidate_changelist"))

    @admin.display(description=_("score"), ordering="score")
    def score_text(self, pair: Candidate) -> SafeString:
        """Two decimals, as a Dane writes them."""
        strength = "strong" if pair.score >= STRONG else "fair" if pair.score >= FAIR else "weak"
        return format_html('<span class="score score-{}">{}</span>', strength, f"{pair.score:.2f}".replace(".", ","))

    @admin.display(description=_("A-nummer"))
    def legacy_text(self, pair: Candidate) -> SafeString:
        """The A-number with its name and address."""
        return _told(pair.legacy)

    @admin.display(description=_("er måske"))
    def proposed_text(self, pair: Candidate) -> SafeString:
        """The one in the register with its name and address."""
        return _told(pair.proposed)

    @admin.display(description=_("grunde"))
    def why(self, pair: Candidate) -> SafeString:
        """The reasons, heaviest first."""
        rows = ((one["tekst"], _signed(one["vaegt"])) for one in pair.reasons)
        return format_html_join("", '<span class="reason">{} <b>{}</b></span> ', rows)

    @admin.display(description="")
    def preview(self, pair: Candidate) -> SafeString:
        """The way on."""
        return format_html('<a class="button-link" href="{}">{}</a>', _preview(pair), _("Se og konsolidér"))


def _preview(pair: Candidate) -> str:
    page = reverse("admin:institutions_institution_konsolider", args=[pair.legacy.number])
    return f"{page}?ind_i={pair.proposed.number}"


def _told(institution: Institution) -> SafeString:
    version = overview.judged(institution, periods.today())[1]
    street = f"{version.street} {version.house_number}".strip() if version else ""
    place = ", ".join(filter(None, [street, version.postcode if version else "", version.town if version else ""]))
    return format_html(
        '<a href="{}">{}</a> {}<br><span class="quiet">{}</span>',
        reverse("admin:institutions_institution_change", args=[institution.number]),
        institution.number, version.name if version else "", place,
    )  # fmt: skip


def _signed(weight: float) -> str:
    """A weight with its sign and two decimals, as a Dane writes them: the score is their sum, in log-odds."""
    return f"{weight:+.2f}".replace(".", ",").replace("-", "−")  # noqa: RUF001 - a minus sign

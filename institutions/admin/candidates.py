"""The proposed pairs, best first, each with its reasons and the way to the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Prefetch, Value
from django.http import Http404, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from institutions import access
from institutions.admin import choices, many, overview, pairs
from institutions.duplicates import candidates, queue, standing, wording
from institutions.models import Answer, Candidate, Proposal, Version
from registry import periods
from registry.admin.base import RegistryAdmin
from registry.problems import Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

    from institutions.models import Institution

STRONG, FAIR = 0.8, 0.5
# Reasons told in the list, the heaviest.
MOST_REASONS = 2


@admin.register(Candidate)
class CandidateAdmin(RegistryAdmin[Candidate]):
    """The queue."""

    list_display = ("score_text", "stakes_text", "leaving_text", "staying_text", "why")
    list_display_links = None
    search_fields: ClassVar = ["leaving__number", "staying__number", "leaving__versions__name"]
    search_help_text = _("A- eller G-nummer, eller A-nummerets navn")
    sortable_by = ("score_text", "stakes_text")
    change_list_template = "admin/candidates.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candidate]:
        """Each with what both are called today."""
        versions = Version.objects.select_related(*overview.RELATED).order_by("period")
        both = (Prefetch(f"{side}__versions", versions) for side in ("leaving", "staying"))
        kept = {name: request.GET[name] for name in choices.names() if name in request.GET}
        pairs_found = queue.pairs(request.user).annotate(filters=Value(urlencode(kept)))
        return pairs_found.prefetch_related(*both)

    def get_list_filter(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's own
        """What the queue is filtered by, other apps' filters too."""
        del request
        return choices.FILTERS

    def get_ordering(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's own
        """Most worth first."""
        del request
        return ["-worth", "-score", "leaving__number", "staying__number"]

    def get_urls(self) -> list[URLPattern]:
        """And the way to refresh the queue, to a pair, and to many at once."""
        view = self.admin_site.admin_view
        return [
            path("opdater/", view(self.refresh_view), name="institutions_candidate_refresh"),
            path("bekraeft/", view(self.many_view), name="institutions_candidate_many"),
            path("par/<str:one>/<str:other>/", view(self.pair_view), name="institutions_candidate_pair"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with how far the work has come."""
        told = {"progress": queue.progress(request.user), "mine": queue.given_today(request.user)}
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def pair_view(self, request: HttpRequest, one: str, other: str) -> HttpResponse:
        """Two numbers, as a pair."""
        try:
            both = access.institution(one), access.institution(other)
        except Refused as refused:
            raise Http404(refused.detail) from refused
        return pairs.page(request, *both, site=self.admin_site)

    def many_view(self, request: HttpRequest) -> HttpResponse:
        """The likeliest, confirmed at one go."""
        return many.page(request, site=self.admin_site)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A pair has a page of its own."""
        del form_url, extra_context
        pair = self.get_object(request, object_id)
        if pair is None:
            return HttpResponseRedirect(reverse("admin:institutions_candidate_changelist"))
        return HttpResponseRedirect(pairs.url(pair.leaving, pair.staying))

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
        return format_html('<span class="score score-{}">{}</span>', strength, wording.likelihood(pair.score))

    @admin.display(description=_("aftaler"), ordering="stakes")
    def stakes_text(self, pair: Any) -> str:  # noqa: ANN401 - annotated
        """How many agreements rest on the number that would go."""
        return str(pair.stakes) if pair.stakes else "–"

    @admin.display(description=_("ophører"))
    def leaving_text(self, pair: Any) -> SafeString:  # noqa: ANN401 - annotated
        """The way to the pair, and the one that would go with its name and address; why it comes again."""
        return format_html(
            '<a class="pair-link" href="{}">{} · {}</a> {}{}{}', pairs.url(pair.leaving, pair.staying, pair.filters),
            pair.leaving.number, pair.staying.number, _kind(pair), _told(pair.leaving), _again(pair),
        )  # fmt: skip

    @admin.display(description=_("består"))
    def staying_text(self, pair: Candidate) -> SafeString:
        """The one that it may be, with its name and address."""
        return _told(pair.staying)

    @admin.display(description=_("grunde"))
    def why(self, pair: Candidate) -> SafeString:
        """The heaviest reasons."""
        rows = ((one["tekst"], signed(one["vaegt"])) for one in pair.reasons[:MOST_REASONS])
        return format_html_join("", '<span class="reason">{} <b>{}</b></span> ', rows)


def _kind(pair: Candidate) -> SafeString | str:
    if pair.kind == Proposal.CONSOLIDATION:
        return ""
    return format_html('<span class="status status-coming">{}</span>', pair.get_kind_display())


def _again(pair: Any) -> SafeString | str:  # noqa: ANN401 - annotated
    """Why somebody is asked again."""
    if pair.answer != Answer.DIFFERENT or not pair.changed:
        return ""
    fields = ", ".join(dict.fromkeys(str(standing.FIELDS[one["felt"]][0]) for one in pair.changed))
    return format_html('<br><span class="status status-waiting">{}</span>', _("Kommer igen: %s er ændret") % fields)


def _told(institution: Institution) -> SafeString:
    version = overview.judged(institution, periods.today())[1]
    street = f"{version.street} {version.house_number}".strip() if version else ""
    place = ", ".join(filter(None, [street, version.postcode if version else "", version.town if version else ""]))
    return format_html(
        '<br>{} {}<br><span class="quiet">{}</span>', institution.number, version.name if version else "", place,
    )  # fmt: skip


def signed(weight: float) -> str:
    """A weight with its sign and two decimals, as a Dane writes them: the score is their sum, in log-odds."""
    return f"{weight:+.2f}".replace(".", ",").replace("-", "−")  # noqa: RUF001 - a minus sign

"""What people have said of pairs: found, looked at, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from institutions import access
from institutions.admin import pairs
from institutions.duplicates import standing
from institutions.models import Verdict
from registry.admin.base import RegistryAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

COLOURS = {"ens": "open", "forskellige": "closed", "usikker": "waiting"}


class ChangedFilter(admin.SimpleListFilter):
    """Whether anything that mattered has changed since."""

    title = _("ændret siden")
    parameter_name = "aendret"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Those that have."""
        del request, model_admin
        return [("ja", _("Ja"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Verdict]) -> QuerySet[Verdict]:
        """Those that have."""
        del request
        return queryset.exclude(changed=[]) if self.value() else queryset


@admin.register(Verdict)
class VerdictAdmin(RegistryAdmin[Verdict]):
    """The verdicts that stand, newest first."""

    list_display = ("pair", "answer_text", "score_text", "by", "at", "reason", "changed_text")
    list_display_links = None
    list_filter: ClassVar = ["answer", ChangedFilter, "by"]
    search_fields: ClassVar = ["first__number", "second__number", "reason"]
    search_help_text = _("Nummer eller begrundelse")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        """Those that were not taken back."""
        return access.verdicts(request.user).exclude(answer="")

    def subjects(self, obj: Verdict) -> list[str]:
        """The pair's name in the ledger."""
        return [obj.subject]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A verdict is looked at, and taken back, on the page of its pair."""
        del form_url, extra_context
        verdict = self.get_object(request, object_id)
        if verdict is None:
            return HttpResponseRedirect(reverse("admin:institutions_verdict_changelist"))
        return HttpResponseRedirect(pairs.url(verdict.first, verdict.second))

    @admin.display(description=_("par"))
    def pair(self, verdict: Verdict) -> SafeString:
        """The way to the pair."""
        return format_html('<a href="{}">{}</a>', pairs.url(verdict.first, verdict.second), verdict)

    @admin.display(description=_("afgørelse"), ordering="answer")
    def answer_text(self, verdict: Verdict) -> SafeString:
        """Same, different, unsure."""
        return format_html(
            '<span class="status status-{}">{}</span>', COLOURS[verdict.answer], verdict.get_answer_display()
        )

    @admin.display(description=_("score"), ordering="score")
    def score_text(self, verdict: Verdict) -> str:
        """What the machine thought then."""
        return f"{verdict.score:.2f}".replace(".", ",")

    @admin.display(description=_("ændret siden"))
    def changed_text(self, verdict: Verdict) -> str:
        """Which fields that mattered say something else now."""
        return ", ".join(dict.fromkeys(str(standing.FIELDS[one["felt"]][0]) for one in verdict.changed)) or "–"

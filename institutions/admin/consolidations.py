"""The consolidations that were made: whether each still stands, what it changed, and the way to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutions import access, consolidation
from institutions.admin import sections
from institutions.forms.lifecycle import UndoForm
from institutions.keys import Change
from institutions.models import Consolidation
from registry import ledger
from registry.admin import acts
from registry.admin.acts import Act, Done
from registry.admin.base import RegistryAdmin
from registry.models import Event

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString


class StandsFilter(admin.SimpleListFilter):
    """Whether it still stands."""

    title = gettext_lazy("tilstand")
    parameter_name = "tilstand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """Stands, or undone."""
        del request, model_admin
        return [("staar", gettext_lazy("Står ved magt")), ("fortrudt", gettext_lazy("Fortrudt"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consolidation]) -> QuerySet[Consolidation]:
        """Those that do, or do not."""
        del request
        return queryset.filter(is_undone=self.value() == "fortrudt") if self.value() else queryset  # type: ignore[misc] # annotated


@admin.register(Consolidation)
class ConsolidationAdmin(RegistryAdmin[Consolidation]):
    """Read from the ledger: the list of changes is stored there."""

    list_display = ("seq", "absorbed", "survivor", "at", "actor", "agreements", "state")
    list_filter: ClassVar = [StandsFilter, "at"]
    search_fields: ClassVar = ["subject", "data__survivor", "actor"]
    search_help_text = gettext_lazy("A- eller G-nummer, eller hvem der gjorde det")
    sortable_by = ("seq", "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consolidation]:
        """Each with whether it was undone."""
        undone = Event.objects.filter(correlation=OuterRef("correlation"), action=consolidation.UNDO)
        return access.consolidations(request.user).annotate(is_undone=Exists(undone))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Consolidation], search_term: str
    ) -> tuple[QuerySet[Consolidation], bool]:
        """Numbers are written with capitals."""
        return super().get_search_results(request, queryset, search_term.strip())

    def get_urls(self) -> list[URLPattern]:
        """And the way back."""
        view = self.admin_site.admin_view(self.undo_view)
        undo = path("<int:seq>/fortryd/", view, name="institutions_consolidation_undo")
        return [undo, *super().get_urls()]

    def _get(self, request: HttpRequest, seq: str) -> Consolidation:
        found = self.get_queryset(request).filter(pk=seq).first() if str(seq).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What it was, and whether it stands."""
        del form_url
        done = self._get(request, object_id)
        numbers = {"a": done.data["absorbed"], "g": done.data["survivor"]}
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "consolidation": done, **numbers,
            "title": _("%(a)s konsolideret ind i %(g)s") % numbers,
            "changes": sections.words([Change(**one) for one in done.data["changes"]]),
            "undone": consolidation.undone(done), **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, "admin/consolidation.html", context)

    def undo_view(self, request: HttpRequest, seq: int) -> HttpResponse:
        """Ask once more, and take it back."""
        done = self._get(request, str(seq))
        back = reverse("admin:institutions_consolidation_change", args=[done.pk])

        def perform(given: Mapping[str, Any]) -> Done:
            consolidation.undo(done, actor=ledger.person(request.user, door="admin"), reason=given["reason"])
            told = format_html(_("Konsolideringen af {} ind i {} er fortrudt: alt er, som det var."),
                               done.data["absorbed"], done.data["survivor"])  # fmt: skip
            return Done(told, back)

        changes = [Change(**one).backwards() for one in reversed(done.data["changes"])]
        act = Act(
            title=_("Fortryd konsolideringen af %s") % done.data["absorbed"], button=_("Fortryd konsolideringen"),
            subject=f"consolidation:{done.pk}", perform=perform, back=back, latest=lambda: None, danger=True,
            context={"changes": sections.words(changes)},
        )  # fmt: skip
        return acts.serve(request, act, UndoForm(request.POST or None), site=self.admin_site)

    @admin.display(description=gettext_lazy("A-nummer"))
    def absorbed(self, done: Consolidation) -> str:
        """The number that is no more."""
        return str(done.data["absorbed"])

    @admin.display(description=gettext_lazy("ind i"))
    def survivor(self, done: Consolidation) -> str:
        """The number that lives on."""
        return str(done.data["survivor"])

    @admin.display(description=gettext_lazy("rækker"))
    def agreements(self, done: Consolidation) -> int:
        """How many rows it changed."""
        return sum(1 for one in done.data["changes"] if one.get("told", True))

    @admin.display(description=gettext_lazy("tilstand"))
    def state(self, done: Any) -> SafeString:  # noqa: ANN401 - annotated
        """Stands, or undone."""
        css, text = ("closed", _("Fortrudt")) if done.is_undone else ("open", _("Står ved magt"))
        return format_html('<span class="status status-{}">{}</span>', css, text)

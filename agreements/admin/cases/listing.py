"""The list of cases, and the ways from it to one and to many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Value
from django.http import Http404, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import access, cases
from agreements.admin.cases import acts, board, choices, execute, many, opening, page, singly
from agreements.cases import State
from agreements.models import Case
from registry.admin.base import RegistryAdmin

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

MOST_AT_ONCE = 500  # their keys go into an address


def _ask(slug: str, text: Any) -> Callable[..., HttpResponse]:  # noqa: ANN401 - a lazy text
    """An action of the list: on to the page that asks what the act needs."""

    @admin.action(description=text)
    def act(_admin: Any, request: HttpRequest, chosen: QuerySet[Case]) -> HttpResponse:  # noqa: ANN401
        keys = list(chosen.order_by(*choices.ORDER).values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(keys) > MOST_AT_ONCE:
            messages.error(request, _("Vælg højst %s sager ad gangen.") % MOST_AT_ONCE)
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(acts.url(slug, keys))

    act.__name__ = slug.replace("-", "_")
    return act


@admin.register(Case)
class CaseAdmin(RegistryAdmin[Case]):
    """Konsolideringssager."""

    actions = (
        _ask(many.SLUG, gettext_lazy("Forhåndsvis og udfør de valgte")),
        _ask("varsl", gettext_lazy("Skriv, at de berørte er varslet")),
        _ask("klar", gettext_lazy("Gør de valgte klar")),
        _ask("frist", gettext_lazy("Flyt fristen for de valgte")),
        _ask("opgiv", gettext_lazy("Opgiv de valgte")),
        _ask("genaabn", gettext_lazy("Genåbn de valgte")),
    )
    list_display = ("link", "becomes", "pill", "live_text", "told_text", "deadline_text")
    list_display_links = None
    list_per_page = 100
    list_filter: ClassVar[Any] = choices.FILTERS
    search_fields: ClassVar = ["absorbed__number"]
    search_help_text = gettext_lazy("A- eller G-nummer, eller navn")
    sortable_by = ("deadline_text", "live_text")
    change_list_template = "admin/cases.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Every case with its state."""
        filters = Value(request.GET.urlencode())
        found: QuerySet[Any] = cases.listed(access.cases(request.user)).annotate(filters=filters)
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By number or name."""
        del request
        return choices.find(queryset, search_term), False

    def get_ordering(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's own
        """The nearest deadline first."""
        del request
        return choices.ORDER

    def subjects(self, obj: Case) -> list[str]:
        """The case's name in the ledger."""
        return [obj.subject]

    def get_urls(self) -> list[URLPattern]:
        """The board, the acts on some, and those on one."""
        view, site = self.admin_site.admin_view, self.admin_site
        pages: dict[str, Callable[..., HttpResponse]] = {
            "tavle": board.page, "tavle/aftaler": board.agreements, "opret": opening.one, "opret-mange": opening.many,
            many.SLUG: many.page,
        }  # fmt: skip
        alone = {"udfoer": execute.page, **singly.PAGES}

        def bound(serve: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            def answer(request: HttpRequest, **given: Any) -> HttpResponse:  # noqa: ANN401
                if "pk" in given:
                    given["case"] = self._get(request, given.pop("pk"))
                return serve(request, site=site, **given)

            return view(answer)

        return [
            *(path(f"{slug}/", bound(serve), name=f"agreements_case_{_named(slug)}") for slug, serve in pages.items()),
            path("handling/<slug:verb>/", bound(acts.page), name="agreements_case_act"),
            *(path(f"<int:pk>/{slug}/", bound(serve), name=f"agreements_case_{_named(slug)}")
              for slug, serve in alone.items()),
            path("<int:pk>/aftale/<int:number>/", bound(singly.choose), name="agreements_case_choose"),
            *super().get_urls(),
        ]  # fmt: skip

    def _get(self, request: HttpRequest, key: Any) -> Any:  # noqa: ANN401 - annotated
        found = self.get_queryset(request).filter(pk=key).first() if str(key).isdecimal() else None
        if found is None:
            raise Http404
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with how many there are in each state."""
        found = cases.counts(access.cases(request.user))
        told = {
            "states": [(state, found.get(state, 0)) for state in State],
            "late": cases.late(self.get_queryset(request)).count(),
            "to_open": cases.said_to_be_one().count(), "filters": request.GET.urlencode(),
        }  # fmt: skip
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Everything about one."""
        del form_url, extra_context
        return page.show(request, self._get(request, object_id), site=self.admin_site)

    @admin.display(description=gettext_lazy("A-nummer"))
    def link(self, case: Any) -> SafeString:  # noqa: ANN401 - annotated
        """The way to the case."""
        return format_html('<a class="pair-link" href="{}">{}</a><br>{}', page.url(case, case.filters),
                           case.absorbed.number, case.absorbed_name or "")  # fmt: skip

    @admin.display(description=gettext_lazy("bliver til"))
    def becomes(self, case: Any) -> SafeString:  # noqa: ANN401 - annotated
        """The G-number."""
        return format_html("{}<br>{}", case.survivor.number, case.survivor_name or "")

    @admin.display(description=gettext_lazy("tilstand"))
    def pill(self, case: Any) -> SafeString:  # noqa: ANN401 - annotated
        """Where it stands, coloured."""
        state = State(case.state)
        return format_html('<span class="status status-{}">{}</span>', page.PILLS[state], state.label)

    @admin.display(description=gettext_lazy("aftaler"), ordering="live")
    def live_text(self, case: Any) -> str:  # noqa: ANN401 - annotated
        """Live agreements on the A-number; those that wait for their data owner."""
        if case.undecided:
            return _("%(count)s uafgjort") % {"count": case.undecided}
        return str(case.live) if case.live else "–"

    @admin.display(description=gettext_lazy("varslet"))
    def told_text(self, case: Case) -> str:
        """The day on which those concerned were told."""
        return f"{case.notified_on:%d.%m.%Y}" if case.notified_on else "–"

    @admin.display(description=gettext_lazy("frist"), ordering="deadline")
    def deadline_text(self, case: Any) -> SafeString | str:  # noqa: ANN401 - annotated
        """The deadline; whether it has passed."""
        if not case.deadline:
            return "–"
        late = choices.is_late(case)
        told = format_html('<br><span class="status status-refused">{}</span>', _("overskredet")) if late else ""
        return format_html('<span class="day">{}</span>{}', f"{case.deadline:%d.%m.%Y}", told)


def _named(slug: str) -> str:
    return slug.replace("-", "_").replace("/", "_")

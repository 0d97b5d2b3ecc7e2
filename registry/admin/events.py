"""The ledger, read only: every event, found by subject, action, actor and day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from registry.admin.base import RegistryAdmin
from registry.models import Event
from registry.site import names, panels
from registry.site.panels import Panel

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString


class DoorFilter(admin.SimpleListFilter):
    """Through which door the change came."""

    title = _("dør")
    parameter_name = "door"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ANN401
        """The doors of the house."""
        del request, model_admin
        return [("admin", _("administrationen")), ("api", _("et system")), ("side", _("hjemmesiden")),
                ("kommando", _("indlæsning")), ("baggrund", _("baggrundsarbejde")),
                ("demo", _("demodata"))]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Those through the chosen door."""
        del request
        return queryset.filter(door=self.value()) if self.value() else queryset


class ActionFilter(admin.SimpleListFilter):
    """What was done. The choices are what the ledger holds, by a skip scan of its index."""

    title = _("handling")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401
        """Every action in the ledger."""
        del request, model_admin
        found: list[str] = []
        while following := Event.objects.filter(action__gt=found[-1] if found else "").order_by("action").first():
            found.append(following.action)
        return [(one, names.of(one)) for one in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Those of the chosen action."""
        del request
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(RegistryAdmin[Event]):
    """The ledger's own page: nothing here can be changed, by anyone."""

    list_display = ("seq", "moment", "subject", "done", "actor", "door", "short_reason")
    list_display_links = ("seq",)
    list_filter: ClassVar = [ActionFilter, DoorFilter, "at"]
    search_fields: ClassVar = ["subject", "actor"]
    search_help_text = _("Genstand (fx G23218 eller aftale:100001), løbenummer eller hvem")
    ordering: ClassVar = ["-seq"]
    sortable_by = ("seq",)
    fields = (
        "seq", "moment", "subject", "action", "actor", "on_behalf_of", "door", "reason", "content", "correlation",
        "transaction", "hash",
    )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """By number in the ledger, by exact subject, by who did it."""
        del request
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isdecimal():
            return queryset.filter(seq=int(term[:18])), False
        if found := queryset.filter(subject__in={term, term.upper(), term.lower()}):
            return found, False
        return queryset.filter(actor__icontains=term), False

    @admin.display(description=_("tidspunkt"), ordering="seq")
    def moment(self, event: Event) -> str:
        """When it was written down."""
        return date_format(timezone.localtime(event.at), "d.m.Y H:i:s")

    def subjects(self, obj: Event) -> list[str]:
        """The history of what the event is about."""
        return [obj.subject]

    @admin.display(description=_("handling"), ordering="action")
    def done(self, event: Event) -> str:
        """What was done, in a word."""
        return names.of(event.action)

    @admin.display(description=_("begrundelse"))
    def short_reason(self, event: Event) -> str:
        """The reason's beginning."""
        return event.reason[:80]

    @admin.display(description=_("før og efter"))
    def content(self, event: Event) -> SafeString:
        """All that the event holds, as it is stored."""
        told = json.dumps(event.data, ensure_ascii=False, indent=2)
        return format_html('<pre class="ledger-data" tabindex="0">{}</pre>', told)


@panels.add(order=900)
def latest_events(request: HttpRequest) -> Panel:
    """What happened last, whoever did it."""
    del request
    return Panel(
        title=_("Seneste hændelser"),
        template="admin/panels/events.html",
        context={"events": [(one, names.of(one.action)) for one in Event.objects.order_by("-seq")[:10]]},
        link="admin:registry_event_changelist",
        link_text=_("Hele hændelsesloggen"),
        wide=True,
    )

"""The board of systems that read: when each called last, by which schema it reads, how far it is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements import parties, silence
from agreements.models import System
from registry import calls, ledger
from registry.admin.base import RegistryAdmin
from registry.calls import DAY, REJECTED
from registry.models import Call, Reader
from registry.site import names, panels
from registry.site.panels import Panel

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

names.ACTIONS.update({"system.silent": gettext_lazy("System tavst")})


@admin.register(Reader)
class ReaderAdmin(RegistryAdmin[Reader]):
    """Systems that have called with a key."""

    list_display = ("named", "stands", "vendor", "called", "unsaid", "first", "second", "behind", "refused")
    list_display_links = None
    search_fields: ClassVar = ["system"]
    ordering = ("called_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reader]:
        """With what was refused in the last day. The rest that a row shows is read once for the page."""
        self._systems = {one.code: one for one in System.objects.select_related("vendor")}
        self._head, self._limits = ledger.head(), silence.limits()
        self._ready = set(calls.readiness().ready)
        lately = Call.objects.filter(
            system=OuterRef("system"), at__gt=timezone.now() - DAY, status__gte=REJECTED
        ).order_by()  # fmt: skip
        counted = Subquery(lately.values("system").annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        return super().get_queryset(request).annotate(refused_lately=Coalesce(counted, Value(0)))

    @admin.display(description=gettext_lazy("system"), ordering="system")
    def named(self, reader: Reader) -> SafeString | str:
        """Its name, leading to it."""
        found = self._systems.get(reader.system)
        if found is None:
            return reader.system
        url = reverse("admin:agreements_system_change", args=[found.pk])
        return format_html('<a href="{}">{}</a> {}', url, found.name, found.code)

    @admin.display(description=gettext_lazy("udbyder"))
    def vendor(self, reader: Reader) -> str:
        """Whose it is."""
        found = self._systems.get(reader.system)
        return found.vendor.name if found else ""

    @admin.display(description=gettext_lazy("sidste kald"), ordering="called_at")
    def called(self, reader: Reader) -> str:
        """When."""
        return _when(reader.called_at)

    @admin.display(description=gettext_lazy("læst uden skema"), ordering="unsaid_schema_at")
    def unsaid(self, reader: Reader) -> str:
        """When last."""
        return _when(reader.unsaid_schema_at)

    @admin.display(description=gettext_lazy("læst med skema 1"), ordering="first_schema_at")
    def first(self, reader: Reader) -> str:
        """When last."""
        return _when(reader.first_schema_at)

    @admin.display(description=gettext_lazy("læst med skema 2"), ordering="second_schema_at")
    def second(self, reader: Reader) -> str:
        """When last."""
        return _when(reader.second_schema_at)

    @admin.display(description=gettext_lazy("hændelser bagud"), ordering="position")
    def behind(self, reader: Reader) -> str:
        """How many, of what it has acknowledged."""
        return "–" if reader.position is None else str(self._head - reader.position)

    @admin.display(description=gettext_lazy("afvist i døgnet"), ordering="refused_lately")
    def refused(self, reader: Any) -> int:  # noqa: ANN401 - with what the query adds
        """How many calls."""
        return int(reader.refused_lately)

    @admin.display(description=gettext_lazy("står til"))
    def stands(self, reader: Reader) -> SafeString:
        """In a word."""
        limit = self._limits.get(reader.system)
        if limit and timezone.now() - reader.called_at > limit:
            return format_html('<span class="status status-refused">{}</span>', _("tavs"))
        if reader.system not in self._ready:
            return format_html('<span class="status">{}</span>', _("ikke klar til skema 2"))
        return format_html('<span class="status status-open">{}</span>', _("klar"))

    def subjects(self, obj: Reader) -> list[str]:
        """The system's name in the ledger."""
        found = System.objects.filter(code=obj.system).first()
        return [parties.subject(found)] if found else []


@panels.add(order=17)
def silent(request: HttpRequest) -> Panel | None:
    """Those who have fallen silent; nothing while none has."""
    del request
    rows = silence.silent()
    if not rows:
        return None
    return Panel(
        title=gettext_lazy("Tavse systemer"), template="admin/panels/silent.html", context={"rows": rows},
        link="admin:registry_reader_changelist", link_text=gettext_lazy("Alle læsere"),
    )  # fmt: skip


def _when(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y %H:%M}" if moment else "–"

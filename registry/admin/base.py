"""What every page of the register's admin keeps to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from registry import ledger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from registry.models import Event


class RegistryAdmin[M: Model](admin.ModelAdmin[M]):
    """Reads through access; saves nothing itself: pages that change something call rules.

    The ledger is the one truth about who did what, so the admin's own log stays empty, and the history
    page reads the ledger. Nothing is ever deleted.
    """

    actions: Any = None
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    object_history_template = "admin/ledger_history.html"

    def is_staff(self, request: HttpRequest) -> bool:
        """Whether the person is of STIL's staff."""
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """STIL's staff see every room."""
        return self.is_staff(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """STIL's staff see everything."""
        del obj
        return self.is_staff(request)

    def has_add_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nobody adds a row: rules do."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nobody changes a row: rules do."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        """Nothing is ever deleted."""
        del request, obj
        return False

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001
        """Refuse: a change goes through a rule."""
        raise NotImplementedError

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        """Refuse: nothing is ever deleted."""
        raise NotImplementedError

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> Any:  # noqa: ANN401
        """Write nothing: the rule has written in the ledger."""

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> Any:  # noqa: ANN401
        """Write nothing: the rule has written in the ledger."""

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[M]) -> Any:  # noqa: ANN401
        """Write nothing: nothing is deleted."""

    def subjects(self, obj: M) -> Sequence[str]:
        """The names under which the ledger knows the object."""
        return [str(obj)]

    def story(self, events: Sequence[Event]) -> Sequence[Any]:
        """The events as a reader is told them; the apps that know better put sentences here."""
        return events

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The object's events in the ledger, newest first."""
        obj = self.get_object(request, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            raise Http404
        events = list(ledger.history(*self.subjects(obj)).order_by("-seq")[:200])
        context = {
            **self.admin_site.each_context(request), "title": _("Historik: %s") % obj, "opts": self.opts,
            "object": obj, "events": events, "stories": self.story(events), **(extra_context or {}),
        }  # fmt: skip
        return TemplateResponse(request, self.object_history_template, context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under its own name."""
        title = {"title": str(self.opts.verbose_name_plural).capitalize()}
        return super().changelist_view(request, {**title, **(extra_context or {})})

"""Wake-up calls to systems: to look up in, when a vendor says that none came."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from registry.admin.base import RegistryAdmin
from registry.models import HookCall
from registry.site import names

names.ACTIONS.update({"hook.add": _("Webhook oprettet"), "hook.end": _("Webhook afsluttet")})


@admin.register(HookCall)
class HookCallAdmin(RegistryAdmin[HookCall]):
    """Each call, with its tries and the answer."""

    list_display = ("made_at", "system", "address", "state", "attempts", "status", "error", "next_at")
    list_display_links = ("made_at",)
    list_filter: ClassVar = ["state"]
    list_select_related: ClassVar = ["hook"]
    search_fields: ClassVar = ["hook__system", "hook__url", "message_id"]
    fields = (
        "hook", "message_id", "body", "state", "attempts", "status", "error", "made_at", "next_at", "ended_at",
    )  # fmt: skip

    @admin.display(description=_("system"), ordering="hook__system")
    def system(self, call: HookCall) -> str:
        """Whose."""
        return call.hook.system

    @admin.display(description=_("adresse"), ordering="hook__url")
    def address(self, call: HookCall) -> str:
        """Where."""
        return call.hook.url

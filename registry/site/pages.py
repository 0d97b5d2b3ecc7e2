"""The admin site: Django's own, in Danish, with a start page made of panels."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from registry.problems import Refused
from registry.site import names, panels, refusals

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.template.response import TemplateResponse


class RegistryAdminSite(admin.AdminSite):
    """Django's admin, under the register's name. Who is of STIL's staff may see everything in it."""

    site_header = _("Dagtilbudsregisteret")
    site_title = _("Dagtilbudsregisteret")
    index_title = _("Overblik")
    index_template = "admin/start.html"
    empty_value_display = "–"
    # The rooms stand in a line under the header: a list needs the width.
    enable_nav_sidebar = False

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The start page: what is in the register, what waits, what happened last."""
        return super().index(request, {"panels": panels.make(request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Every room and its pages, under Danish names."""
        listed = super().get_app_list(request, app_label)
        for room in listed:
            room["name"] = names.ROOMS.get(room["app_label"], room["name"])
            for page in room["models"]:
                page["name"] = names.PAGES.get(page["model"]._meta.label, page["name"])
        return listed

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - Django's own
        """Turn a refusal that no form has caught into a message, for every page of the admin."""

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401
            try:
                response: HttpResponse = view(request, *args, **kwargs)
            except Refused as refused:
                return refusals.as_message(request, refused)
            return response

        return super().admin_view(answer, cacheable)

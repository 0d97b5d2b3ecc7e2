"""Signing in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import reverse_lazy

from institutions.views.pages import page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    type View = Callable[..., HttpResponse]

AGREEMENTS = reverse_lazy("agreements:list")
log_in = page(cast("View", LoginView.as_view(template_name="agreements/log_in.html", next_page=AGREEMENTS)))
log_out = page(LogoutView.as_view(next_page=reverse_lazy("agreements:log_in")))

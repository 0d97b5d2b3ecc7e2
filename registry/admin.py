"""The admin site of STIL's staff."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class RegistryAdminSite(admin.AdminSite):
    """Django's admin, under the register's name."""

    site_header = _("Dagtilbudsregisteret")
    site_title = _("Dagtilbudsregisteret")
    index_title = _("Registeret")

"""The app, and the admin site that takes the place of Django's own."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class RegistryConfig(AppConfig):
    """Users, the ledger, validity periods: what any registry needs."""

    name = "registry"
    verbose_name = "Register"


class AdminConfig(admin.AdminConfig):
    """Django's admin with our site as the default one."""

    default = False  # named outright in the settings
    default_site = "registry.site.RegistryAdminSite"

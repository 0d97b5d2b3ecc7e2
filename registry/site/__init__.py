"""The admin site itself. Apart from `registry.admin`, which registers pages on it and so must come after it."""

from registry.site.pages import RegistryAdminSite

__all__ = ["RegistryAdminSite"]

"""The institutions: what the register is about."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    """Institutions know the registry, and nothing of agreements."""

    name = "institutions"
    verbose_name = _("Institutioner")

    def ready(self) -> None:
        """Register the problem codes and the system checks."""
        from institutions import keys, problems  # noqa: F401, PLC0415 - models must be loaded first

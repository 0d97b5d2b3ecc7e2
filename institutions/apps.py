"""The institutions: what the register is about."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    """Institutions know the registry, and nothing of agreements."""

    name = "institutions"
    verbose_name = _("Institutioner")

    def ready(self) -> None:
        """Register the problem codes, the system checks, and what is news to those who want to be woken."""
        from institutions import keys, problems  # noqa: F401, PLC0415 - models must be loaded first
        from institutions.columns import PUBLIC  # noqa: PLC0415
        from registry import hooks  # noqa: PLC0415

        hooks.tell_of(PUBLIC)

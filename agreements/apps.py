"""Tilslutning: which systems may use which institutions' data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    """Agreements know institutions; institutions know nothing of agreements."""

    name = "agreements"
    verbose_name = _("Tilslutning")

    def ready(self) -> None:
        """Register problems, figures, what counts when a number goes, whose look at a mail does not, who may call."""
        from agreements import metrics, problems, stakes, systems  # noqa: F401, PLC0415 - after the apps are loaded
        from agreements.notices import opening  # noqa: F401, PLC0415

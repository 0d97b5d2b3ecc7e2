"""Users."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in."""

    class Meta:
        verbose_name = _("bruger")
        verbose_name_plural = _("brugere")

"""Who may sign in: the one way to add and change people, told in the ledger without their passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from registry import ledger
from registry.ledger import Entry
from registry.models import User

if TYPE_CHECKING:
    from registry.ledger import Actor

TOLD = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")


@transaction.atomic
def save(user: User, *, actor: Actor, reason: str = "") -> None:
    """Save a person, new or changed. No event where nothing but the password differs; see `password_set`."""
    old = User.objects.select_for_update().filter(pk=user.pk).first()
    before = state(old) if old else None
    user.save()
    if before != state(user):
        action = "user.change" if old else "user.add"
        ledger.record([Entry(action, subject(user), {"before": before, "after": state(user)}, reason)], actor=actor)


@transaction.atomic
def password_set(user: User, *, actor: Actor) -> None:
    """Tell the ledger that a person was given a new password."""
    ledger.record([Entry("user.password", subject(user), {"username": user.username})], actor=actor)


def subject(user: User) -> str:
    """The person's name in the ledger."""
    return f"bruger:{user.pk}"


def state(user: User) -> dict[str, Any]:
    """What the ledger holds of a person."""
    return {name: getattr(user, name) for name in TOLD}

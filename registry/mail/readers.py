"""Whose look at a mail's page is not the recipient's: STIL's staff, and those whom the apps know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser

    from registry.models import Message, User

type Bystander = Callable[[User, Message], bool]
_known: dict[str, Bystander] = {}


def bystander(knows: Bystander) -> Bystander:
    """Let an app say that a person who is signed in is not whom a mail was for."""
    _known[f"{knows.__module__}.{knows.__qualname__}"] = knows
    return knows


def may_be_recipient(person: User | AnonymousUser, message: Message) -> bool:
    """Whether the mail counts as opened when this person reads it. Nobody knows who a stranger is: it does."""
    if not person.is_authenticated:
        return True
    return not person.is_staff and not any(knows(person, message) for knows in _known.values())

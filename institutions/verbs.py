"""One act of a system on one institution: its mandate first, then the same rule as everybody's.

In one transaction each, so that what a mandate does not cover has not happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from institutions import external, lifecycle, mandates, prevention
from institutions.mandates import Book, Place, place_of
from institutions.models import Verb
from institutions.prevention import LikelyDouble
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from institutions.models import Institution
    from registry.callers import Caller
    from registry.ledger import Actor

SALT = "institutions.verbs.insist"
INSIST_WITHIN = 24 * 3600  # seconds


@transaction.atomic
def open(  # noqa: A001 - the verb of the field, as lifecycle.open
    *,
    level: str,
    parent: Institution | None,
    facts: Mapping[str, Any],
    on: date,
    caller: Caller,
    reason: str = "",
    seen: str = "",
    name: str = "",
) -> Institution:
    """Open an institution, and keep what the vendor calls it (`name`).

    Raises LikelyDouble where it seems to be there; who insists gives the token of that answer as `seen`, and a reason.
    Raises Refused `mandat_mangler`, and as `lifecycle.open`.
    """
    book = Book(caller.code)
    above = place_of(parent, on=on) if parent else None
    municipality, ownership = facts.get("administrative_municipality"), facts.get("ownership") or ""
    book.require(Verb.OPEN, Place(
        municipality.pk if municipality else above.municipality if above else None,
        ownership or (above.ownership if above else ""), above.line if above else frozenset(),
    ))  # fmt: skip
    if above:
        book.require(Verb.OPEN, above)
    actor = caller.actor(on_behalf_of=book.on_behalf_of)
    given: dict[str, Any] = {"level": level, "on": on, "actor": actor, "parent": parent, "reason": reason, **facts}
    try:
        with transaction.atomic():
            made = prevention.open(**given)
    except LikelyDouble as likely:
        _refuse_unseen(likely, seen, reason, caller)
        made = prevention.open(**given, despite=reason)
    if name:
        external.keep(caller.vendor, {name: made.number}, actor=actor)
    return made


def token(likely: LikelyDouble, *, caller: Caller) -> str:
    """What a system gives back to insist: that it has seen exactly these."""
    return signing.dumps([caller.code, _numbers(likely)], salt=SALT)


def _refuse_unseen(likely: LikelyDouble, seen: str, reason: str, caller: Caller) -> None:
    """Pass the refusal on unless all of it was seen before, by whom, and there is a reason to insist."""
    try:
        who, numbers = signing.loads(seen, salt=SALT, max_age=INSIST_WITHIN) if seen else ("", [])
    except signing.BadSignature:
        who, numbers = "", []
    if who != caller.code or not set(_numbers(likely)) <= set(numbers):
        raise likely
    if not reason.strip():
        raise Refused("mangler", _("Skriv, hvorfor den skal oprettes alligevel."), field="reason")


def _numbers(likely: LikelyDouble) -> list[str]:
    return sorted(one.number for one in likely.likely)


@transaction.atomic
def correct(institution: Institution, *, facts: Mapping[str, Any], on: date, caller: Caller, reason: str = "") -> None:
    """Correct facts from a day on: both as it stood and as it will stand there must be a mandate. Raises Refused."""
    book, before = Book(caller.code), place_of(institution, on=on)
    book.require(Verb.CORRECT, before)
    municipality = facts.get("administrative_municipality")
    book.require(Verb.CORRECT, Place(
        municipality.pk if municipality else before.municipality, facts.get("ownership") or before.ownership,
        before.line,
    ))  # fmt: skip
    lifecycle.correct(institution, on=on, actor=_actor(book, caller), reason=reason, **facts)


@transaction.atomic
def move(institution: Institution, *, to: Institution, on: date, caller: Caller, reason: str = "") -> None:
    """Move: there must be a mandate for what is moved and for where it goes. Raises Refused."""
    book = Book(caller.code)
    for one in (institution, to):
        book.require(Verb.MOVE, place_of(one, on=on))
    lifecycle.move(institution, to=to, on=on, actor=_actor(book, caller), reason=reason)


@transaction.atomic
def close(
    institution: Institution,
    *,
    on: date,
    caller: Caller,
    cause: str,
    successors: Sequence[Institution] = (),
    reason: str = "",
) -> None:
    """Close. Raises Refused."""
    book = Book(caller.code)
    book.require(Verb.CLOSE, place_of(institution, on=on))
    lifecycle.close(
        institution, on=on, actor=_actor(book, caller), reason=reason, cause=cause, successors=successors
    )  # fmt: skip


@transaction.atomic
def reopen(institution: Institution, *, on: date, caller: Caller, reason: str = "") -> None:
    """Reopen. Raises Refused."""
    book = Book(caller.code)
    book.require(Verb.REOPEN, place_of(institution, on=on))
    lifecycle.reopen(institution, on=on, actor=_actor(book, caller), reason=reason)


def _actor(book: mandates.Book, caller: Caller) -> Actor:
    return caller.actor(on_behalf_of=book.on_behalf_of)

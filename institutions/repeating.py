"""An act that is asked for twice is done once: under a key of the system's own, the answer is kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from institutions.models import Answered
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

# The first key of a pair of advisory locks: it keeps these apart from others.
LOCK = 7_333


@transaction.atomic
def once(key: str, *, system: str, asked: str, act: Callable[[], Answered | None]) -> Answered | None:
    """What `act` answers, or what it answered when it was asked for under that key. `asked` tells what it was.

    Kept in the transaction of the act itself: what failed, or gave no answer to keep, may be asked for again.
    Raises Refused `noegle_genbrugt` where the key was used for something else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, f"{system} {key}"])
    earlier = Answered.objects.filter(system=system, key=key).first()
    if earlier and earlier.asked != asked:
        raise Refused("noegle_genbrugt", _("Nøglen »%(key)s« er brugt til noget andet.") % {"key": key}, value=key)
    if earlier:
        return earlier
    made = act()
    if made:
        made.system, made.key, made.asked = system, key, asked
        made.save(force_insert=True)
    return made

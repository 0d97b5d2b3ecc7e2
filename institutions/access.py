"""Who may see, change and consolidate what. Every edge gets its objects here.

A person who is missing has no rights: nothing passes because nobody is signed in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from institutions import numbers
from institutions.models import Candidate, Consolidation, Institution, Verdict, Version
from registry.problems import Refused

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

    from registry.models import User

type Person = User | AnonymousUser


def is_registrar(person: Person) -> bool:
    """Whether the person is of STIL's staff, who may change the register."""
    return person.is_authenticated and person.is_active and person.is_staff


def require_registrar(person: Person) -> None:
    """Raise Refused `ikke_tilladt` for anyone but STIL's staff."""
    if not is_registrar(person):
        raise Refused("ikke_tilladt", _("Det kan kun STILs medarbejdere."))


def institutions() -> QuerySet[Institution]:
    """Every institution: the register is public."""
    return Institution.objects.select_related("absorbed_into")


def institution(number: str) -> Institution:
    """The institution of a number, as it was asked for. Raises Refused, see `numbers.resolve`."""
    return numbers.resolve(number).asked


def versions(on: date) -> QuerySet[Version]:
    """What holds on a day, with what a list shows."""
    return Version.objects.filter(period__contains=on).select_related(
        "institution", "parent", "administrative_municipality", "municipality"
    )


def candidates(person: Person) -> QuerySet[Candidate]:
    """The proposed pairs, for STIL's staff. Raises Refused."""
    require_registrar(person)
    return Candidate.objects.select_related("leaving", "staying")


def verdicts(person: Person) -> QuerySet[Verdict]:
    """What people have said of pairs, for STIL's staff. Raises Refused."""
    require_registrar(person)
    return Verdict.objects.select_related("first", "second")


def consolidations(person: Person) -> QuerySet[Consolidation]:
    """The consolidations, for STIL's staff. Raises Refused."""
    require_registrar(person)
    return Consolidation.objects.all()

"""Who may see and decide which agreements. Every edge gets its objects here.

STIL's staff see and decide everything. A data owner's people see and decide what rests on their own institutions
(agreements/owners.py), a vendor's people see what its systems have asked for. Nobody else sees anything: a person who
is missing has no rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from agreements import owners
from agreements.models import Affiliation, Case, DataAgreement, Notice, NotificationAddress, System, Vendor
from institutions.access import is_registrar, require_registrar
from institutions.models import Municipality
from registry import periods
from registry.models import User
from registry.problems import Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from institutions.access import Person
    from institutions.models import Institution
    from registry.ledger import Actor


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person may look at, from one question or two: keys of their own institutions and vendors."""

    registrar: bool = False
    municipalities: frozenset[int] = frozenset()
    # Institutions that the person decides for today, through a municipality or an affiliation.
    institutions: tuple[int, ...] = ()
    vendors: frozenset[int] = frozenset()
    is_owner: bool = False

    @property
    def is_vendor(self) -> bool:
        """Whether the person acts for a vendor."""
        return bool(self.vendors)


def sight(person: Person) -> Sight:
    """Whom a person acts for today. Raises Refused `ikke_tilladt` for one who acts for nobody."""
    if is_registrar(person):
        return Sight(registrar=True)
    names = ("municipality_id", "vendor_id", "institution_id", "institution__absorbed_into_id")
    rows = list(affiliations_of(person).values_list(*names))
    municipalities, vendors, asked, today = (frozenset(row[place] for row in rows) - {None} for place in range(4))
    institutions = asked | today
    if not (municipalities or institutions or vendors):
        raise _nobody()
    own = owners.owned(municipalities=municipalities, institutions=institutions)
    return Sight(
        municipalities=municipalities, institutions=tuple(own), vendors=vendors,
        is_owner=bool(municipalities or institutions),
    )  # fmt: skip


def affiliations_of(person: Person) -> QuerySet[Affiliation]:
    """The parties that a person acts for today; a person who is missing or no longer active acts for none."""
    if not (person.pk and person.is_active):
        return Affiliation.objects.none()
    today = Affiliation.objects.filter(user=person, period__contains=periods.today())
    return today.select_related("municipality", "institution", "vendor")


def affiliations(person: Person) -> QuerySet[Affiliation]:
    """Who acts for whom, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return Affiliation.objects.select_related("user", "municipality", "institution", "vendor")


def notification_addresses(person: Person) -> QuerySet[NotificationAddress]:
    """Who is told, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return NotificationAddress.objects.select_related("municipality", "institution", "vendor", "system")


def municipality(code: str, person: Person) -> Municipality:
    """A municipality for its own people and STIL's staff. Raises Refused `ikke_tilladt`, `ikke_fundet`."""
    seen = sight(person)
    found = Municipality.objects.filter(code=code).first()
    if found is None:
        raise Refused("ikke_fundet", _("»%(code)s« er ikke en af de 98 kommunekoder.") % {"code": code}, field="kode")
    if not seen.registrar and found.pk not in seen.municipalities:
        raise Refused("ikke_tilladt", _("Siden er for %(name)s.") % {"name": found.long_name})
    return found


def require_own(municipality: Municipality, seen: Sight) -> None:
    """Raise Refused `ikke_tilladt` for anyone but the municipality's own people, STIL's staff too."""
    if municipality.pk not in seen.municipalities:
        raise Refused("ikke_tilladt", _("Det kan kun %(name)s selv.") % {"name": municipality.long_name})


def data_agreements(person: Person, *, seen: Sight | None = None) -> QuerySet[DataAgreement]:
    """The data agreements that a person may see. Raises Refused `ikke_tilladt` for one who acts for nobody."""
    seen = seen or sight(person)
    every = DataAgreement.objects.select_related("system__vendor", "service", "institution")
    if seen.registrar:
        return every
    mine = Q()
    if seen.is_owner:
        mine |= Q(institution__in=seen.institutions)
    if seen.is_vendor:
        mine |= Q(system__in=System.objects.filter(vendor__in=seen.vendors))
    return every.filter(mine)


def decidable(person: Person, *, seen: Sight | None = None) -> QuerySet[DataAgreement]:
    """The data agreements that a person may decide. Raises Refused `ikke_tilladt` for one who decides for nobody."""
    seen = seen or sight(person)
    if not (seen.registrar or seen.is_owner):
        raise Refused("ikke_tilladt", _("Det afgør dataejeren."))
    every = DataAgreement.objects.select_related("system__vendor", "service", "institution")
    return every if seen.registrar else every.filter(institution__in=seen.institutions)


def data_agreement(number: int, person: Person) -> DataAgreement:
    """An agreement by its number. Raises Refused `ikke_tilladt`; `ukendt_aftale` for one that they may not see too."""
    found = data_agreements(person).filter(number=number).first()
    if found is None:
        raise Refused("ukendt_aftale", _("Du har ingen aftale med nummer %(number)s.") % {"number": number},
                      field="aftaleId", value=str(number))  # fmt: skip
    return found


def agreements_of(institution: Institution, person: Person) -> QuerySet[DataAgreement]:
    """An institution's data agreements, of those that the person may see. Raises Refused `ikke_tilladt`."""
    return data_agreements(person).filter(institution=institution)


def cases(person: Person) -> QuerySet[Case]:
    """Every case of consolidation, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return Case.objects.select_related("absorbed", "survivor")


def cases_to_approve(person: Person, *, seen: Sight | None = None) -> QuerySet[Case]:
    """The cases whose G-number a person decides for. Raises Refused `ikke_tilladt` for one who decides for nobody."""
    seen = seen or sight(person)
    if not (seen.registrar or seen.is_owner):
        raise Refused("ikke_tilladt", _("Det afgør dataejeren."))
    every = Case.objects.filter(dropped=False).select_related("absorbed__absorbed_into", "survivor")
    return every if seen.registrar else every.filter(survivor__in=seen.institutions)


def stands_in(institution: Institution, actor: Actor) -> bool:
    """Whether the actor decides for an institution as STIL's staff, in its data owner's place; False for the owner.

    Raises Refused `anden_dataejers_aftale` for anyone else, `ikke_tilladt` for one who acts for nobody.
    """
    person = User.objects.filter(username=actor.name).first() or AnonymousUser()
    seen = sight(person)
    if not seen.registrar and institution.pk not in seen.institutions:
        owner = owners.names([institution.pk]).get(institution.pk) or _("dataejeren")
        raise Refused("anden_dataejers_aftale", _("%(number)s: det afgør %(owner)s.")
                      % {"number": institution.number, "owner": owner})  # fmt: skip
    return seen.registrar


def notices(person: Person) -> QuerySet[Notice]:
    """Every notice of A-numbers, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return Notice.objects.select_related("municipality", "vendor")


def vendors(person: Person) -> QuerySet[Vendor]:
    """Every vendor, for STIL's staff. Raises Refused `ikke_tilladt`."""
    require_registrar(person)
    return Vendor.objects.all()


def systems(person: Person) -> QuerySet[System]:
    """Every system for STIL's staff, a vendor's own for its people. Raises Refused `ikke_tilladt`."""
    seen = sight(person)
    if not (seen.registrar or seen.is_vendor):
        raise Refused("ikke_tilladt", _("Det kan kun udbyderens egne."))
    every = System.objects.select_related("vendor")
    return every if seen.registrar else every.filter(vendor__in=seen.vendors)


def _nobody() -> Refused:
    return Refused("ikke_tilladt", _("Du er ikke knyttet til en kommune, en institution eller en udbyder."))

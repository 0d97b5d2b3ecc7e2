"""What telephone, e-mail, P-number and CVR say, weighed by how many share them. Pure.

A municipality's CVR-number stands on each of its units, and several units share a P-number (domain: the register's
policies): shared by many, a value tells next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

if TYPE_CHECKING:
    from institutions.duplicates.records import Email
    from institutions.duplicates.sides import Side

_SWITCHBOARD = 2
_FEW = 3
_OWN_CVR, _FEW_CVR = 2, 8
_SAME_WORD = 85
_SHORTEST_USER = 3
# How much each counts as known contact; one whole is enough to say that somebody moved or took another name.
KNOWN = {
    "phone.same": 1.0, "mail.same": 1.0, "p_number.same": 1.0, "phone.few": 1.0, "mail.few": 1.0,
    "p_number.few": 1.0, "phone.shared": 0.5, "mail.shared": 0.5,
    "mail.user": 0.5, "mail.near": 0.5, "mail.name": 0.5, "p_number.shared": 0.5, "p_number.near": 0.5,
    "phone.near": 0.5,
}  # fmt: skip


def phone(a: Side, g: Side) -> str:
    """The level of the telephone numbers. Empty: nothing to compare."""
    one, two = a.record.phones, g.record.phones
    if not one or not two:
        return ""
    if not set(one).isdisjoint(two):
        return "phone." + _shared_by(g.phones)
    if a.switchboard > _SWITCHBOARD:
        return "phone.switchboard"
    if a.phones:
        return "phone.taken"
    return "phone.near" if any(one_slip(x, y) for x in one for y in two) else "phone.other"


def mail(a: Side, g: Side) -> str:
    """The level of the mail addresses. Empty: nothing to compare."""
    one, two = a.record.email, g.record.email
    if not one.whole:
        return ""
    if one.whole == two.whole:
        return "mail." + _shared_by(g.mails)
    if one.word and g.record.name.whole and ratio(one.word, g.record.name.whole, score_cutoff=_SAME_WORD):
        return "mail.name"
    if not two.whole:
        return ""
    return _near_mail(one, two)


def _near_mail(one: Email, two: Email) -> str:
    if one.general or two.general:
        return "mail.general"
    if len(one.user) >= _SHORTEST_USER and one.user == two.user:
        return "mail.user"
    return "mail.near" if one.word and one_slip(one.whole, two.whole) else "mail.other"


def p_number(a: Side, g: Side) -> str:
    """The level of the P-numbers. Empty: nothing to compare."""
    one, two = a.record.p_number, g.record.p_number
    if not one or not two:
        return ""
    if one == two:
        return "p_number." + _shared_by(g.p_numbers)
    if a.p_numbers:
        return "p_number.taken"
    return "p_number.near" if one_slip(one, two) else "p_number.other"


def cvr(a: Side, g: Side) -> str:
    """The level of the CVR-numbers. Empty: nothing to compare."""
    one, two = a.record.cvr, g.record.cvr
    if not one or not two:
        return ""
    if one == two:
        return "cvr.same" if g.cvrs <= _OWN_CVR else "cvr.few" if g.cvrs <= _FEW_CVR else "cvr.shared"
    return "cvr.taken" if a.cvrs else "cvr.other"


def _shared_by(count: int) -> str:
    return "same" if count <= 1 else "few" if count <= _FEW else "shared"


def one_slip(one: str, two: str) -> bool:
    """Whether one slip of the hand makes the one the other."""
    return OSA.distance(one, two, score_cutoff=1) <= 1

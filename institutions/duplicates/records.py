"""A record to compare: an institution of the register or one under an A-number, its texts made comparable. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from institutions.duplicates import addresses, names
from institutions.duplicates.addresses import Address
from institutions.duplicates.names import NAMELESS, Name
from institutions.duplicates.text import digits, fold, place, skeleton
from institutions.duplicates.words import OF_TYPE, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

_COUNTRY = re.compile(r"^(?:00)?45(?=\d{8}$)")
_BETWEEN = re.compile(r"[/,;]|\beller\b|\bog\b")
_PHONE, _CVR, _P_NUMBER = 8, 8, 10
# Mailboxes that everybody has; they tell the domain and nothing more.
_GENERAL = re.compile(
    r"(?:info|kontakt|mail|post|kontor|leder|adm|administration|dagtilbud|kommune(?:n)?|institution|bh|vuggestue(?:n)?"
    r"|boernehave(?:n)?|boernehus(?:et)?|dagpleje(?:n)?|daginstitution|hovedpostkasse)"
)
_SHORTEST_SPEAKING = 5


@dataclass(frozen=True, slots=True)
class Email:
    """A mail address: whole, its user, its domain's sound; `word` is the sound of a user that speaks a name."""

    whole: str = ""
    user: str = ""
    domain: str = ""
    word: str = ""
    general: bool = False


NOWHERE = Address()
MUTE = Email()


@dataclass(frozen=True, slots=True)
class Record:
    """What can be compared of an institution. Empty where nothing is said; `above` names its daginstitution."""

    number: str
    level: str = ""
    name: Name = NAMELESS
    address: Address = NOWHERE
    municipality: str = ""
    cvr: str = ""
    p_number: str = ""
    phones: tuple[str, ...] = ()
    email: Email = MUTE
    kind: Kind | None = None
    ownership: str = ""
    parent: str = ""
    above: Name = NAMELESS


def phones(text: str) -> tuple[str, ...]:
    """The Danish telephone numbers in a text, eight digits each."""
    if len(text) == _PHONE and text.isascii() and text.isdigit():
        return (text,)
    if not text:
        return ()
    parts = (_COUNTRY.sub("", digits(part)) for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(part for part in parts if len(part) == _PHONE))


def email(text: str) -> Email:
    """A mail address taken apart; the empty one where the text is none."""
    if not text:
        return MUTE
    whole = fold(text.strip())
    user, at, domain = whole.partition("@")
    if not at or not user or not domain:
        return MUTE
    words = re.sub(r"[^a-z]", "", user)
    general = _GENERAL.fullmatch(words) is not None
    speaking = skeleton(words) if len(words) >= _SHORTEST_SPEAKING and not general else ""
    return Email(whole, user, place(domain.rpartition(".")[0]), speaking, general)


def of_register(row: Mapping[str, str], *, above: str = "") -> Record:
    """A record of the register, from the register's own columns; `above` is the name of its daginstitution."""
    number = (
        row.get("alternativAdresseNummer") or row.get("anvisningsenhedsNummer") or row.get("daginstitutionsNummer", "")
    )
    unit = row.get("anvisningsenhedsNummer") or row.get("daginstitutionsNummer") or ""
    parent = row.get("daginstitutionsNummer", "") if unit == number else unit
    return build(
        number=number,
        level=row.get("dagtilbudsType", ""),
        name=row.get("dagtilbudsNavn", ""),
        line=f"{row.get('vejNavn', '')} {row.get('husNummer', '')}",
        postcode=row.get("postNummer", ""),
        town=row.get("byNavn", ""),
        municipality=row.get("kommuneKode_Tekst", ""),
        cvr=row.get("cvrNummer", ""),
        p_number=row.get("pNummer", ""),
        phone=row.get("telefonNummer", ""),
        mail=row.get("email", ""),
        institution_type=row.get("instType3", ""),
        ownership=row.get("ejerformKode", ""),
        parent="" if parent == number else parent,
        above=above,
    )


def of_legacy(row: Mapping[str, str]) -> Record:
    """An institution outside the register, from the columns of a file of A-numbers: free text but the number."""
    return build(
        number=row["institutionsNummer"],
        name=row.get("navn", ""),
        line=row.get("adresse", ""),
        postcode=row.get("postNummer", ""),
        town=row.get("byNavn", ""),
        municipality=row.get("kommune", ""),
        cvr=row.get("cvrNummer", ""),
        p_number=row.get("pNummer", ""),
        phone=row.get("telefonNummer", ""),
        mail=row.get("email", ""),
    )


def build(  # noqa: PLR0913 - the fields of a record, all named
    *,
    number: str,
    name: str,
    level: str = "",
    line: str = "",
    postcode: str = "",
    town: str = "",
    municipality: str = "",
    cvr: str = "",
    p_number: str = "",
    phone: str = "",
    mail: str = "",
    institution_type: str = "",
    ownership: str = "",
    parent: str = "",
    above: str = "",
) -> Record:
    """A record from its texts as they are written."""
    return Record(
        number=number,
        level=level,
        name=names.parse(name),
        address=addresses.parse(line.strip(), postcode.strip(), town.strip()),
        municipality=place(municipality),
        cvr=_exactly(_CVR, cvr),
        p_number=_exactly(_P_NUMBER, p_number),
        phones=phones(phone),
        email=email(mail),
        kind=OF_TYPE.get(institution_type),
        ownership=ownership,
        parent=parent,
        above=names.parse(above) if above else NAMELESS,
    )


def _exactly(length: int, text: str) -> str:
    if not text:
        return ""
    found = digits(text)[-length:]
    return found if len(found) == length else ""

"""What a mail is made of, and what it may hold."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from registry.problems import Refused

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 10 * 2**20  # of files: half of what mail servers usually take, before it grows by a third under way
LENGTHS = {"title": 200, "to_name": 150, "about": 40, "key": 200}


@dataclass(frozen=True, slots=True)
class File:
    """A file to go with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be: Danish, with the same in English below where given.

    `about` is the ledger's name of what it is about; a `key` is used for one mail ever.
    """

    to: str
    title: str
    text: str
    about: str
    text_en: str = ""
    to_name: str = ""
    key: str = ""
    files: tuple[File, ...] = ()


def check(letter: Letter) -> None:
    """Raise Refused `ugyldig_mailadresse`, `ugyldig_post` or `for_store_filer`."""
    check_address(letter.to)
    for name, length in LENGTHS.items():
        value = getattr(letter, name)
        if len(value) > length or _has_control(value):
            message = _("Feltet må højst være %s tegn på én linje.") % length
            raise Refused("ugyldig_post", message, field=name, value=value)
    if not (letter.title.strip() and letter.text.strip() and letter.about):
        raise Refused("ugyldig_post", _("En besked skal have emne, tekst og noget, den handler om."), field="text")
    for body in (letter.text, letter.text_en):
        if _has_control(body.replace("\n", "").replace("\t", "")):
            raise Refused("ugyldig_post", _("Teksten har tegn, som ikke er tekst."), field="text")
    for file in letter.files:
        if not file.name or len(file.name) > 150 or _has_control(file.name) or {"/", "\\"} & set(file.name):  # noqa: PLR2004 - the column's length
            raise Refused("ugyldig_post", _("Filen skal have et almindeligt navn."), field="files", value=file.name)
    if sum(len(file.content) for file in letter.files) > MOST_BYTES:
        raise Refused("for_store_filer", _("Filerne fylder tilsammen over 10 MB."), field="files")


def check_address(address: str) -> None:
    """Raise Refused `ugyldig_mailadresse`. What is before the @ must be ASCII, as mail servers want it."""
    try:
        validate_email(address)
        address.rpartition("@")[0].encode("ascii")
    except (ValidationError, UnicodeEncodeError) as error:
        message = _("»%s« er ikke en mailadresse.") % address
        raise Refused("ugyldig_mailadresse", message, field="to", value=address) from error


def plain(text: str) -> str:
    """Text as a mail may hold it, for what somebody has written elsewhere; line breaks and tabulators stay."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join("".join(one for one in line if one == "\t" or not _is_control(one)) for line in lines)


def _has_control(text: str) -> bool:
    """Line breaks, which would be headers of their own; NUL, half characters, turns of direction."""
    return any(map(_is_control, text))


def _is_control(one: str) -> bool:
    return unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and one != "\u00ad"

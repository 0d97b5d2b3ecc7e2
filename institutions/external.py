"""What vendors call institutions: each by its own ids, which are good wherever a number is, for that vendor alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from institutions import numbers
from institutions.models import ExternalId, Institution
from registry import ledger
from registry.ledger import Entry
from registry.problems import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from registry.ledger import Actor

LENGTH = ExternalId._meta.get_field("text").max_length or 0


def numbers_of(vendor: str, texts: Iterable[str]) -> dict[str, str]:
    """The numbers of a vendor's ids; those that it has not are left out."""
    found = ExternalId.objects.filter(vendor=vendor, text__in=[one[:LENGTH] for one in texts])
    return dict(found.values_list("text", "institution__number"))


def ids_of(vendor: str, keys: Iterable[int]) -> dict[int, str]:
    """A vendor's id of each institution, by primary key; the first where it has several."""
    found = ExternalId.objects.filter(vendor=vendor, institution__in=list(keys)).order_by("-pk")
    return dict(found.values_list("institution_id", "text"))


def number(text: str, *, vendor: str | None) -> str:
    """The number that a text stands for: itself, or what the vendor calls so. Any other text is given back."""
    if vendor is None or numbers.SHAPE.fullmatch(text.strip().upper()):
        return text
    return numbers_of(vendor, [text]).get(text, text)


def check(text: str) -> None:
    """Raise Refused `ugyldig_vaerdi` for an id that could be a number, is too long, or does not fit into an address."""
    if numbers.SHAPE.fullmatch(text.upper()) or len(text) > LENGTH or not text.isprintable() or "/" in text:
        raise Refused(
            "ugyldig_vaerdi",
            _("»%(id)s« kan ikke være et eksternId: højst 64 tegn, uden skråstreg, og ikke som et institutionsnummer.")
            % {"id": text[:40]},
            field="external", value=text[:80],
        )  # fmt: skip


def keep(vendor: str, names: Mapping[str, str], *, actor: Actor) -> None:
    """Let a vendor's ids stand for numbers from now on. Raises Refused `eksternt_id_i_brug`."""
    known = numbers_of(vendor, names)
    for text, wanted in names.items():
        check(text)
        if known.get(text, wanted) != wanted:
            raise Refused("eksternt_id_i_brug", _("»%(id)s« står for %(number)s.")
                          % {"id": text, "number": known[text]}, field="external", value=text)  # fmt: skip
    new = {text: wanted for text, wanted in names.items() if text not in known}
    if not new:
        return
    keys = dict(Institution.objects.filter(number__in=new.values()).values_list("number", "pk"))
    ExternalId.objects.bulk_create(
        [ExternalId(vendor=vendor, text=text, institution_id=keys[wanted]) for text, wanted in new.items()]
    )
    ledger.record([Entry("external.keep", vendor, {"ids": new})], actor=actor)
